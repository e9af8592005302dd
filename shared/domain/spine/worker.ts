import type { LedgerDocument, Stage } from './documents.ts'
import { NEXT_STAGE, ringShards } from './ledger.ts'
import { ringIfQuiet } from './lists.ts'
import type { Spine } from './spine.ts'

/**
 * What became of a SIREN of a page: `done` (also when there was nothing to write), `again` (someone wrote meanwhile: it stays
 * where it is), or the error that it met. An error of the environment is thrown instead: the whole page is tried again.
 */
export type Outcome = 'done' | 'again' | { error: string }

/** Handles the SIRENs of a page, which all stand at the current batch. */
export type PageWork = (page: readonly LedgerDocument[], batch: string | undefined) => Promise<Map<string, Outcome>>

/**
 * Works through one shard at one stage, page by page, until it is empty or `signal` aborts; then rings its own bell again if
 * work is left. Order of a worker: first the page of the ledger, then `Admin`, then the data, so that whatever a touch announces is seen.
 */
export const workShard = async (spine: Spine, stage: Stage, shard: number, signal: AbortSignal, work: PageWork): Promise<void> => {
  const { ledger } = spine.store
  let after: string | undefined
  while (!signal.aborted) {
    const page = await ledger.page(stage, shard, after, spine.settings.pageSize)
    if (page.length === 0) break
    after = page.at(-1)?.siren
    await workPage(spine, stage, shard, page, work)
  }
  if (await ledger.shardHasWork(stage, shard)) await ringShards(spine, stage, [shard])
  else await ringIfQuiet(spine)
}

const workPage = async (spine: Spine, stage: Stage, shard: number, page: readonly LedgerDocument[], work: PageWork): Promise<void> => {
  const { ledger, admin } = spine.store
  const current = (await admin.current())?.batch
  const behind = page.filter((document) => current !== undefined && document.batch < current)
  for (const { siren, seq } of behind) await ledger.raiseBatch({ siren, stage, seq }, current ?? '')
  if (behind.length > 0 && stage !== 'refine') await ringShards(spine, 'refine', [shard])
  const ready = page.filter((document) => current === undefined || document.batch >= current)
  if (ready.length === 0) return
  const outcomes = await work(ready, current)
  const done = ready.filter((document) => outcomes.get(document.siren) === 'done')
  const advanced = await ledger.advance(
    done.map(({ siren, seq }) => ({ siren, stage, seq })),
    NEXT_STAGE[stage],
  )
  for (const { siren, seq } of ready) {
    const outcome = outcomes.get(siren)
    if (typeof outcome !== 'object') continue
    const isSetAside = await ledger.recordFailure({ siren, stage, seq }, outcome.error)
    // the alarm listens to `siren.failed`: it rings for those that are set aside, not for those that are tried again
    spine.log.warn(isSetAside ? 'siren.failed' : 'siren.tried', { stage, siren, reason: outcome.error })
  }
  const next = NEXT_STAGE[stage]
  if (advanced > 0 && next !== 'done') await ringShards(spine, next, [shard])
}
