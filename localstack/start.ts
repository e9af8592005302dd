import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CommanderError } from 'commander'
import { table } from '../cli/output.ts'
import { openPlatform, type Platform } from '../cli/platform.ts'
import { STACK_FILE } from '../cli/stack-file.ts'
import { ledgerCounts } from '../shared/adapters/mongo/status.ts'
import { consequenceOf } from '../shared/domain/errors.ts'
import { readStatus } from '../shared/domain/spine/status.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { type Deposited, depositMonth, type Idle, waitUntilIdle } from './pipeline.ts'
import { createProgress, type Progress } from './progress.ts'
import { generateSample, type Sample } from './sample/index.ts'
import { listState, stagesSentence } from './sentences.ts'
import { shellChoices } from './shell.ts'
import { onTermination } from './signals.ts'
import { type Stack, startStack } from './stack.ts'
import { stackDocument } from './stack-document.ts'
import { parseOptions, type StartOptions } from './start-options.ts'
import { troubleFilter } from './trouble.ts'
import { buildPages } from './web-build.ts'

/** `npm start`: the whole platform on this machine. Exit 0, 1 when the run is not a success (`--once`), else the code of the error. */
const main = async (): Promise<number> => {
  const options = readOptions()
  if (typeof options === 'number') return options
  const progress = createProgress()
  const root = path.resolve(import.meta.dirname, '..')
  const parts = new AsyncDisposableStack()
  const interrupted = new AbortController()
  // What is being started is finished, then everything is stopped in order, whenever the request comes.
  const finished = Promise.withResolvers<void>()
  onTermination(async () => {
    interrupted.abort(new Error('interrupted'))
    await finished.promise
  })
  try {
    const sample = options.sample ? await generate(options, progress, parts) : undefined
    if (options.web) await build(root, progress)
    const stack = await open(options, progress, parts)
    const files = [STACK_FILE, ...(options.readyFile === undefined ? [] : [path.resolve(options.readyFile)])]
    await announce(stack, files, parts)
    const outcome = sample && (await runSample(stack, sample, progress, interrupted.signal, parts))
    if (outcome !== undefined) show(outcome, options)
    if (options.once) return outcome === undefined || outcome.ok ? 0 : 1
    process.stderr.write(`${addresses(stack)}\n`)
    await new Promise((resolve) => interrupted.signal.addEventListener('abort', resolve, { once: true }))
    return 0
  } catch (error) {
    if (interrupted.signal.aborted) return 0
    progress.fail(error instanceof Error ? error.message : String(error))
    const { exit } = consequenceOf(error)
    if (exit === 70 && error instanceof Error) process.stderr.write(`${error.stack}\n`)
    return exit
  } finally {
    await parts.disposeAsync()
    finished.resolve()
  }
}

