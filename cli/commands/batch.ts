import { Command } from 'commander'
import { ledgerCounts, recomputeFrom } from '../../shared/adapters/mongo/status.ts'
import { dateFinOf } from '../../shared/domain/batch-key.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { BatchWindow } from '../../shared/domain/features.ts'
import { formatDay, monthIndex, parseDay } from '../../shared/domain/month.ts'
import { perimetreDeposits, windowOf } from '../../shared/domain/spine/batches.ts'
import type { BatchDocument } from '../../shared/domain/spine/documents.ts'
import { type BatchEdit, editBatch } from '../../shared/domain/spine/editing.ts'
import { allShards, ringShards } from '../../shared/domain/spine/ledger.ts'
import { openBatch } from '../../shared/domain/spine/opening.ts'
import { type PlatformStatus, readStatus } from '../../shared/domain/spine/status.ts'
import { checkedBatch } from '../arguments.ts'
import { print, table } from '../output.ts'
import { type Platform, withPlatform } from '../platform.ts'
import { checkedSource } from './import-again.ts'

type Options = { json?: boolean; stack?: string }

const statusOf = ({ spine, db }: Platform) => readStatus(spine.store, () => ledgerCounts(db), spine.sources, spine.settings)

const common = (command: Command): Command => command.option('--json', 'one JSON value').option('--stack <file>', 'file of the running stack')

type EditOptions = Options & {
  name?: string
  readonly?: boolean
  dateDebut?: string
  dateFin?: string
  dateFinEffectif?: string
  flux?: string[]
  stock?: string[]
}

const editOf = (options: EditOptions): BatchEdit => {
  const dates = { date_debut: options.dateDebut, date_fin: options.dateFin, date_fin_effectif: options.dateFinEffectif }
  const param = Object.fromEntries(Object.entries(dates).flatMap(([field, text]) => (text === undefined ? [] : [[field, monthOf(text)]])))
  const both = (options.flux ?? []).filter((source) => options.stock?.includes(source))
  if (both.length > 0) throw new AppError('INPUT_INVALID', `${both.join(', ')} est à la fois dans --flux et dans --stock.`)
  const flux = Object.fromEntries([
    ...(options.flux ?? []).map((source) => [checkedSource(source), true] as const),
    ...(options.stock ?? []).map((source) => [checkedSource(source), false] as const),
  ])
  const edit: BatchEdit = {
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.readonly === undefined ? {} : { readonly: options.readonly }),
    ...(Object.keys(param).length > 0 ? { param } : {}),
    ...(Object.keys(flux).length > 0 ? { flux } : {}),
  }
  if (Object.keys(edit).length === 0) throw new AppError('INPUT_INVALID', 'Rien à modifier : voir sf batch edit --help.')
  return edit
}

/** Longer windows are mistyped years: every entity would be computed for each of their months. */
const MONTHS = 600

/** Months that a person gives must leave some to compute (raw-formats §4.1: [debut, fin)), and not thousands. Throws `INPUT_INVALID`. */
export const checkedWindow = ({ dateDebut, dateFin }: Pick<BatchWindow, 'dateDebut' | 'dateFin'>): void => {
  const months = monthIndex(dateFin) - monthIndex(dateDebut)
  if (months >= 1 && months <= MONTHS) return
  const told = months < 1 ? 'elle ne contient aucun mois' : `elle contient ${months} mois, ${MONTHS} au plus sont permis`
  throw new AppError('INPUT_INVALID', `La fenêtre irait du ${formatDay(dateDebut)} au ${formatDay(dateFin)} (exclu) : ${told}. Rien n’est modifié.`)
}

const checkWindow = async ({ store, settings }: Platform['spine'], key: string, { param }: BatchEdit): Promise<void> => {
  const batch = await store.admin.batch(key)
  if (param === undefined || batch === undefined) return
  const month = (name: 'date_debut' | 'date_fin', computed: Date): Date => (param[name] === undefined ? batch.param?.[name] : param[name]) ?? computed
  checkedWindow({ dateDebut: month('date_debut', settings.dateDebut), dateFin: month('date_fin', dateFinOf(key)) })
}

/** A batch as the reference writes it (raw-formats §4.1), and what the platform adds to it. */
export const shownBatch = (found: BatchDocument, status: Pick<PlatformStatus, 'batches' | 'deposits'>, window: BatchWindow, perimetre: readonly string[]) => {
  const { key } = found
  const known = status.batches.find((candidate) => candidate.key === key)
  const files = Map.groupBy(
    status.deposits.filter(({ batch }) => batch === key),
    ({ source }) => source,
  )
  return {
    _id: { key, type: 'batch' },
    ...known,
    name: found.name ?? null,
    readonly: found.readonly ?? false,
    files: Object.fromEntries([...files].map(([source, group]) => [source, group.map(({ deposit }) => deposit)])),
    complete_types: known?.effective ?? [],
    flux: found.flux,
    perimetre,
    param: { date_debut: formatDay(window.dateDebut), date_fin: formatDay(window.dateFin), date_fin_effectif: formatDay(window.dateFinEffectif) },
    runs: found.runs,
    verdicts: found.verdicts,
  }
}

