import type { EntrepriseFacts, FeatureColumns, FeatureValue } from '../features.ts'
import { monthFromIndex } from '../month.ts'
import { hasBilanAt } from './bdf.ts'
import type { Rules } from './rules.ts'

/** A flat row of the reference: one établissement and month (refine §1.5). */
export type FeatureRow = {
  _id: { batch: string; siret: string; periode: Date }
  value: Record<string, Exclude<FeatureValue, undefined> | EntrepriseFacts['procol_ouvertures']>
}

export type RowOptions = { batch: string; rules: Rules /** Variables of the platform that the reference has not (refine §3.20). */; additions?: boolean }

/** Names of the additions of the platform. */
const ADDITIONS: ReadonlySet<string> = new Set(['procol_etat', 'procol_ouvertures', 'exclu', 'apart_jours_demandes_12m'])

/**
 * Rows of an établissement, joined with what is said of its entreprise on the months where the rules give it (refine §3.17, §3.18). Absent
 * variables are left out.
 */
export function* rowsOf(etablissement: FeatureColumns, entreprise: FeatureColumns | undefined, options: RowOptions): Generator<FeatureRow> {
  const additions = options.additions ?? false
  const keep = (name: string): boolean => additions || !ADDITIONS.has(name)
  const own = Object.entries(etablissement.columns).filter(([name]) => keep(name))
  const shared = Object.entries(entreprise?.columns ?? {}).filter(([name]) => !ADDITIONS.has(name))
  const first = firstMonth(etablissement.start)
  for (let place = 0; place < etablissement.count; place++) {
    const periode = monthFromIndex(first + place)
    const value: FeatureRow['value'] = { siret: etablissement.siret, periode }
    copy(value, own, place)
    if (entreprise !== undefined && (options.rules.entreprises === '2026' || hasBilanAt(entreprise.columns, place))) copy(value, shared, place)
    if (additions && entreprise !== undefined) copyAdditions(value, entreprise, place)
    yield { _id: { batch: options.batch, siret: etablissement.siret, periode }, value }
  }
}

const copy = (value: FeatureRow['value'], columns: readonly [string, FeatureColumns['columns'][string]][], place: number): void => {
  for (const [name, values] of columns) {
    const cell = values[place]
    if (cell !== undefined) value[name] = cell
  }
}

const copyAdditions = (value: FeatureRow['value'], entreprise: FeatureColumns, place: number): void => {
  value['procol_etat'] = entreprise.columns['procol_etat']?.[place] ?? 'in_bonis'
  value['exclu'] = entreprise.entreprise?.exclu ?? null
  value['procol_ouvertures'] = entreprise.entreprise?.procol_ouvertures ?? { liquidation: [], redressement: [], sauvegarde: [] }
}

const firstMonth = (start: string): number => Number(start.slice(0, 4)) * 12 + Number(start.slice(5, 7)) - 1
