/** `sf depots`, `sf batch` and `sf check --journal` as they are typed: the program, its options, what it prints, and how it ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Command, CommanderError } from 'commander'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { COMMANDS, strict } from '../../cli/commands/index.ts'
import { describeService } from '../../localstack/description.ts'
import { type StandIn, startStandIn } from '../../localstack/mongo/server.ts'
import { type Queues, startQueues } from '../../localstack/queues.ts'
import { connectMongo, type Mongo } from '../../shared/adapters/mongo/connect.ts'
import { mongoJournal } from '../../shared/adapters/mongo/journal.ts'
import { consequenceOf } from '../../shared/domain/errors.ts'
import { type Chain, startChain } from './chain.ts'

const SERVICE = `
service: commands
provider: { name: aws }
functions: {}
resources:
  Resources:
    Import: { Type: AWS::SQS::Queue, Properties: { QueueName: import } }
    Refine: { Type: AWS::SQS::Queue, Properties: { QueueName: refine.fifo, FifoQueue: true } }
    Detect: { Type: AWS::SQS::Queue, Properties: { QueueName: detect.fifo, FifoQueue: true } }
    Publish: { Type: AWS::SQS::Queue, Properties: { QueueName: publish.fifo, FifoQueue: true } }
`
const DEBIT = 'Siret;num_cpte;Num_Ecn;Dt_trt_ecn;Mt_PO;Mt_PP;Num_Hist_Ecn;Etat_cpte;Cd_pro_col;Periode;Cd_op_ecn;Motif_ecn;Recours_en_cours'
const SIRENS = ['301000001', '301000002', '301000003']
const HEADCOUNTS = `siren;eff202541;eff202542;eff202543;rais_soc\n${SIRENS.map((siren) => `${siren};20;20;20;A`).join('\n')}\n`
const debits = (...sirens: string[]): string =>
  `${[DEBIT, ...sirens.map((siren) => `${siren}00011;c;101;1250620;10000;0;1;1;;202512;1;2;0`), `${SIRENS[0]}00011;c;101;x;1;0;1;1;;202512;1;2;0`].join('\n')}\n`

const directory = mkdtempSync(path.join(tmpdir(), 'commands-'))
const stack = path.join(directory, 'stack.json')
let standIn: StandIn
let queues: Queues
let mongo: Mongo
let chain: Chain

/** Three months: 2511 is current, 2512 names too few to be believed, 2601 has nothing that is required. */
beforeAll(async () => {
  standIn = await startStandIn({})
  queues = await startQueues(describeService(SERVICE), { timeScale: 1 })
  const mongodb = `mongodb://127.0.0.1:${standIn.port}/commands`
  mongo = await connectMongo(mongodb)
  const urlOf = (logicalId: string): string => queues.byLogicalId.get(logicalId)?.url ?? ''
  const urls = { import: urlOf('Import'), refine: urlOf('Refine'), detect: urlOf('Detect'), publish: urlOf('Publish') }
  const settings = { shards: 1, requiredInBatch: ['debit'], requiredEver: ['effectif_ent'] }
  writeFileSync(stack, JSON.stringify({ mongodb, postgres: '', sqs: queues.endpoint, directory, queues: urls, settings }))
  chain = await startChain(mongo.db)
  chain.deposit('2511', 'effectif_ent', HEADCOUNTS)
  chain.deposit('2511', 'debit', debits(...SIRENS))
  await chain.settle()
  chain.deposit('2512', 'debit', debits('301000001'))
  await chain.settle()
  chain.deposit('2601', 'effectif_ent', HEADCOUNTS)
  await chain.settle()
}, 120_000)
afterAll(async () => {
  await mongo.close()
  await queues.stop()
  await standIn.close()
  rmSync(directory, { recursive: true, force: true })
})
afterEach(() => void vi.restoreAllMocks())

type Ended = { status: number; stdout: string; json: unknown; error: string }

/** The command line after `sf`, on this platform. The status is that of the program (`cli/main.ts`). */
const sf = async (...words: string[]): Promise<Ended> => {
  const load = COMMANDS[words[0] ?? '']
  if (load === undefined) throw new Error(`no command is named ${words[0]}`)
  let stdout = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text)
    return true
  })
  let stderr = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text)
    return true
  })
  const program = strict(new Command('sf'))
  program.addCommand(strict(await load()))
  let status = 0
  try {
    await program.parseAsync(['node', 'sf', ...words, '--stack', stack])
    status = Number(process.exitCode ?? 0)
  } catch (thrown) {
    status = thrown instanceof CommanderError ? 2 : consequenceOf(thrown).exit
    stderr += thrown instanceof Error ? thrown.message : String(thrown)
  } finally {
    vi.restoreAllMocks()
    process.exitCode = undefined
  }
  return { status, stdout, json: words.includes('--json') && status === 0 ? JSON.parse(stdout) : undefined, error: stderr }
}

