import type { Writable } from 'node:stream'
import { Argument, Command, Option } from 'commander'
import type { Db } from 'mongodb'
import { featuresByKey, rawsByKey, scoresOf } from '../../shared/adapters/mongo/export.ts'
import { dateFinOf, isBatchKey } from '../../shared/domain/batch-key.ts'
import { stateAt } from '../../shared/domain/compaction/compact.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { FeatureColumns } from '../../shared/domain/features.ts'
import {
  type PublicContext,
  type PublicEntreprise,
  type PublicEtablissement,
  publicEntreprise,
  publicEtablissement,
} from '../../shared/domain/public-series/public.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import { variableNames } from '../../shared/domain/variables/documentation.ts'
import { rowsOf } from '../../shared/domain/variables/rows.ts'
import { rulesOf } from '../../shared/domain/variables/rules.ts'
import { parseFeatures } from '../../shared/domain/variables/storage.ts'
import { withPlatform } from '../platform.ts'
import { rulesOption } from '../rules-option.ts'
import { csvLine, jsonLine, writeLines } from '../stream-out.ts'

export const EXPORTS = ['features', 'etablissements', 'entreprises'] as const
export type ExportKind = (typeof EXPORTS)[number]

/** `batch`: state of the public series (default: the current one). `key`: only this SIREN. `additions`: the variables that the reference has not. */
export type ExportRequest = { format: 'ndjson' | 'csv'; batch: string; key?: string | undefined; additions: boolean; rules: string }

type Options = { format: 'ndjson' | 'csv'; key?: string; at?: string; additions?: boolean; rules: string; stack?: string }

/** `sf export`: flat rows of variables, or what agents see of each entity (refine §§1.5, 4.4), streamed to the standard output. */
export const exportCommand = (): Command =>
  new Command('export')
    .description('write variables or public series to the standard output, as a stream')
    .addArgument(new Argument('<what>', 'features: one row per établissement and month').choices([...EXPORTS]))
    .addOption(new Option('--format <format>', 'one JSON value per line, or CSV (comma, RFC 4180)').choices(['ndjson', 'csv']).default('ndjson'))
    .addOption(new Option('--json', 'same as --format ndjson').conflicts('format'))
    .option('--key <siren>', 'only this entreprise and its établissements')
    .option('--at <batch>', 'state of the public series at this batch (default: the current one)')
    .option('--additions', 'with the variables that the reference has not')
    .addOption(rulesOption('rules of the rows'))
    .option('--stack <file>', 'file of the running stack')
    .action((what: ExportKind, options: Options) =>
      withPlatform(options, async ({ db, spine }) => {
        if (options.key !== undefined && !isSiren(options.key))
          throw new AppError('INPUT_INVALID', `« ${options.key} » n’est pas un SIREN : 9 chiffres sont attendus.`)
        if (options.at !== undefined && !isBatchKey(options.at))
          throw new AppError('BATCH_INVALID', `« ${options.at} » n’est pas un lot : AAMM ou AAMM_NN est attendu.`)
        const batch = options.at ?? (await spine.store.admin.current())?.batch
        if (batch === undefined) throw new AppError('STATE_CONFLICT', 'Aucun lot n’est ouvert : il n’y a rien à exporter.')
        const { format, key, additions = false, rules } = options
        await writeExport(db, what, { format, batch, key, additions, rules }, process.stdout)
      }),
    )

/** Number of lines written, the header of a CSV included. */
export const writeExport = (db: Db, what: ExportKind, request: ExportRequest, stream: Writable): Promise<number> =>
  writeLines(stream, linesOf(db, what, request))

const linesOf = (db: Db, what: ExportKind, request: ExportRequest): AsyncGenerator<string> => {
  if (what === 'features') return featureLines(db, request)
  return what === 'etablissements' ? etablissementLines(db, request) : entrepriseLines(db, request)
}

async function* featureLines(db: Db, { format, key, additions, rules: preset }: ExportRequest): AsyncGenerator<string> {
  const rules = rulesOf(preset)
  const names = variableNames({ additions })
  if (format === 'csv') yield csvLine(['batch', ...names])
  let entreprise: FeatureColumns | undefined
  for await (const document of featuresByKey(db, key)) {
    const columns = parseFeatures(document.columns)
    if (isSiren(document.siret)) {
      entreprise = columns
      continue
    }
    const own = entreprise?.siren === document.siren ? entreprise : undefined
    for (const { _id, value } of rowsOf(columns, own, { batch: document.batch, rules, additions })) {
      yield format === 'csv' ? csvLine([document.batch, ...names.map((name) => value[name])]) : jsonLine({ _id, value })
    }
  }
}

const contextOf = ({ batch, rules }: ExportRequest): PublicContext => ({ batch, dateFin: dateFinOf(batch), rules: rulesOf(rules) })

const SERIES = ['effectif', 'cotisation', 'debit_part_patronale', 'debit_part_ouvriere', 'debit_montant_majorations'] as const

/** As CSV: one row per month. As NDJSON: the whole, with the scores of its SIREN. */
async function* etablissementLines(db: Db, request: ExportRequest): AsyncGenerator<string> {
  if (request.format === 'csv') yield csvLine(['siret', 'batch', 'periode', ...SERIES])
  let scores: { siren: string; list: unknown[] } | undefined
  for await (const { key, siren, value } of rawsByKey(db, 'etablissement', request.key)) {
    const shown: PublicEtablissement = publicEtablissement(key, stateAt(value, request.batch), contextOf(request))
    if (request.format === 'csv') {
      for (const [at, periode] of shown.periodes.entries()) yield csvLine([key, shown.batch, periode, ...SERIES.map((name) => shown[name][at])])
      continue
    }
    if (scores?.siren !== siren) scores = { siren, list: await scoresOf(db, siren) }
    yield jsonLine({ _id: `etablissement_${key}`, value: shown, scores: scores.list })
  }
}

const IDENTITY = ['raison_sociale', 'statut_juridique', 'date_creation'] as const

/** As CSV: one row per entreprise, lists as JSON. */
async function* entrepriseLines(db: Db, request: ExportRequest): AsyncGenerator<string> {
  if (request.format === 'csv') yield csvLine(['siren', 'batch', ...IDENTITY, 'diane', 'bdf', 'ellisphere', 'paydex'])
  for await (const { key, value } of rawsByKey(db, 'entreprise', request.key)) {
    const shown: PublicEntreprise = publicEntreprise(key, stateAt(value, request.batch), contextOf(request))
    yield request.format === 'csv'
      ? csvLine([key, shown.batch, ...IDENTITY.map((name) => shown.sirene_ul?.[name]), shown.diane, shown.bdf, shown.ellisphere, shown.paydex])
      : jsonLine({ _id: `entreprise_${key}`, value: shown })
  }
}
