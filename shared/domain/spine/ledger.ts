import { crc32 } from 'node:zlib'
import type { Stage } from './documents.ts'
import type { Spine } from './spine.ts'

/** The shard of a SIREN: fixed as long as `shards` is (architecture §2). */
export const shardOf = (siren: string, shards: number): number => crc32(siren) % shards

/** Failures after which a SIREN is set aside. */
export const MAX_ATTEMPTS = 3

/** The stage after `stage`. */
export const NEXT_STAGE = { refine: 'detect', detect: 'publish', publish: 'done' } as const satisfies Record<Stage, Stage | 'done'>

/** Rings these shards at a stage. A bell that does not leave is rung by `sweep`: it is logged, never an error. */
export const ringShards = async (spine: Spine, stage: Stage, shards: Iterable<number>): Promise<void> => {
  for (const shard of [...new Set(shards)].sort((a, b) => a - b)) {
    await ringQuietly(spine, stage, { v: 1, shard }, { group: String(shard), deduplication: `${stage}:${shard}:${spine.bellId()}` })
  }
}

/** Rings the check of a list (architecture §4): is it complete? */
export const ringList = (spine: Spine, list: string): Promise<void> =>
  ringQuietly(spine, 'publish', { v: 1, list }, { group: `list-${list}`, deduplication: `list:${list}:${spine.bellId()}` })

/** Rings the import of a deposit: plan what is not planned, read what is not read under the current run. */
export const ringDeposit = (spine: Spine, deposit: string): Promise<void> => ringQuietly(spine, 'import', { v: 1, deposit })

/** Rings the check of the opening of the next batch. */
export const ringOpening = (spine: Spine): Promise<void> => ringQuietly(spine, 'import', { v: 1, opening: true })

const ringQuietly = async (spine: Spine, queue: Parameters<Spine['queue']['send']>[0], message: Record<string, unknown>, options = {}): Promise<void> => {
  try {
    await spine.queue.send(queue, message, options)
  } catch (error) {
    spine.log.error('bell.lost', error, { queue, ...message })
  }
}

/** Touches SIRENs (in bulks) for the batch that is current now, then rings their shards at refine. */
export const touchAndRing = async (spine: Spine, sirens: readonly string[], stock: Record<string, string> = {}): Promise<void> => {
  const batch = (await spine.store.admin.current())?.batch ?? ''
  const { touchSize, shards } = spine.settings
  for (let at = 0; at < sirens.length; at += touchSize) {
    await spine.store.ledger.touch(sirens.slice(at, at + touchSize), { batch, stock })
  }
  await ringShards(
    spine,
    'refine',
    sirens.map((siren) => shardOf(siren, shards)),
  )
}

/** Every shard, for events that touch SIRENs all over. */
export const allShards = (shards: number): number[] => Array.from({ length: shards }, (_, shard) => shard)