describe('sf depots', () => {
  test('list: each deposit and its state, for people or as one JSON value', async () => {
    const { status, stdout } = await sf('depots', 'list')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^debit-2511 +\S+ +2511 +debit +imported +debit\.csv$/m)
    expect(stdout).toMatch(/^debit-2512 +\S+ +2512 +debit +confirmation +debit\.csv$/m)
    const { json } = await sf('depots', 'list', '--json')
    expect(json).toMatchObject(expect.arrayContaining([expect.objectContaining({ deposit: 'debit-2511', state: 'imported' })]))
  })

  test('show: the four counts, and each rejected record by its line, column and value', async () => {
    const { status, stdout } = await sf('depots', 'show', 'debit-2511')
    expect(status).toBe(0)
    expect(stdout).toContain('debit.csv (debit, lot 2511) : imported\n')
    expect(stdout).toContain('4 lus = 3 importés + 0 filtrés + 1 rejetés + 0 ignorés\n')
    expect(stdout).toContain('ligne 5, Dt_trt_ecn = « x » : ')
    expect((await sf('depots', 'show', 'debit-2511', '--json')).json).toMatchObject({
      deposit: 'debit-2511',
      report: { read: 4, imported: 3, filtered: 0, rejected: 1, ignored: 0 },
    })
  })

  test.each([
    ['a deposit that nobody knows', ['show', 'nobody'], 4, 'Aucun dépôt nobody'],
    ['a confirmation of what waits for none', ['confirm', 'debit-2511'], 5, 'il n’attend pas de confirmation'],
    ['a withdrawal of what nobody knows', ['withdraw', 'nobody'], 4, 'Aucun dépôt nobody'],
    ['a part that it has not', ['nonsense'], 2, ''],
    ['no identifier', ['confirm'], 2, ''],
    ['two identifiers', ['withdraw', 'debit-2511', 'debit-2512'], 2, ''],
  ])('refuses %s', async (_, words, status, sentence) => {
    const ended = await sf('depots', ...words)
    expect(ended).toMatchObject({ status, stdout: '' })
    expect(ended.error).toContain(sentence)
  })

  test('confirm, then withdraw: each is written and rung, and can be done once', async () => {
    const { status, json } = await sf('depots', 'confirm', 'debit-2512', '--json')
    expect({ status, json }).toEqual({ status: 0, json: { deposit: 'debit-2512', confirmed: true } })
    expect(await chain.spine.store.imports.find('debit-2512')).toMatchObject({ confirmed: true })
    const { stdout } = await sf('depots', 'withdraw', 'debit-2512')
    expect(stdout).toBe('debit-2512 : retiré\n')
    expect(await chain.spine.store.imports.find('debit-2512')).toMatchObject({ withdrawn: true })
    expect(await sf('depots', 'withdraw', 'debit-2512')).toMatchObject({ status: 5 })
  })
})

describe('sf check', () => {
  test('--journal: one event for each file, refused or not, all with the start of the operation', async () => {
    const [good, bad] = ['sigfaible_debits.csv', 'sigfaible_ccsf.csv'].map((name) => path.join(directory, name)) as [string, string]
    writeFileSync(good, debits(...SIRENS))
    writeFileSync(bad, 'Compte\n')
    expect(await sf('check', good, '--json')).toMatchObject({ status: 0, json: [{ counts: { read: 4, rejected: 1 } }] })
    const events = () => mongoJournal(mongo.db).read({ batch: '2512', limit: 50 })
    expect((await events()).filter(({ reportType }) => reportType === 'CheckBatch')).toEqual([])
    expect(await sf('check', good, bad, '--journal', '2512')).toMatchObject({ status: 2, stdout: expect.stringContaining('refusé') })
    const checked = (await events()).filter(({ reportType }) => reportType === 'CheckBatch').toSorted((a, b) => (a.id < b.id ? -1 : 1))
    expect(checked).toMatchObject([
      { parserCode: 'debit', event: { batchKey: '2512', isFatal: false, linesParsed: 4, linesRejected: 1, linesValid: 3 }, counts: { read: 4 } },
      { parserCode: 'ccsf', event: { isFatal: true, headFatal: [expect.stringContaining('Date_de_traitement')], linesParsed: 0 } },
    ])
    expect(checked[0]?.event?.headRejected).toEqual([expect.stringMatching(/^Line 4: /)])
    expect(checked[0]?.startDate).toEqual(checked[1]?.startDate)
    expect(await sf('check', good, '--journal', '25-12')).toMatchObject({ status: 2, stdout: '' })
  })
})

