import { Command } from 'commander'
import { BSON } from 'mongodb'
import * as z from 'zod'
import { type BatchReading, compactEntity, purgeFrom } from '../../shared/domain/compaction/compact.ts'
import { contentHash } from '../../shared/domain/content-hash.ts'
import type { Entry, ImportedValue, RawBatch, RawValue } from '../../shared/domain/entity.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { FeatureColumns } from '../../shared/domain/features.ts'
import { parseDay } from '../../shared/domain/month.ts'
import { type PublicDocument, publicOf } from '../../shared/domain/public-series/public.ts'
import { sirenOf } from '../../shared/domain/siren.ts'
import { computeFeatures } from '../../shared/domain/variables/compute.ts'
import { type FeatureRow, rowsOf } from '../../shared/domain/variables/rows.ts'
import { RULES_2023 } from '../../shared/domain/variables/rules.ts'
import { writeLines } from '../stream-out.ts'

/**
 * The commands by which results are compared with those of another implementation (refine §8.1): one document of extended JSON on the
 * standard input, NDJSON on the standard output, no database. They call what the functions call.
 */

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
const scope = z.enum(['entreprise', 'etablissement'])
const day = z.preprocess((value) => (typeof value === 'string' ? (parseDay(value.slice(0, 10)) ?? value) : value), z.date())

const rawValue = z.object({
  key: z.string(),
  scope,
  index: z.object({ algo2: z.boolean().default(false) }).default({ algo2: false }),
  batch: z.record(z.string(), z.custom<RawBatch>(isObject)),
  runs: z.record(z.string(), z.record(z.string(), z.number())).optional(),
  stock: z.record(z.string(), z.array(z.string())).optional(),
  repeated: z.record(z.string(), z.record(z.string(), z.array(z.string()))).optional(),
})
const rawDocuments = z.array(z.object({ _id: z.string(), value: rawValue })).default([])
const importedValue = z.object({
  key: z.string(),
  scope,
  batch: z.record(z.string(), z.custom<ImportedValue['batch'][string]>(isObject)),
  run: z.number().optional(),
})

const compactInput = z.object({
  batches: z.array(
    z.object({
      key: z.string(),
      complete_types: z.array(z.string()).nullish(),
      param: z.object({ date_debut: day, date_fin: day }),
    }),
  ),
  importedData: z.array(z.object({ value: importedValue })).default([]),
  rawData: rawDocuments,
})
const purgeInput = z.object({ since: z.string(), rawData: rawDocuments })
const featuresInput = z.object({ params: z.object({ batch: z.string(), date_debut: day, date_fin: day, date_fin_effectif: day }), rawData: rawDocuments })
const publicInput = z.object({ params: z.object({ batch: z.string(), date_fin: day, date_debut: day.optional() }), rawData: rawDocuments })
const hashInput = z.object({
  cases: z.array(
    z.object({ type: z.string(), key: z.string(), entry: z.custom<Entry>(isObject), hashed_but_not_stored: z.custom<Entry>(isObject).optional() }),
  ),
})

type Parsed = z.infer<typeof rawValue>
type RawDocument = { _id: string; value: RawValue }

/** Without the optional parts that are not there: absent and undefined are the same to a document. */
const toRawValue = ({ runs, stock, repeated, ...value }: Parsed): RawValue => ({
  ...value,
  ...(runs === undefined ? {} : { runs }),
  ...(stock === undefined ? {} : { stock }),
  ...(repeated === undefined ? {} : { repeated }),
})

/**
 * `conformance compact`: every document after compaction, those without import as they were, in order of their key. An entity that is refused, as when it
 * speaks of an unknown batch, stays as it was too and does not stop the others: `refused` hears of it.
 */
export const compactDocuments = (input: z.input<typeof compactInput>, refused: (error: AppError) => void = raise): RawDocument[] => {
  const { batches, importedData, rawData } = compactInput.parse(input)
  const readings = batches.map(
    (batch): BatchReading => ({
      key: batch.key,
      complete: batch.complete_types ?? [],
      touched: false,
      window: {
        dateDebut: batch.param.date_debut,
        dateFin: batch.param.date_fin,
      },
    }),
  )
  const documents = new Map(rawData.map(({ _id, value }) => [_id, toRawValue(value)]))
  const news = new Map<string, ImportedValue[]>()
  for (const { value } of importedData) {
    const { run, ...rest } = value
    const document: ImportedValue = run === undefined ? rest : { ...rest, run }
    const known = news.get(value.key)
    if (known === undefined) news.set(value.key, [document])
    else known.push(document)
  }
  for (const [key, imports] of news) {
    const old = documents.get(key)
    const [first] = imports
    if (first === undefined) continue
    try {
      documents.set(key, compactEntity({ key, scope: first.scope, old, news: imports, batches: readings }).value)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      refused(error)
    }
  }
  return sorted(documents)
}

const raise = (error: AppError): never => {
  throw error
}

/** `conformance purge`: every document without its batches from `since` on. */
export const purgeDocuments = (input: z.input<typeof purgeInput>): RawDocument[] => {
  const { since, rawData } = purgeInput.parse(input)
  return sorted(new Map(rawData.map(({ _id, value }) => [_id, purgeFrom(toRawValue(value), since)])))
}

