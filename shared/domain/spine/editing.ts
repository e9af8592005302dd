/** Changes that a person makes to a batch, each by compare-and-set on its version, with all its consequences (architecture §4). */
import { AppError } from '../errors.ts'
import { settleSource } from './closing.ts'
import { countingDeposits, ofSource } from './counting.ts'
import type { BatchDocument, ImportDocument } from './documents.ts'
import { ringDeposit } from './ledger.ts'
import { MAPPING_SOURCE, type Spine } from './spine.ts'

/** What is left out stays; null takes a date back to the one that is computed. `flux`: sources to declare partial, or no longer. */
export type BatchEdit = {
  name?: string
  readonly?: boolean
  param?: { [Name in keyof NonNullable<BatchDocument['param']>]?: Date | null }
  flux?: Readonly<Record<string, boolean>>
}

/**
 * `sources` changed their delivery; `window`: months of the batch were given, so that everything computed from them is to be computed again, even when
 * they are those that it had: the command that gave them may have died before it touched anybody.
 */
export type Edited = { batch: BatchDocument; sources: string[]; window: boolean }

const unknown = (key: string): AppError => new AppError('BATCH_UNKNOWN', `Le lot ${key} n’existe pas.`)

/**
 * Edits a batch. A source that changes its delivery is judged again, in this batch and in the later ones, and those who hold it are touched; months that
 * move raise, in the same write, the run of the mapping, whose entries are one per month. The caller touches the rest. Throws `BATCH_UNKNOWN`, `STATE_CONFLICT` for a readonly batch.
 */
export const editBatch = async (spine: Spine, key: string, edit: BatchEdit): Promise<Edited> => {
  for (;;) {
    const batch = await spine.store.admin.batch(key)
    if (batch === undefined) throw unknown(key)
    if (batch.readonly && edit.readonly !== false)
      throw new AppError('STATE_CONFLICT', `Le lot ${key} est en lecture seule : levez-la d’abord (--no-readonly).`)
    const next = applied(batch, edit)
    const sources = Object.keys(edit.flux ?? {}).filter((source) => batch.flux.includes(source) !== next.flux.includes(source))
    const monthsMoved = (['date_debut', 'date_fin'] as const).some((name) => batch.param?.[name]?.getTime() !== next.param?.[name]?.getTime())
    const mapping = monthsMoved ? batch.runs[MAPPING_SOURCE] : undefined
    const runs = mapping === undefined ? batch.runs : { ...batch.runs, [MAPPING_SOURCE]: { ...mapping, n: mapping.n + 1 } }
    // the touches of those who hold the source are owed, whoever ends up making them
    const owed = { ...batch.owed, ...Object.fromEntries(sources.map((source) => [source, `edit-${batch.version}`])) }
    if (!(await spine.store.admin.updateBatch({ ...next, runs, owed }))) continue
    for (const source of sources) await settleSource(spine, key, source)
    if (mapping !== undefined) for (const { deposit } of await countingOf(spine, key, MAPPING_SOURCE)) await ringDeposit(spine, deposit)
    return { batch: next, sources, window: edit.param !== undefined }
  }
}

const countingOf = async (spine: Spine, key: string, source: string): Promise<ImportDocument[]> =>
  countingDeposits(ofSource(await spine.store.imports.ofBatch(key), source))

const applied = (batch: BatchDocument, edit: BatchEdit): BatchDocument => {
  const { param: _param, name: _name, readonly: _readonly, ...rest } = batch
  const name = edit.name ?? batch.name
  const isReadonly = edit.readonly ?? batch.readonly
  const param: NonNullable<BatchDocument['param']> = {}
  for (const field of ['date_debut', 'date_fin', 'date_fin_effectif'] as const) {
    const given = edit.param?.[field]
    const date = given === undefined ? batch.param?.[field] : given
    if (date) param[field] = date
  }
  const flux = new Set(batch.flux)
  for (const [source, isFlux] of Object.entries(edit.flux ?? {})) {
    if (isFlux) flux.add(source)
    else flux.delete(source)
  }
  return {
    ...rest,
    ...(name === undefined || name === '' ? {} : { name }),
    ...(isReadonly ? { readonly: true } : {}),
    ...(Object.keys(param).length > 0 ? { param } : {}),
    flux: [...flux].sort(),
  }
}

/**
 * Raises the run of (batch, source), so that all its deposits that count are imported again (`sf import again`). Returns the new run.
 * Throws `BATCH_UNKNOWN`, and `STATE_CONFLICT` when nothing was deposited for it.
 */
export const importAgain = async (spine: Spine, key: string, source: string): Promise<number> => {
  for (;;) {
    const batch = await spine.store.admin.batch(key)
    if (batch === undefined) throw unknown(key)
    const counting = await countingOf(spine, key, source)
    const run = batch.runs[source]
    if (run === undefined || counting.length === 0) throw new AppError('STATE_CONFLICT', `Aucun dépôt ne compte pour ${source} dans le lot ${key}.`)
    const raised = { ...run, n: run.n + 1 }
    if (!(await spine.store.admin.updateBatch({ ...batch, runs: { ...batch.runs, [source]: raised } }))) continue
    for (const { deposit } of counting) await ringDeposit(spine, deposit)
    return raised.n
  }
}
