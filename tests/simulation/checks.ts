import { monthKeyOf } from '../../shared/domain/batch-key.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import { isEffective } from '../../shared/domain/spine/batches.ts'
import { countingDeposits, ofSource } from '../../shared/domain/spine/counting.ts'
import { inputsOf } from '../../shared/domain/spine/runs.ts'
import { entriesAt, INVENTED_FACTS, siretOf, surveyOf } from '../spine/invented.ts'
import type { World } from '../spine/world.ts'
import type { Monitor } from './monitor.ts'
import { type Expected, expectedState, type OracleFile } from './oracle.ts'

/** What people did beside depositing files. */
export type People = {
  withdrawn: ReadonlySet<string>
  confirmed: ReadonlySet<string>
  flux: ReadonlySet<string>
  /** Batches that a person opened by command. */
  opened: ReadonlySet<string>
}

const expectedOf = (world: World, people: People, known: (deposit: string) => boolean): Expected => {
  const files = [...world.files.values()]
    .filter(({ deposit }) => known(deposit))
    .map(
      (file): OracleFile => ({
        ...file,
        withdrawn: people.withdrawn.has(file.deposit),
        confirmed: people.confirmed.has(file.deposit) || file.confirmed === true,
      }),
    )
  const { guardShare, requiredInBatch, requiredEver } = world.settings
  const { batches, current } = world.data
  return expectedState({ files, batches: [...batches.keys()], flux: people.flux, current: current?.batch, guardShare, requiredInBatch, requiredEver })
}

