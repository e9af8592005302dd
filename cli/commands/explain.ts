import { Command } from 'commander'
import { canonicalJson } from '../../shared/domain/canonical-json.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { type ExplainedEntry, explainEntity } from '../../shared/domain/provenance/explain.ts'
import { isSiren, isSiret, sirenOf } from '../../shared/domain/siren.ts'
import { MAPPING_SOURCE, type Spine } from '../../shared/domain/spine/spine.ts'
import { sourceNames } from '../../shared/sources/index.ts'
import { checkedBatch } from '../arguments.ts'
import { formatParisDay } from '../instants.ts'
import { print } from '../output.ts'
import { withPlatform } from '../platform.ts'

type Options = { at?: string; type?: string; json?: boolean; stack?: string }

export type Explained = { key: string; at: string; waiting: number; entries: ExplainedEntry[] }

/** The state of an entity at a batch and where each entry comes from. `waiting`: documents imported that are not merged yet. Throws when nothing is known of it. */
export const explain = async (spine: Spine, key: string, { at, type }: { at?: string | undefined; type?: string | undefined } = {}): Promise<Explained> => {
  const siren = sirenOf(key)
  const raw = (await spine.store.entities.raws([siren])).find((document) => document.key === key)
  const waiting = (await spine.store.entities.imported([siren])).filter((document) => document.key === key).length
  if (raw === undefined && waiting === 0) throw new AppError(isSiret(key) ? 'SIRET_UNKNOWN' : 'SIREN_UNKNOWN', `Rien n’a été importé pour ${key}.`)
  const batches = await spine.store.admin.batches()
  const until = at ?? batches.at(-1)?.key ?? ''
  if (raw === undefined) return { key, at: until, waiting, entries: [] }
  const provenance = (await spine.provenance?.ofKey(key)) ?? []
  const imports = await spine.store.imports.all()
  return { key, at: until, waiting, entries: explainEntity({ value: raw.value, at: until, type, provenance, imports, sources: spine.sources }) }
}

const linesOf = ({ key, at, waiting, entries }: Explained): string[] => [
  `${key} au lot ${at} : ${entries.length} donnée(s)${waiting > 0 ? `, ${waiting} import(s) pas encore consolidé(s)` : ''}`,
  ...entries.flatMap(({ type, entry, batch, origins }) => [
    `${type} ${canonicalJson(entry)}`,
    ...(origins.length === 0 ? [`  lot ${batch}, fichier inconnu`] : []),
    ...origins.map(
      ({ deposit, filename, owner, completedAt, line }) =>
        `  lot ${batch}, ${filename}${line === null ? '' : ` ligne ${line}`}, déposé le ${formatParisDay(completedAt)} par ${owner} (dépôt ${deposit})`,
    ),
  ]),
]

/** Entries of a mapping have a type of their own (raw-formats §1.6). */
const TYPES = sourceNames.map((name) => (name === MAPPING_SOURCE ? 'compte' : name))

const checkedType = (text: string): string => {
  if (TYPES.some((type) => type === text)) return text
  throw new AppError('INPUT_INVALID', `Le type « ${text} » est inconnu : ${TYPES.join(', ')}.`)
}

const entityCommand = (name: 'siret' | 'siren', digits: number, isValid: (key: string) => boolean): Command =>
  new Command(name)
    .argument(`<${name}>`, `${digits} digits`)
    .description(`what is known of ${name === 'siret' ? 'an établissement' : 'an entreprise'}, and the file and line that brought each figure`)
    .option('--at <batch>', 'state at this batch: AAMM or AAMM_NN (default: the last)')
    .option('--type <type>', 'only this type of data: cotisation, debit…')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action((key: string, options: Options) => {
      if (!isValid(key)) throw new AppError('INPUT_INVALID', `« ${key} » n’est pas un ${name.toUpperCase()} : ${digits} chiffres sont attendus.`)
      const at = options.at === undefined ? undefined : checkedBatch(options.at)
      const type = options.type === undefined ? undefined : checkedType(options.type)
      return withPlatform(options, async ({ spine }) => {
        const found = await explain(spine, key, { at, type })
        print(options.json, found, () => linesOf(found))
      })
    })

/** `sf explain siret|siren`: for each figure, the file, the line, the date and the deposit that brought it. */
export const explainCommand = (): Command =>
  new Command('explain')
    .description('where the figures of an entity come from')
    .addCommand(entityCommand('siret', 14, isSiret))
    .addCommand(entityCommand('siren', 9, isSiren))
