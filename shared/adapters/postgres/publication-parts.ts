import type { Publication } from '../../domain/publication/rows.ts'
import { type Pool, withTransaction } from './connect.ts'
import { deleteRows, insertRows, lockGuards, type PageOutcome, raiseGuards } from './publication.ts'

/** `empreinte` names what is published. `parts` are its rows, a few at a time: they are asked for only when they must be written. */
export type PartsItem = { siren: string; seq: number; empreinte: string; parts: () => AsyncIterable<Publication> }

/** Replaces what one SIREN publishes, by the rules of `publishPage`: one transaction under its guard row, whatever its size. */
export const publishInParts = async (pool: Pool, { siren, seq, empreinte, parts }: PartsItem, publieLe: Date = new Date()): Promise<PageOutcome> =>
  withTransaction(pool, async (connection) => {
    const guard = (await lockGuards(connection, [siren])).get(siren)
    if (guard !== undefined && guard.seq > seq) return { siren, outcome: 'older' }
    const isChanged = guard?.empreinte !== empreinte
    if (isChanged) {
      await deleteRows(connection, [siren])
      for await (const part of parts()) await insertRows(connection, [part], publieLe)
    }
    await raiseGuards(connection, [{ siren, seq, empreinte, isOutside: false }])
    return { siren, outcome: isChanged ? 'written' : 'unchanged' }
  })
