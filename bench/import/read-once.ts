/** `node bench/import/read-once.ts SOURCE FILE SIRENS STEP ROUNDS`: scan, plan and parse of a file, without any database, in a process whose memory is their own. */
import { depositReader } from '../../functions/import/reader.ts'
import { readCsv } from '../../shared/csv/read-csv.ts'
import { contentHasher } from '../../shared/domain/content-hash.ts'
import type { Tuple } from '../../shared/domain/entity.ts'
import type { ImportDocument, Run } from '../../shared/domain/spine/documents.ts'
import { hasSiren } from '../../shared/domain/spine/sirens.ts'
import { isSourceName, openParser, type Parser, productionSwitches, sourceOf } from '../../shared/sources/index.ts'
import { documentOf, localFiles } from '../local-files.ts'
import { keep, peakWhile, Share, type Timing, timed } from '../measure.ts'
import { FIRST_SIREN } from './files.ts'

/**
 * Seconds of the round in which the parser took the least processor time (`plan`: of its one pass). `parse`: what an import reads, the hashes of the entries
 * included; `unhashed`: the same tuples without any hash, as `parse-file` prints them; `hashes`: those hashes alone. Peaks of resident memory, in bytes.
 */
export type ReadOnce = Round & { bytes: number; records: number; tuples: number; plan: Timing; planPeak: number; parsePeak: number }

const [source = '', file = '', sirens = '0', step = '1', rounds = '1'] = process.argv.slice(2)
const BATCH = '2511'
const RUN: Run = { n: 1, mapping: [], perimetre: ['perimetre'], removed: [] }

const perimetre = Uint32Array.from({ length: Number(sirens) }, (_, at) => FIRST_SIREN + at * Number(step))
const reader = depositReader({
  files: localFiles,
  perimetreOf: async () => perimetre,
  findImport: async () => undefined,
  windowOf: async () => ({ dateDebut: new Date(0), dateFin: new Date(), dateFinEffectif: new Date() }),
  cutBytes: 64 * 1024 * 1024,
})

/** The raw scan: the file by the pieces that the parser reads it by too, and in each every line feed in its turn, by the search of the runtime. */
const countLines = async (): Promise<number> => {
  let lines = 0
  for await (const chunk of localFiles.open(file)) for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
  return lines
}

const parsed = async (document: ImportDocument): Promise<number> => {
  let tuples = 0
  for (const range of document.plan?.ranges.keys() ?? [])
    for await (const records of reader.rows(document, RUN, range)) for (const record of records) tuples += record.tuples.length
  return tuples
}

/** The tuples without their hashes, a piece of the file at a time. */
async function* unhashed(): AsyncGenerator<readonly Tuple[]> {
  if (!isSourceName(source)) throw new Error(`no source is named ${source}`)
  const declaration = sourceOf(source)
  let parser: Parser | undefined
  for await (const rows of readCsv(localFiles.open(file), declaration.dialect)) {
    const tuples: Tuple[] = []
    for (const row of rows) {
      if (parser !== undefined) {
        tuples.push(...parser.parse(row).tuples)
        continue
      }
      const inside = { has: (siren: string) => hasSiren(perimetre, siren) }
      const opened = openParser(declaration, row.cells ?? [], { switches: productionSwitches, perimetre: inside, hash: false })
      if ('fatal' in opened) throw new Error(opened.fatal)
      parser = opened
    }
    yield tuples
  }
}

const parsedUnhashed = async (): Promise<number> => {
  let count = 0
  for await (const tuples of unhashed()) count += tuples.length
  return count
}

/** The hashes of all entries, the only thing that is timed here. */
const hashed = async (): Promise<Timing> => {
  const share = new Share()
  let hashOf: ReturnType<typeof contentHasher> | undefined
  for await (const tuples of unhashed())
    await share.of(() => {
      for (const { type, key, value } of tuples) {
        hashOf ??= contentHasher(type, productionSwitches.extensions)
        keep(hashOf(key, value, undefined))
      }
    })
  return { wall: share.wall, cpu: share.cpu }
}

/** Half of the scans of a round. All together they take about as long as a parser at its goal, so that what else the machine does weighs on both alike. */
const SCANS = 12

type Round = { scan: Timing; parse: Timing; unhashed: Timing; hashes: Timing }

/** The parser, whole and in its parts, between scans: `scan` is the mean of them. */
const roundOf = async (document: ImportDocument): Promise<Round & { tuples: number; peak: number }> => {
  const scans = new Share()
  for (let turn = 0; turn < SCANS; turn++) await scans.of(countLines)
  const { value, peakBytes } = await peakWhile(() => timed(() => parsed(document)))
  const { value: count, ...withoutHashes } = await timed(parsedUnhashed)
  if (count !== value.value) throw new Error(`${count} tuples without hashes, ${value.value} with them`)
  const hashes = await hashed()
  for (let turn = 0; turn < SCANS; turn++) await scans.of(countLines)
  const scan = { wall: scans.wall / (2 * SCANS), cpu: scans.cpu / (2 * SCANS) }
  return { scan, parse: { wall: value.wall, cpu: value.cpu }, unhashed: withoutHashes, hashes, tuples: value.value, peak: peakBytes }
}

// Read once before anything is timed: the pages of the file are in memory for all.
const document = await documentOf(file, BATCH, source)
const { value: plan, peakBytes: planPeak } = await peakWhile(() => timed(() => reader.plan(document)))
if ('refused' in plan.value) throw new Error(plan.value.refused)
const planned: ImportDocument = { ...document, plan: plan.value.plan }
let best = await roundOf(planned)
let parsePeak = best.peak
for (let round = 1; round < Number(rounds); round++) {
  const next = await roundOf(planned)
  parsePeak = Math.max(parsePeak, next.peak)
  // what took the least processor time was disturbed the least
  if (next.parse.cpu < best.parse.cpu) best = next
}
const { peak: _, ...round } = best
const { wall, cpu } = plan
const result: ReadOnce = { bytes: document.size, records: planned.plan?.records ?? 0, plan: { wall, cpu }, planPeak, parsePeak, ...round }
process.stdout.write(JSON.stringify(result))