const effectiveIn = (world: World): string[] =>
  [...world.data.batches.values()]
    .flatMap((batch) =>
      Object.keys(batch.verdicts)
        .filter((source) => isEffective(batch, source))
        .map((source) => `${batch.key} ${source}`),
    )
    .sort()

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Nothing is being read, owed or computed, as far as the documents say: what agents see should then be what the files say. */
const isQuiet = ({ data }: World): boolean => {
  const batches = [...data.batches.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  const imports = [...data.imports.values()]
  if (batches.some(({ owed }) => Object.keys(owed).length > 0)) return false
  if ([...data.ledger.values()].some(({ stage }) => stage !== 'done' && stage !== 'failed')) return false
  return imports.every((document) => {
    if (document.failed !== undefined) return true
    const batch = batches.find(({ key }) => key === document.batch)
    const run = batch?.runs[document.source]
    if (batch === undefined || run === undefined) return false
    const { mapping, perimetre, removed } = inputsOf(batch.key, document.source, batches, imports, INVENTED_FACTS)
    if (!same([run.mapping, run.perimetre, run.removed], [mapping, perimetre, removed]) || batch.closedRun[document.source] !== run.n) return false
    const counting = countingDeposits(ofSource(imports, document.source).filter((other) => other.batch === batch.key))
    return counting.every(({ closedRun, settledRun, waiting }) => waiting?.run === run.n || (closedRun >= run.n && settledRun >= run.n))
  })
}

/** What a list that is being published lacks, when nothing else is going on. */
export const faultsOfList = (world: World, people: People, list: string): string[] => {
  const { data } = world
  if (data.current === undefined || monthKeyOf(data.current.batch) !== list || !isQuiet(world)) return []
  const expected = expectedOf(world, people, (deposit) => data.imports.has(deposit))
  if (!same(effectiveIn(world), expected.effective)) return []
  const scores = scoresOfList(world, list, expected.failed)
  return same(scores, [...expected.scores].sort())
    ? []
    : [`list ${list} is published with ${JSON.stringify(scores)} instead of ${JSON.stringify([...expected.scores].sort())}`]
}

const scoresOfList = (world: World, list: string, failed: ReadonlySet<string>): [string, string][] =>
  [...world.data.scores.values()]
    .filter((score) => score.list === list && score.content !== undefined && !failed.has(score.siren))
    .map(({ siren, key }): [string, string] => [siren, key])
    .sort()

/** Everything in which the platform at rest differs from what the files and the openings should give. */
export const failuresOf = (world: World, people: People, monitor: Monitor): string[] => {
  const failures = [...monitor.faults]
  const { data } = world
  const expected = expectedOf(world, people, () => true)
  const compare = (what: string, found: unknown, wanted: unknown): void => {
    if (!same(found, wanted)) failures.push(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`)
  }

  compare('effective', effectiveIn(world), expected.effective)
  for (const key of [...new Set([...data.raws.keys(), ...expected.states.keys()])].sort()) {
    for (const batch of [...data.batches.keys()].sort())
      compare(`${key} at ${batch}`, inOrder(entriesAt(data.raws.get(key)?.value, batch)), inOrder(expected.states.get(key)?.[batch] ?? {}))
  }
  compare(
    'waiting',
    [...data.imports.values()]
      .filter((document) => isCounting(world, document.deposit) && document.waiting !== undefined)
      .map(({ deposit }) => deposit)
      .sort(),
    expected.waiting,
  )
  const current = data.current?.batch
  for (const { siren, stage, batch } of data.ledger.values()) {
    if (stage !== (expected.failed.has(siren) ? 'failed' : 'done') || batch !== (current ?? '')) failures.push(`${siren} rests at ${stage} of ${batch}`)
  }
  for (const { key, owed } of data.batches.values()) if (Object.keys(owed).length > 0) failures.push(`${key} still owes ${Object.keys(owed)}`)
  for (const { id, batch, source, run } of data.imported.values()) {
    if (run >= (data.batches.get(batch)?.runs[source]?.n ?? 1)) failures.push(`${id} is still to be compacted`)
  }
  for (const batch of expected.ready) failures.push(`${batch} never opened`)
  for (const batch of people.opened) if ((current ?? '') < batch) failures.push(`${batch} was opened by command, and is not open`)
  if (current !== undefined) failures.push(...failuresDerived(world, expected, current), ...failuresShown(world, expected, current))
  return failures
}

/** Features, and the seq of everything that is derived: that of the last touch, whether or not the pass that followed found something to write. */
const failuresDerived = ({ data, published }: World, expected: Expected, current: string): string[] => {
  const failures: string[] = []
  const sound = [...data.features.values()].filter(({ siren }) => !expected.failed.has(siren))
  const features = sound.flatMap(({ siret, batch, columns }) => (columns === undefined || isSiren(siret) ? [] : [[siret, batch, columns]])).sort()
  const wanted = [...expected.features].map(([siret, columns]) => [siret, current, columns]).sort()
  if (!same(features, wanted)) failures.push(`features: ${JSON.stringify(features)} instead of ${JSON.stringify(wanted)}`)
  // a SIREN that is taken piece by piece: all its établissements were surveyed, as they are
  for (const { siren, siret, columns } of sound.filter((document) => isSiren(document.siret))) {
    const survey = [...data.raws.values()].filter(({ key }) => key === siretOf(siren)).map(({ key, value }) => [key, entriesAt(value, current)] as const)
    if (columns !== undefined && columns !== surveyOf(survey)) failures.push(`${siret} was surveyed as ${columns} instead of ${surveyOf(survey)}`)
  }
  for (const { siren, seq: wantedSeq, stage } of data.ledger.values()) {
    if (stage !== 'done') continue
    const derived: [string, number][] = [
      ...[...data.raws.values()].filter((document) => document.siren === siren).map(({ key, seq }): [string, number] => [`RawData ${key}`, seq]),
      ...[...data.features.values()].filter((document) => document.siren === siren).map(({ siret, seq }): [string, number] => [`Features ${siret}`, seq]),
      ...[...data.scores.values()].filter((document) => document.siren === siren).map(({ list, seq }): [string, number] => [`Scores ${list}:${siren}`, seq]),
      [`rows of ${siren}`, published.get(siren)?.seq ?? 0],
    ]
    for (const [what, seq] of derived) if (seq !== wantedSeq) failures.push(`${what} carry the seq ${seq} instead of ${wantedSeq}`)
  }
  return failures
}

const isCounting = ({ data }: World, deposit: string): boolean => {
  const document = data.imports.get(deposit)
  const siblings = [...data.imports.values()].filter((other) => other.batch === document?.batch)
  return document !== undefined && countingDeposits(ofSource(siblings, document.source)).some((other) => other.deposit === deposit)
}

const inOrder = (entries: Record<string, unknown>): [string, unknown][] => Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1))

/** The current list and the rows that agents see. */
const failuresShown = (world: World, expected: Expected, current: string): string[] => {
  const failures: string[] = []
  const { data } = world
  const list = monthKeyOf(current)
  const scores = scoresOfList(world, list, expected.failed)
  if (!same(scores, [...expected.scores].sort())) failures.push(`scores: ${JSON.stringify(scores)} instead of ${JSON.stringify([...expected.scores].sort())}`)
  const state = data.lists.get(list)
  if (state?.state !== 'published' || !world.announced.has(list)) failures.push(`list ${list} is ${state?.state}, announced: ${world.announced.has(list)}`)
  if (data.current?.opened !== true) failures.push(`the opening of ${current} never ended`)
  for (const { key, state: older } of data.lists.values()) if (key < list && older !== 'closed') failures.push(`list ${key} is still ${older}`)
  const hidden = new Set(
    [...data.lists.values()].filter(({ state: older, publishedAt }) => older === 'closed' && publishedAt === undefined).map(({ key }) => key),
  )
  for (const [siren, { content }] of world.published) {
    if (expected.failed.has(siren)) continue
    if (expected.perimetre.has(siren) !== (content !== null))
      failures.push(`${siren} shows ${content !== null}, in the perimeter: ${expected.perimetre.has(siren)}`)
    if (content === null) continue
    const shown = Object.entries(content.entities).map(([key, entries]) => [key, inOrder(entries)])
    const wanted = [siren, `${siren}00011`]
      .map((key) => [key, inOrder(expected.states.get(key)?.[current] ?? {})])
      .filter(([, entries]) => entries?.length !== 0)
    if (!same(shown, wanted)) failures.push(`${siren} shows ${JSON.stringify(shown)} instead of ${JSON.stringify(wanted)}`)
    const kept = [...data.scores.values()].filter((score) => score.siren === siren && score.content !== undefined && !hidden.has(score.list))
    const lists = kept.map((score) => [score.list, score.content]).sort()
    const visible = content.scores.map((score) => [score.list, score.content]).sort()
    if (!same(visible, lists)) failures.push(`${siren} shows the scores ${JSON.stringify(visible)} instead of ${JSON.stringify(lists)}`)
  }
  for (const siren of expected.perimetre) {
    const isKnown = data.ledger.has(siren)
    if (isKnown && !expected.failed.has(siren) && !world.published.has(siren)) failures.push(`${siren} is not published`)
    if (!isKnown) failures.push(`${siren} of the perimeter is unknown`)
  }
  return failures
}
