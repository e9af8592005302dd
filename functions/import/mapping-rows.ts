import { type Bad, type Row, readCsv } from '../../shared/csv/read-csv.ts'
import { buildMapping, comptesOf, type Mapping } from '../../shared/domain/mapping.ts'
import type { Perimetre } from '../../shared/domain/perimetre.ts'
import type { ImportDocument, Run } from '../../shared/domain/spine/documents.ts'
import { packSirens, unpackSiren } from '../../shared/domain/spine/sirens.ts'
import { MAPPING_SOURCE } from '../../shared/domain/spine/spine.ts'
import { ignoredRows, parseMapping, sourceOf } from '../../shared/sources/index.ts'
import type { ReadRecord } from './core.ts'
import { ensurePlain, openPlain, refuse } from './plain-copy.ts'
import type { ReaderOptions } from './reader.ts'
import { perimetreOfRun, recordOf, SLICE } from './records.ts'
import { witness } from './witness.ts'

/** What is walked of a mapping: the numbers of the comptes that a deposit gives, in the order of their texts. `named`: the SIRENs of its file, packed. */
export type Walked = { mapping: Mapping; order: Uint32Array; ignored: number; named: Uint32Array }

const walkedOf = async (options: ReaderOptions, document: ImportDocument, run: Run): Promise<Walked> => {
  const perimetre = witness(await perimetreOfRun(options, document, run))
  const alone = await readMapping(options, [document.deposit], perimetre)
  const named = packSirens(perimetre.take())
  const file = await rankIn(options, run.mapping, document)
  const mapping = run.mapping.length === 1 ? alone : await readMapping(options, run.mapping, perimetre)
  const order = Uint32Array.from(comptesOf(mapping, file), (compte) => mapping.comptes.find(compte))
  return { mapping, order, ignored: ignoredRows(mapping, file), named }
}

/**
 * The mapping is no list of records: its comptes are walked, month by month, each by the last file that lists it. A range is an equal part of the comptes of
 * the run, whose inputs are fixed; the first one also says what concerns the whole file.
 */
export async function* mappingRows(
  options: ReaderOptions,
  document: ImportDocument,
  run: Run,
  range: number,
  keep: (key: string, make: () => Promise<Walked>) => Promise<Walked>,
): AsyncGenerator<readonly ReadRecord[]> {
  const key = [document.deposit, run.mapping.join(), run.perimetre.join()].join(';')
  const { mapping, order, ignored, named } = await keep(key, () => walkedOf(options, document, run))
  if (range === 0) {
    yield [{ line: 0, record: 0, status: 'ignored', count: ignored, tuples: [] }]
    for (let at = 0; at < named.length; at += SLICE)
      yield [{ line: 0, record: 0, status: 'ignored', count: 0, named: Array.from(named.subarray(at, at + SLICE), unpackSiren), tuples: [] }]
  }
  const { dateDebut, dateFin } = await options.windowOf(document.batch)
  const ranges = document.plan?.ranges.length ?? 1
  const from = Math.floor((order.length * range) / ranges)
  const to = Math.floor((order.length * (range + 1)) / ranges)
  const comptes = Array.from(order.subarray(from, to), mapping.comptes.text)
  let records: ReadRecord[] = []
  let tuples = 0
  for (const outcome of parseMapping(mapping, { months: { debut: dateDebut, fin: dateFin }, comptes, from })) {
    const [fault] = outcome.errors
    // An account has no line of the file; the rank that its fault has for one is not that of its entries.
    records.push({ ...recordOf(outcome, fault?.line ?? 0, fault?.record ?? 0), ...(fault && { tuples: [] }) })
    if (fault !== undefined) records.push({ line: 0, record: 0, status: 'ignored', count: 0, tuples: outcome.tuples })
    tuples += outcome.tuples.length
    if (tuples < SLICE && records.length < SLICE) continue
    yield records
    records = []
    tuples = 0
  }
  if (records.length > 0) yield records
}

/** The place of a deposit among the files of a mapping; one that repeats the bytes of another has the place of that one. */
const rankIn = async ({ findImport }: ReaderOptions, mapping: readonly string[], { deposit, sha256 }: ImportDocument): Promise<number> => {
  const own = mapping.indexOf(deposit)
  if (own >= 0) return own
  const documents = await Promise.all(mapping.map((other) => findImport(other)))
  return documents.findIndex((other) => other?.sha256 === sha256)
}

/** The table compte → SIRET of these deposits, in the order in which they count. */
export const readMapping = async (options: ReaderOptions, deposits: readonly string[], perimetre: Perimetre | null): Promise<Mapping> => {
  const { files, findImport } = options
  const tables: AsyncIterable<readonly (Row | Bad)[]>[] = []
  for (const deposit of deposits) {
    const document = await findImport(deposit)
    if (document !== undefined) await ensurePlain(options, document)
    tables.push(readCsv(openPlain(files, { deposit }, document?.plan?.work), sourceOf(MAPPING_SOURCE).dialect))
  }
  const built = await buildMapping(tables, perimetre)
  if (!built.ok) throw refuse(`Le fichier des comptes est refusé : ${built.fatal}`)
  return built.mapping
}
