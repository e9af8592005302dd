/** `node bench/import/read-once.ts SOURCE FILE SIRENS STEP ROUNDS`: scan, plan and parse of a file, without any database, in a process whose memory is their own. */
import { depositReader } from '../../functions/import/reader.ts'
import type { ImportDocument, Run } from '../../shared/domain/spine/documents.ts'
import { documentOf, localFiles } from '../local-files.ts'
import { peakWhile, Share, type Timing, timed } from '../measure.ts'
import { FIRST_SIREN } from './files.ts'

/** Seconds of the round in which the parser took the least processor time (`plan`: of its one pass); peaks of resident memory, in bytes. */
export type ReadOnce = { bytes: number; records: number; tuples: number; scan: Timing; plan: Timing; parse: Timing; planPeak: number; parsePeak: number }

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

/** Half of the scans of a round. All together they take about as long as a parser at its goal, so that what else the machine does weighs on both alike. */
const SCANS = 12

type Round = { scan: Timing; parse: Timing }

/** The parser between scans: `scan` is the mean of them. */
const roundOf = async (document: ImportDocument): Promise<Round & { tuples: number; peak: number }> => {
  const scans = new Share()
  for (let turn = 0; turn < SCANS; turn++) await scans.of(countLines)
  const { value, peakBytes } = await peakWhile(() => timed(() => parsed(document)))
  for (let turn = 0; turn < SCANS; turn++) await scans.of(countLines)
  const scan = { wall: scans.wall / (2 * SCANS), cpu: scans.cpu / (2 * SCANS) }
  return { scan, parse: { wall: value.wall, cpu: value.cpu }, tuples: value.value, peak: peakBytes }
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
const { scan, parse, tuples } = best
const { wall, cpu } = plan
const result: ReadOnce = { bytes: document.size, records: planned.plan?.records ?? 0, tuples, scan, plan: { wall, cpu }, parse, planPeak, parsePeak }
process.stdout.write(JSON.stringify(result))