describe('sf batch', () => {
  test('list: a sentence for each batch', async () => {
    const { status, stdout } = await sf('batch', 'list')
    expect(status).toBe(0)
    expect(stdout.trim().split('\n')).toEqual([expect.stringContaining('2511'), expect.stringContaining('2512'), expect.stringContaining('2601')])
    expect((await sf('batch', 'list', '--json')).json).toMatchObject([
      { key: '2511', phase: 'current' },
      { key: '2512', phase: 'collecting' },
      { key: '2601', phase: 'collecting' },
    ])
  })

  test('show: files, window and perimeter', async () => {
    const { status, stdout } = await sf('batch', 'show', '2511')
    expect(status).toBe(0)
    expect(stdout).toContain('fenêtre : 2016-01-01 à 2025-11-01 (exclu), effectifs jusqu’à 2025-12-01\n')
    expect(stdout).toContain('périmètre : effectif_ent-2511\n')
    expect(stdout).toMatch(/^debit +debit-2511 +imported +debit\.csv$/m)
    expect((await sf('batch', 'show', '2511', '--json')).json).toMatchObject({
      _id: { key: '2511', type: 'batch' },
      files: { debit: ['debit-2511'], effectif_ent: ['effectif_ent-2511'] },
      complete_types: expect.arrayContaining(['debit']),
    })
  })

  test('edit: name, dates, partial deliveries and closing, each taken back by its opposite', async () => {
    const edited = await sf('batch', 'edit', '2601', '--name', 'Janvier', '--readonly', '--date-debut', '2024-01-01', '--flux', 'procol', 'delai', '--json')
    expect(edited).toMatchObject({ status: 0, json: { batch: '2601', name: 'Janvier', readonly: true, flux: ['delai', 'procol'] } })
    expect(edited.json).toHaveProperty('param.date_debut', '2024-01-01')
    expect(await sf('batch', 'edit', '2601', '--name', 'x')).toMatchObject({ status: 5, error: expect.stringContaining('--no-readonly') })
    const back = await sf('batch', 'edit', '2601', '--name', '', '--no-readonly', '--date-debut', 'auto', '--stock', 'procol', 'delai', '--json')
    expect(back).toMatchObject({ status: 0, json: { name: null, readonly: false, param: {}, flux: [] } })
    expect((await sf('batch', 'edit', '2601', '--name', 'Janvier')).stdout).toBe('le lot 2601 est modifié\n')
  })

  test.each([
    ['nothing to edit', ['edit', '2601'], 2, 'Rien à modifier'],
    ['a day that begins no month', ['edit', '2601', '--date-fin', '2025-11-02'], 2, 'premier jour'],
    ['a source that it does not know', ['edit', '2601', '--flux', 'nonsense'], 2, 'nonsense'],
    ['a batch that nobody knows', ['edit', '2001', '--name', 'x'], 4, '2001'],
    ['to show a batch that nobody knows', ['show', '2001'], 4, '2001'],
    ['to open what is no key', ['open', '25-11'], 2, '25-11'],
    ['to open a batch that nobody knows', ['open', '2602'], 4, '2602'],
    ['to open the current batch', ['open', '2511'], 5, 'déjà courant'],
    ['a part that it has not', ['nonsense'], 2, ''],
    ['no batch', ['open'], 2, ''],
  ])('refuses %s', async (_, words, status, sentence) => {
    const ended = await sf('batch', ...words)
    expect(ended).toMatchObject({ status, stdout: '' })
    expect(ended.error).toContain(sentence)
  })

  test('open: the batch is current', async () => {
    expect(await sf('batch', 'open', '2512', '--json')).toMatchObject({ status: 0, json: { opened: '2512' } })
    expect(await chain.spine.store.admin.current()).toMatchObject({ batch: '2512' })
    expect(await sf('batch', 'open', '2511')).toMatchObject({ status: 5 })
    expect((await sf('batch', 'open', '2601')).stdout).toBe('le lot 2601 est ouvert\n')
  })
})
