/** `node bench/import/read-once.ts SOURCE FILE SIRENS STEP`: scan, plan and parse of a file, without any database, in a process whose memory is their own. */
import { depositReader } from '../../functions/import/reader.ts'
import type { ImportDocument, Run } from '../../shared/domain/spine/documents.ts'
import { documentOf, localFiles } from '../local-files.ts'
import { peakWhile, timed } from '../measure.ts'
import { FIRST_SIREN } from './files.ts'

/** Processor seconds and peaks of resident memory, in bytes. */
export type ReadOnce = { bytes: number; records: number; tuples: number; scan: number; plan: number; parse: number; planPeak: number; parsePeak: number }

const [source = '', file = '', sirens = '0', step = '1'] = process.argv.slice(2)
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

const countLines = async (): Promise<number> => {
  let lines = 0
  for await (const chunk of localFiles.open(file)) for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
  return lines
}

/** A file of more bytes is read once: its time is long enough. */
const LONG = 1e8

/** The least of a few runs: others use the machine too. */
const best = async (runs: number, work: () => Promise<unknown>): Promise<number> => {
  let least = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) least = Math.min(least, (await timed(work)).cpu)
  return least
}

const scan = await best(5, countLines)
const document = await documentOf(file, BATCH, source)
const { value: plan, peakBytes: planPeak } = await peakWhile(() => timed(() => reader.plan(document)))
if ('refused' in plan.value) throw new Error(plan.value.refused)
const planned: ImportDocument = { ...document, plan: plan.value.plan }
let tuples = 0
const read = async (): Promise<void> => {
  tuples = 0
  for (const range of planned.plan?.ranges.keys() ?? [])
    for await (const records of reader.rows(planned, RUN, range)) for (const record of records) tuples += record.tuples.length
}
const { value: parse, peakBytes: parsePeak } = await peakWhile(() => best(document.size > LONG ? 1 : 2, read))
const result: ReadOnce = { bytes: document.size, records: planned.plan?.records ?? 0, tuples, scan, plan: plan.cpu, parse, planPeak, parsePeak }
process.stdout.write(JSON.stringify(result))