/** The options, or the exit code when there is nothing to run. */
const readOptions = (): StartOptions | number => {
  try {
    return parseOptions(process.argv.slice(2), new Date())
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}

const generate = async ({ companies, seed, batch, batches, dataDir }: StartOptions, progress: Progress, parts: AsyncDisposableStack): Promise<Sample> => {
  const directory = dataDir === undefined ? await mkdtemp(path.join(tmpdir(), 'signaux-faibles-sample-')) : path.resolve(dataDir, 'sample')
  progress.step(`échantillon de ${companies} entreprises, ${batches} mois jusqu’à ${batch}`)
  await rm(directory, { recursive: true, force: true })
  if (dataDir === undefined) parts.defer(() => rm(directory, { recursive: true, force: true }))
  const sample = await generateSample({ companies, seed, batch, batches, directory })
  progress.done(`échantillon : ${sample.months.reduce((sum, { files }) => sum + files.length, 0)} fichiers`)
  return sample
}

const build = async (root: string, progress: Progress): Promise<void> => {
  progress.step('pages')
  progress.done((await buildPages(root)) === 'built' ? 'pages construites' : 'pages à jour')
}

const OWNERS_KEPT =
  'les fichiers déposés ne changent pas de propriétaire : seul root peut les donner (ce qui aurait été fait est noté, et « sf storage check » le montre)'

const open = async (options: StartOptions, progress: Progress, parts: AsyncDisposableStack): Promise<Stack> => {
  progress.step('démarrage de la plateforme')
  const trouble = troubleFilter()
  const { timeScale, backend, mongodb, environment } = shellChoices(process.env)
  const stack = await startStack({
    timeScale,
    backend,
    environment,
    dataDirectory: options.dataDir,
    ...(options.port === undefined ? {} : { port: options.port }),
    allowMissing: options.allowMissing,
    postgres: options.postgres,
    mongodb: { ...mongodb, download: options.mongodb === 'download' },
    ...(options.web ? {} : { pages: false as const }),
    onLine: (line) => {
      const told = options.verbose ? line : trouble(line)
      if (told !== undefined) progress.say(told)
    },
  })
  parts.defer(() => stack.stop())
  progress.done(`plateforme démarrée ; ${stack.mongodbKind}`)
  if (stack.s3 === undefined && process.geteuid?.() !== 0) progress.say(OWNERS_KEPT)
  return stack
}

/** Writes the file by which tools find the stack, and removes it at the end if it is still ours. */
const announce = async (stack: Stack, files: readonly string[], parts: AsyncDisposableStack): Promise<void> => {
  const text = `${JSON.stringify(stackDocument(stack), undefined, 2)}\n`
  for (const file of files) {
    await mkdir(path.dirname(file), { recursive: true })
    // Whoever watches for the file must never see half of it.
    await writeFile(`${file}.${process.pid}`, text, { mode: 0o600 })
    await rename(`${file}.${process.pid}`, file)
    parts.defer(async () => {
      if ((await readFile(file, 'utf8').catch(() => '')) === text) await rm(file, { force: true })
    })
  }
}

const runSample = async (stack: Stack, sample: Sample, progress: Progress, signal: AbortSignal, parts: AsyncDisposableStack): Promise<Outcome> => {
  const platform: Platform = await openPlatform({ stack: await ownFile(stack, parts) })
  parts.defer(() => platform.close())
  const { spine, db } = platform
  const read = () => readStatus(spine.store, () => ledgerCounts(db), spine.sources, spine.settings)
  const before = await read()
  const known = before.deposits.length
  if (known > 0) {
    progress.say(`${known} dépôts sont déjà là : l’échantillon n’est pas déposé une seconde fois`)
    const resumed = await waitUntilIdle({ stack, read, deposits: known, batch: before.current?.batch ?? 'reprise', progress, signal })
    return outcomeOf({ stack, db, idle: resumed, files: 0, deposited: [], months: [], seconds: 0 })
  }
  const deposited: Deposited[] = []
  const months: Outcome['months'] = []
  const startedAt = Date.now()
  let idle: Idle | undefined
  for (const { batch, files } of sample.months) {
    signal.throwIfAborted()
    const monthStartedAt = Date.now()
    deposited.push(...(await depositMonth(stack, batch, files, progress)))
    idle = await waitUntilIdle({ stack, read, deposits: deposited.length, batch, progress, signal })
    months.push({ batch, seconds: secondsSince(monthStartedAt) })
    if (idle.stuck) break
  }
  if (idle === undefined) throw new Error('the sample has no month')
  const files = sample.months.reduce((sum, month) => sum + month.files.length, 0)
  return outcomeOf({ stack, db, idle, files, deposited, months, seconds: secondsSince(startedAt) })
}

/** The stack of this program, even when another one has written its own address in the common file. */
const ownFile = async (stack: Stack, parts: AsyncDisposableStack): Promise<string> => {
  const file = path.join(stack.directory, 'stack.json')
  await announce(stack, [file], parts)
  return file
}

const secondsSince = (start: number): number => Math.round((Date.now() - start) / 100) / 10

const show = (outcome: Outcome, { json }: StartOptions): void => {
  if (json) process.stdout.write(`${JSON.stringify(outcome)}\n`)
  const print = (text: string): void => void process[json ? 'stderr' : 'stdout'].write(`${text}\n`)
  const { rows, stages, alerts, rowsSeen } = outcome
  print('')
  print(
    `dépôts : ${outcome.uploads} fichiers, ${(outcome.bytes / 1e6).toFixed(1)} Mo, en ${outcome.seconds} s (${outcome.months.map(({ batch, seconds }) => `${batch} ${seconds} s`).join(', ')})`,
  )
  print(`enregistrements : ${rows.read} lus = ${rows.imported} importés + ${rows.filtered} filtrés + ${rows.rejected} rejetés + ${rows.ignored} ignorés`)
  print(`entreprises : ${stagesSentence(stages)}`)
  print(`alertes : ${alerts.F1} risque élevé (F1), ${alerts.F2} risque modéré (F2), ${alerts.none} sans alerte`)
  for (const list of outcome.lists) print(`liste ${list.key} : ${listState(list.state)}`)
  print('')
  print(rowsSeen.rows.length === 0 ? `aucune ligne pour ${rowsSeen.as}` : `premières lignes pour ${rowsSeen.as} :`)
  for (const line of table(rowsSeen.rows.map((row) => [`  ${row.siret}`, row.departement ?? '', row.alert ?? '', row.raison_sociale ?? '']))) print(line)
  for (const reason of outcome.reasons) print(`! ${reason}`)
}

const addresses = (stack: Stack): string =>
  [
    '',
    `pages et API   ${stack.edge}`,
    `dépôts         ${stack.edge}/files (instances : ${stack.uploads.join(', ')})`,
    `identité       ${stack.issuer}`,
    `MongoDB        ${stack.mongodb}`,
    `PostgreSQL     ${stack.postgres}`,
    `files (SQS)    ${stack.sqs}`,
    `stockage       ${stack.s3 === undefined ? stack.efs : `${stack.s3.endpoint} (dépôts : ${stack.s3.buckets.join(', ')})`}`,
    '',
    ...table(stack.accounts.map(({ username, label }) => [`  ${username}`, label])),
    '',
    'Ctrl-C pour arrêter.',
  ].join('\n')

process.exitCode = await main()
// Some library always keeps a timer; everything of ours is stopped.
process.exit()
