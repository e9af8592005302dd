import { Command } from 'commander'
import { deleteSirens, outsidePerimetre } from '../../shared/adapters/mongo/purge.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { operationEvent } from '../../shared/domain/journal/events.ts'
import { perimetreDeposits } from '../../shared/domain/spine/batches.ts'
import { touchAndRing } from '../../shared/domain/spine/ledger.ts'
import { loadPerimetre } from '../../shared/domain/spine/opening.ts'
import { hasSiren } from '../../shared/domain/spine/sirens.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import { checkedBatch } from '../arguments.ts'
import { print } from '../output.ts'
import { type Platform, withPlatform } from '../platform.ts'

type Options = { count?: boolean; delete?: boolean; json?: boolean; stack?: string }

/** `sf prune-entities --count|--delete BATCH`: entities outside the perimeter of a batch (refine §2.8). */
export const pruneEntitiesCommand = (): Command =>
  new Command('prune-entities')
    .description('count or delete the entities that are outside the perimeter of a batch')
    .argument('<batch>', 'AAMM or AAMM_NN')
    .option('--count', 'only count them')
    .option('--delete', 'delete them, with their variables, scores and what is published of them')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action((text: string, options: Options) => {
      const batch = checkedBatch(text)
      if ((options.count === true) === (options.delete === true)) throw new AppError('INPUT_INVALID', 'Précisez --count ou --delete, l’un des deux.')
      return withPlatform(options, async (platform) => {
        const count = await prune(platform, batch, options.delete === true)
        print(options.json, { count }, () => [`${count} document(s) hors du périmètre de ${batch}${options.delete ? ', supprimés' : ''}`])
      })
    })

const perimetreOf = async (spine: Spine, batch: string): Promise<Uint32Array> =>
  loadPerimetre(spine, perimetreDeposits(batch, await spine.store.admin.batches(), await spine.store.imports.all()))

/**
 * The documents of RawData outside the perimeter of `batch`; deleted when asked. Refused when the batch has no perimeter, and when the current one still
 * holds some of the SIRENs: what agents see of them would be lost.
 */
export const prune = async ({ db, spine }: Pick<Platform, 'db' | 'spine'>, batch: string, isDelete: boolean): Promise<number> => {
  const startDate = new Date()
  if ((await spine.store.admin.batch(batch)) === undefined) throw new AppError('BATCH_UNKNOWN', `Le lot ${batch} n’existe pas.`)
  const perimetre = await perimetreOf(spine, batch)
  if (perimetre.length === 0) throw new AppError('STATE_CONFLICT', 'ce batch ne spécifie pas de filtre')
  const { count, sirens } = await outsidePerimetre(db, perimetre)
  if (isDelete) {
    const current = await spine.store.admin.current()
    const kept = current === undefined ? new Uint32Array() : await perimetreOf(spine, current.batch)
    const needed = sirens.filter((siren) => hasSiren(kept, siren)).length
    if (needed > 0)
      throw new AppError('STATE_CONFLICT', `${needed} entreprise(s) hors du périmètre de ${batch} sont dans celui du lot courant : rien n’est supprimé.`)
    await deleteSirens(db, sirens)
    // the rest of the chain finds them gone, and takes back what is published of them
    await touchAndRing(spine, sirens)
  }
  await spine.journal?.write(operationEvent(`prune:${batch}:${startDate.toISOString()}`, 'PruneEntities', startDate, new Date()))
  return count
}