export const shownLines = ({ _id, sentence, name, readonly, flux, param, perimetre }: ReturnType<typeof shownBatch>): string[] => [
  `${sentence ?? _id.key}${name === null ? '' : ` (${name})`}`,
  ...(readonly ? ['n’accepte plus de fichier'] : []),
  ...(flux.length > 0 ? [`livraisons partielles : ${flux.join(', ')}`] : []),
  `fenêtre : ${param.date_debut} à ${param.date_fin} (exclu), effectifs jusqu’à ${param.date_fin_effectif}`,
  `périmètre : ${perimetre.join(', ') || 'aucun'}`,
]

/** The first day of a month; null for « auto ». */
const monthOf = (text: string): Date | null => {
  if (text === 'auto') return null
  const day = parseDay(text)
  if (day === undefined || day.getUTCDate() !== 1)
    throw new AppError('INPUT_INVALID', `« ${text} » n’est pas le premier jour d’un mois : AAAA-MM-01 est attendu.`)
  return day
}

/** `sf batch list|show|edit|open`: batches make themselves; these commands look at them, and open one by hand. */
export const batchCommand = (): Command => {
  const batch = new Command('batch').description('batches: list, show, edit, open')
  common(batch.command('list').description('every batch and what it waits for')).action((options: Options) =>
    withPlatform(options, async (platform) => {
      const { batches } = await statusOf(platform)
      print(options.json, batches, () => (batches.length === 0 ? ['aucun lot'] : batches.map(({ sentence }) => sentence)))
    }),
  )
  common(batch.command('show').argument('<batch>', 'AAMM or AAMM_NN').description('one batch: files, effective sources, window')).action(
    (text: string, options: Options) => {
      const key = checkedBatch(text)
      return withPlatform(options, async (platform) => {
        const { admin, imports } = platform.spine.store
        const found = await admin.batch(key)
        if (found === undefined) throw new AppError('BATCH_UNKNOWN', `Le lot ${key} n’existe pas.`)
        const status = await statusOf(platform)
        const all = await imports.all()
        const batches = await admin.batches()
        const window = windowOf(key, batches, all, platform.spine.settings.dateDebut)
        const shown = shownBatch(found, status, window, perimetreDeposits(key, batches, all))
        const deposits = status.deposits.filter((deposit) => deposit.batch === key)
        print(options.json, shown, () => [
          ...shownLines(shown),
          ...table(deposits.map(({ source, deposit, state, filename }) => [source, deposit, state, filename])),
        ])
      })
    },
  )
  common(
    batch
      .command('edit')
      .argument('<batch>', 'AAMM or AAMM_NN')
      .description('correct a batch: its name, its window, a partial delivery, or close it to new files')
      .option('--name <text>', 'label for people; empty: none')
      .option('--readonly', 'accept no new file')
      .option('--no-readonly', 'accept files again')
      .option('--date-debut <day>', 'first month, AAAA-MM-01; « auto »: as computed')
      .option('--date-fin <day>', 'month after the last one')
      .option('--date-fin-effectif <day>', 'last month of headcounts')
      .option('--flux <sources...>', 'these sources are partial deliveries here: nothing is deleted by them')
      .option('--stock <sources...>', 'these sources are whole deliveries again'),
  ).action((text: string, options: EditOptions) => {
    const key = checkedBatch(text)
    const edit = editOf(options)
    return withPlatform(options, async ({ spine, db }) => {
      await checkWindow(spine, key, edit)
      const edited = await editBatch(spine, key, edit)
      const touched = edited.window ? await recomputeFrom(db, 'refine', {}) : 0
      if (touched > 0) await ringShards(spine, 'refine', allShards(spine.settings.shards))
      const { name, readonly, param, flux } = edited.batch
      const given = Object.fromEntries(Object.entries(param ?? {}).map(([field, month]) => [field, formatDay(month)]))
      print(options.json, { batch: key, name: name ?? null, readonly: readonly ?? false, param: given, flux, sources: edited.sources, touched }, () => [
        `le lot ${key} est modifié`,
        ...(edited.sources.length > 0 ? [`sources jugées à nouveau : ${edited.sources.join(', ')}`] : []),
        ...(touched > 0 ? [`${touched} entreprise(s) remise(s) en calcul`] : []),
      ])
    })
  })
  common(batch.command('open').argument('<batch>', 'AAMM or AAMM_NN').description('make a batch current without waiting for the list before')).action(
    (text: string, options: Options) => {
      const key = checkedBatch(text)
      return withPlatform(options, async ({ spine }) => {
        if ((await spine.store.admin.batch(key)) === undefined) throw new AppError('BATCH_UNKNOWN', `Le lot ${key} n’existe pas.`)
        if (!(await openBatch(spine, key))) throw new AppError('STATE_CONFLICT', `Le lot ${key} ne peut pas s’ouvrir : un lot aussi récent est déjà courant.`)
        print(options.json, { opened: key }, () => [`le lot ${key} est ouvert`])
      })
    },
  )
  return batch
}
