import { Command } from 'commander'
import { isBatchKey } from '../../shared/domain/batch-key.ts'
import { canonicalJson } from '../../shared/domain/canonical-json.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { formatDay } from '../../shared/domain/month.ts'
import { type ExplainedEntry, explainEntity } from '../../shared/domain/provenance/explain.ts'
import { isSiren, isSiret, sirenOf } from '../../shared/domain/siren.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
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
        `  lot ${batch}, ${filename}${line === null ? '' : ` ligne ${line}`}, déposé le ${formatDay(completedAt)} par ${owner} (dépôt ${deposit})`,
    ),
  ]),
]

const entityCommand = (name: 'siret' | 'siren', digits: number, isValid: (key: string) => boolean): Command =>
  new Command(name)
    .argument(`<${name}>`, `${digits} digits`)
    .description(`what is known of ${name === 'siret' ? 'an établissement' : 'an entreprise'}, and the file and line that brought each figure`)
    .option('--at <batch>', 'state at this batch: AAMM or AAMM_NN (default: the last)')
    .option('--type <type>', 'only this type of data: cotisation, debit…')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action((key: string, options: Options) =>
      withPlatform(options, async ({ spine }) => {
        if (!isValid(key)) throw new AppError('INPUT_INVALID', `« ${key} » n’est pas un ${name.toUpperCase()} : ${digits} chiffres sont attendus.`)
        if (options.at !== undefined && !isBatchKey(options.at))
          throw new AppError('BATCH_INVALID', `« ${options.at} » n’est pas un lot : AAMM ou AAMM_NN est attendu.`)
        const found = await explain(spine, key, options)
        print(options.json, found, () => linesOf(found))
      }),
    )

/** `sf explain siret|siren`: for each figure, the file, the line, the date and the deposit that brought it. */
export const explainCommand = (): Command =>
  new Command('explain')
    .description('where the figures of an entity come from')
    .addCommand(entityCommand('siret', 14, isSiret))
    .addCommand(entityCommand('siren', 9, isSiren))
