import { dateFinOf, isSubBatch, monthKeyOf } from '../batch-key.ts'
import type { BatchWindow } from '../features.ts'
import { addMonths } from '../month.ts'
import { countingDeposits, ofSource } from './counting.ts'
import type { BatchDocument, ImportDocument } from './documents.ts'
import { FILTER_SOURCE, HEADCOUNT_SOURCE, MAPPING_SOURCE } from './spine.ts'

export const emptyBatch = (key: string): BatchDocument => ({ key, version: 1, runs: {}, closedRun: {}, verdicts: {}, owed: {}, flux: [] })

/** Is this stock source effective in the batch, as stock? */
export const isEffective = (batch: BatchDocument, source: string): boolean => !batch.flux.includes(source) && batch.verdicts[source]?.effective === true

/** The batches up to `key`, latest first, with what was deposited in them. */
const upTo = (key: string, batches: readonly BatchDocument[]): BatchDocument[] => batches.filter((batch) => batch.key <= key).reverse()

const counting = (imports: readonly ImportDocument[], batch: string, source: string): ImportDocument[] =>
  countingDeposits(ofSource(imports, source).filter((document) => document.batch === batch)).filter((document) => document.plan !== undefined)

/**
 * The deposits that make the perimeter of a batch: an explicit `filter`, else the effective headcount files of
 * entreprises; inherited from the latest earlier batch that has them (architecture §4). Empty: none yet.
 */
export const perimetreDeposits = (key: string, batches: readonly BatchDocument[], imports: readonly ImportDocument[]): string[] => {
  for (const batch of upTo(key, batches)) {
    const found = perimetreOfBatch(batch, imports)
    if (found.length > 0) return distinctContents(found)
  }
  return []
}

/**
 * Deposits that bring the same bytes are one input: a file that is sent again starts no new run. In the order in which contents count last,
 * each under the deposit that brought it first.
 */
const distinctContents = (documents: readonly ImportDocument[]): string[] => {
  const first = new Map<string, string>()
  const order = new Map<string, string>()
  for (const { sha256, deposit } of documents) {
    if (!first.has(sha256)) first.set(sha256, deposit)
    order.delete(sha256)
    order.set(sha256, first.get(sha256) ?? deposit)
  }
  return [...order.values()]
}

const perimetreOfBatch = (batch: BatchDocument, imports: readonly ImportDocument[]): ImportDocument[] => {
  const filters = counting(imports, batch.key, FILTER_SOURCE)
  if (filters.length > 0) return filters
  if (!isEffective(batch, HEADCOUNT_SOURCE)) return []
  return counting(imports, batch.key, HEADCOUNT_SOURCE).filter((document) => document.closedRun > 0)
}

/** An explicit perimeter of the batch itself: the only one that applies to headcount files, which otherwise make it. */
export const ownFilter = (key: string, imports: readonly ImportDocument[]): string[] => distinctContents(counting(imports, key, FILTER_SOURCE))

/** The mapping of a batch, in the order in which its files count; a sub-batch without one of its own uses that of its month. */
export const mappingDeposits = (key: string, imports: readonly ImportDocument[]): string[] => {
  const own = counting(imports, key, MAPPING_SOURCE)
  const found = own.length === 0 && isSubBatch(key) ? counting(imports, monthKeyOf(key), MAPPING_SOURCE) : own
  return distinctContents(found)
}

/**
 * Window of a batch: [dateDebut, first day of its month), and the last month of headcounts, which comes from the latest
 * effective headcount file up to the batch. A date set by a person wins. Before any headcount file, two months are assumed to be late.
 */
export const windowOf = (key: string, batches: readonly BatchDocument[], imports: readonly ImportDocument[], dateDebut: Date): BatchWindow => {
  const batch = batches.find((candidate) => candidate.key === key)
  const dateFin = batch?.param?.date_fin ?? dateFinOf(key)
  return { dateDebut: batch?.param?.date_debut ?? dateDebut, dateFin, dateFinEffectif: lastHeadcount(key, batches, imports) ?? addMonths(dateFin, -2) }
}

const lastHeadcount = (key: string, batches: readonly BatchDocument[], imports: readonly ImportDocument[]): Date | undefined => {
  for (const batch of upTo(key, batches)) {
    if (batch.param?.date_fin_effectif !== undefined) return batch.param.date_fin_effectif
    if (!isEffective(batch, HEADCOUNT_SOURCE)) continue
    const months = counting(imports, batch.key, HEADCOUNT_SOURCE).flatMap((document) => (document.closedRun > 0 && document.plan?.dateFinEffectif) || [])
    if (months.length > 0) return months.reduce((latest, month) => (month > latest ? month : latest))
  }
  return undefined
}
