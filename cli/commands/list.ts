import { Command } from 'commander'
import { monthKeyOf, parseBatchKey } from '../../shared/domain/batch-key.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { operationEvent } from '../../shared/domain/journal/events.ts'
import type { ListDocument } from '../../shared/domain/spine/documents.ts'
import { ringList } from '../../shared/domain/spine/ledger.ts'
import { schedulePublication } from '../../shared/domain/spine/lists.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import { formatParis, parseParis } from '../instants.ts'
import { print } from '../output.ts'
import { withPlatform } from '../platform.ts'

type Options = { at: string; json?: boolean; stack?: string }

/** A later date is at most a year away: a mistyped year would hide a list for good. */
const FURTHEST_MS = 366 * 86_400_000

/** A month `AAMM`: sub-batches feed the list of their month. Throws `BATCH_INVALID`. */
export const checkedMonth = (text: string): string => {
  const key = parseBatchKey(text)
  if (key === undefined || key.sub !== undefined) throw new AppError('BATCH_INVALID', `« ${text} » n’est pas une liste : un mois AAMM est attendu.`)
  return monthKeyOf(text)
}

/** The instant from which agents are to see a list; nothing for « auto ». Throws `INPUT_INVALID`. */
const checkedDate = (text: string, now: Date): Date | undefined => {
  if (text === 'auto') return undefined
  const at = parseParis(text)
  if (at === undefined)
    throw new AppError('INPUT_INVALID', `« ${text} » n’est pas une date : AAAA-MM-JJ ou AAAA-MM-JJTHH:MM (heure de Paris) est attendu, ou « auto ».`)
  if (at <= now) throw new AppError('INPUT_INVALID', `La date ${formatParis(at)} est passée : une liste complète est publiée d’elle-même.`)
  if (at.getTime() - now.getTime() > FURTHEST_MS) throw new AppError('INPUT_INVALID', `La date ${formatParis(at)} est à plus d’un an.`)
  return at
}

/** Chooses the date of a list, and writes it in the journal. */
export const schedule = async (spine: Spine, key: string, text: string): Promise<ListDocument> => {
  const startDate = spine.clock()
  const at = checkedDate(text, startDate)
  const list = await schedulePublication(spine, checkedMonth(key), at)
  const id = `publish:${key}:${startDate.toISOString()}`
  await spine.journal?.write(operationEvent(id, 'PublishList', startDate, spine.clock(), { key, publishAt: at ?? null }))
  await ringList(spine, key)
  return list
}

const linesOf = ({ key, libelle, publishAt, reason }: ListDocument): string[] => [
  publishAt === undefined
    ? `la liste ${key} (${libelle}) sera publiée dès qu’elle sera complète`
    : `la liste ${key} (${libelle}), une fois complète, sera visible à partir du ${formatParis(publishAt)} (heure de Paris)`,
  ...(reason === undefined ? [] : [`elle reste retenue, quelle que soit la date : ${reason}`]),
]

/** `sf list publish`: lists publish themselves; an operator may choose a later date. */
export const listCommand = (): Command => {
  const list = new Command('list').description('lists: choose when agents see one')
  list
    .command('publish')
    .argument('<month>', 'AAMM')
    .description('choose the later date from which agents see a list that is not published yet')
    .requiredOption('--at <date>', 'AAAA-MM-JJ or AAAA-MM-JJTHH:MM, hour of Paris; « auto »: as soon as it is complete')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action((key: string, options: Options) =>
      withPlatform(options, async ({ spine }) => {
        const chosen = await schedule(spine, key, options.at)
        const { state, publishAt, reason } = chosen
        print(options.json, { list: key, state, publishAt: publishAt ?? null, reason: reason ?? null }, () => linesOf(chosen))
      }),
    )
  return list
}