/** `conformance features`: rows of every établissement of the perimeter, by the rules of 2023 and without the additions of the platform. */
export async function* featureRows(input: z.input<typeof featuresInput>): AsyncGenerator<FeatureRow> {
  const { params, rawData } = featuresInput.parse(input)
  const window = { dateDebut: params.date_debut, dateFin: params.date_fin, dateFinEffectif: params.date_fin_effectif }
  const bySiren = new Map<string, RawValue[]>()
  for (const { value } of rawData) {
    const siren = sirenOf(value.key)
    const known = bySiren.get(siren)
    if (known === undefined) bySiren.set(siren, [toRawValue(value)])
    else known.push(toRawValue(value))
  }
  for (const siren of [...bySiren.keys()].sort()) {
    const values = bySiren.get(siren) ?? []
    const etablissements = values.filter(({ scope }) => scope === 'etablissement').sort((a, b) => (a.key < b.key ? -1 : 1))
    const entreprise = values.find(({ scope, index }) => scope === 'entreprise' && index.algo2)
    let shared: FeatureColumns | undefined
    for await (const columns of computeFeatures({ siren, entreprise, etablissements: () => etablissements, window, batch: params.batch, rules: RULES_2023 })) {
      if (columns.entreprise !== undefined) shared = entreprise === undefined ? undefined : columns
      else yield* rowsOf(columns, shared, { batch: params.batch, rules: RULES_2023 })
    }
  }
}

/** `conformance public`: what agents see of every document, by the rules of 2023, in order of `_id`. */
export const publicDocuments = (input: z.input<typeof publicInput>): PublicDocument[] => {
  const { params, rawData } = publicInput.parse(input)
  const { batch, date_fin: dateFin, date_debut: dateDebut } = params
  const context = { batch, dateFin, rules: RULES_2023, ...(dateDebut === undefined ? {} : { dateDebut }) }
  return rawData.map(({ value }) => publicOf(toRawValue(value), context)).sort((a, b) => (a._id < b._id ? -1 : 1))
}

/** `conformance hash`: one hash by case, in order. */
export const hashes = (input: z.input<typeof hashInput>): { hash: string }[] =>
  hashInput.parse(input).cases.map(({ type, key, entry, hashed_but_not_stored: aside }) => ({
    hash: contentHash(type, key, { ...aside, ...entry }, { extensions: false, aside: hashedNames(aside) }),
  }))

/** Fields kept aside are named as they would be stored (`numero_compte`), and hashed under their Go name (`NumeroCompte`). */
const hashedNames = (aside: Entry = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(aside).map(([name, value]) => [name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()), String(value ?? '')]),
  )

const sorted = (documents: ReadonlyMap<string, RawValue>): RawDocument[] =>
  [...documents].sort(([a], [b]) => (a < b ? -1 : 1)).map(([_id, value]) => ({ _id, value }))

/** Relaxed extended JSON, dates always as text: the driver's own writes those before 1970 as numbers. */
export const toExtendedJson = (value: unknown): string => JSON.stringify(toExtended(value))

const toExtended = (value: unknown): unknown => {
  if (value instanceof Date) return { $date: value.toISOString().replace('.000Z', 'Z') }
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $numberDouble: String(value) }
  if (Array.isArray(value)) return value.map(toExtended)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, toExtended(field)]))
}

/** The document of the standard input, of the shape that a command expects. */
const readInput = async <T extends z.ZodType>(stream: AsyncIterable<Buffer | string>, schema: T): Promise<z.infer<T>> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  const read = schema.safeParse(documentOf(Buffer.concat(chunks).toString('utf8')))
  if (!read.success) throw new AppError('INPUT_INVALID', `Entrée inattendue : ${z.prettifyError(read.error)}`)
  return read.data
}

const documentOf = (text: string): unknown => {
  try {
    return BSON.EJSON.parse(text, { relaxed: true })
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'L’entrée n’est pas un document JSON', { cause: error })
  }
}

const print = async (values: Iterable<unknown> | AsyncIterable<unknown>): Promise<void> => {
  await writeLines(process.stdout, linesOf(values))
}

async function* linesOf(values: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const value of values) yield toExtendedJson(value)
}

/** `sf conformance compact|purge|features|public|hash`. */
export const conformanceCommand = (): Command => {
  const command = new Command('conformance').description('compare results with another implementation: JSON in, NDJSON out, no database')
  command
    .command('compact')
    .description('imported documents and RawData in, RawData after compaction out')
    .action(async () => {
      const refused: AppError[] = []
      await print(compactDocuments(await readInput(process.stdin, compactInput), (error) => void refused.push(error)))
      const [first] = refused
      if (first !== undefined) throw new AppError(first.code, refused.map(({ message }) => message).join('\n'))
    })
  command
    .command('purge')
    .description('RawData in, RawData without its batches from `since` on out')
    .action(async () => print(purgeDocuments(await readInput(process.stdin, purgeInput))))
  command
    .command('features')
    .description('dates of a run and RawData in, rows of variables out')
    .action(async () => print(featureRows(await readInput(process.stdin, featuresInput))))
  command
    .command('public')
    .description('dates of a run and RawData in, what agents see out')
    .action(async () => print(publicDocuments(await readInput(process.stdin, publicInput))))
  command
    .command('hash')
    .description('entries in, their hashes out')
    .action(async () => print(hashes(await readInput(process.stdin, hashInput))))
  return command
}
