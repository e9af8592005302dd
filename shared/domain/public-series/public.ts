import { type EntityState, stateAt } from '../compaction/compact.ts'
import type { Entry, EntryValue, RawValue } from '../entity.ts'
import { addMonths, monthIndex } from '../month.ts'
import { type ActivitePartielle, activitePartielle } from '../variables/apart.ts'
import { monthlyCotisations, openDebts } from '../variables/dette.ts'
import { addedByMonth } from '../variables/effectif.ts'
import { raisonSociale } from '../variables/entreprise.ts'
import { type EntriesOfType, type Frame, frameOf, isDate, isTruthy, lastOf, periodesOf } from '../variables/frame.ts'
import type { Rules } from '../variables/rules.ts'

/** The run that publishes: batches after `batch` are ignored; without `dateDebut` the 24 months before `dateFin` (refine §4.1). */
export type PublicContext = { batch: string; dateFin: Date; dateDebut?: Date; rules: Rules }

/**
 * Lists of one item per month are aligned with `periodes`; amounts in euros, headcounts null when unknown or zero (refine §4.2). `activite_partielle` is
 * there under the rules of 2026: months of the window where something was asked or consumed.
 */
export type PublicEtablissement = {
  key: string
  batch: string
  periodes: Date[]
  sirene: Entry
  effectif: (number | null)[]
  debit_part_patronale: number[]
  debit_part_ouvriere: number[]
  debit_montant_majorations: number[]
  cotisation: number[]
  apconso: Entry[]
  apdemande: Entry[]
  delai: Entry[]
  procol: Entry[]
  compte?: Entry
  activite_partielle?: ActivitePartielle[]
}

/** Each list is there only when it says something; `paydex` as soon as the type is present (refine §4.3). */
export type PublicEntreprise = { key: string; batch: string; diane?: Entry[]; bdf?: Entry[]; sirene_ul?: Entry; ellisphere?: Entry; paydex?: Entry[] }

export type PublicDocument = { _id: string; value: PublicEtablissement | PublicEntreprise }

/** What agents see of an entity. Entries are shown as they are; nothing given is modified. */
export const publicOf = (raw: RawValue, context: PublicContext): PublicDocument => {
  const state = stateAt(raw, context.batch)
  const value = raw.scope === 'etablissement' ? publicEtablissement(raw.key, state, context) : publicEntreprise(raw.key, state, context)
  return { _id: `${raw.scope}_${raw.key}`, value }
}

export const publicEtablissement = (siret: string, state: EntityState, context: PublicContext): PublicEtablissement => {
  const frame = frameOfPublic(context)
  const debts = openDebts(state.get('debit'), frame)
  const compte = lastOf(state.get('compte'))
  return {
    key: siret,
    batch: context.batch,
    periodes: periodesOf(frame),
    sirene: lastOf(state.get('sirene')) ?? {},
    effectif: effectifs(state.get('effectif'), frame),
    debit_part_patronale: debts.patronale,
    debit_part_ouvriere: debts.ouvriere,
    debit_montant_majorations: new Array<number>(frame.count).fill(0),
    cotisation: monthlyCotisations(state.get('cotisation'), frame).map((due) => due ?? 0),
    apconso: descending(all(state.get('apconso')), (entry) => timeOf(entry['periode'])),
    apdemande: descending(all(state.get('apdemande')), (entry) => timeOf(startOf(entry))),
    delai: all(state.get('delai')),
    procol: all(state.get('procol')),
    ...(compte === undefined ? {} : { compte }),
    ...(context.rules.fiches === '2026' ? { activite_partielle: partialActivity(state, frame) } : {}),
  }
}

const partialActivity = (state: EntityState, { first, count }: Frame): ActivitePartielle[] =>
  activitePartielle(state.get('apconso'), state.get('apdemande')).filter(({ periode }) => {
    const place = monthIndex(periode) - first
    return place >= 0 && place < count
  })

const frameOfPublic = ({ dateFin, dateDebut = addMonths(dateFin, -24), rules }: PublicContext): Frame =>
  frameOf({ dateDebut, dateFin, dateFinEffectif: dateFin }, rules)

const effectifs = (entries: EntriesOfType, frame: Frame): (number | null)[] => {
  const byMonth = entries === undefined ? new Map<number, number>() : addedByMonth(entries)
  return Array.from({ length: frame.count }, (_, place) => byMonth.get(frame.first + place) || null)
}

export const publicEntreprise = (siren: string, state: EntityState, { batch, rules }: PublicContext): PublicEntreprise => {
  const diane = bilans(state.get('diane'), 'arrete_bilan_diane', 'exercice_diane')
  const bdf = bilans(state.get('bdf'), 'arrete_bilan_bdf', 'annee_bdf')
  const sireneUl = rules.fiches === '2026' ? lastOf(state.get('sirene_ul')) : all(state.get('sirene_ul'))[0]
  const [ellisphere] = all(state.get('ellisphere'))
  const paydex = state.get('paydex')
  return {
    key: siren,
    batch,
    ...(diane.length > 0 ? { diane } : {}),
    ...(bdf.length > 0 ? { bdf } : {}),
    ...(sireneUl === undefined ? {} : { sirene_ul: { ...sireneUl, raison_sociale: raisonSociale(sireneUl) } }),
    ...(ellisphere === undefined ? {} : { ellisphere }),
    ...(paydex === undefined ? {} : { paydex: descending(all(paydex), (entry) => -timeOf(entry['date_valeur'])) }),
  }
}

/** One per closing date: the last of the document, at the place of the first; the most recent financial year first. */
const bilans = (entries: EntriesOfType, closing: string, year: string): Entry[] => {
  const byClosing = new Map<number, Entry>()
  for (const entry of entries?.values() ?? []) {
    const arrete = entry[closing]
    if (isDate(arrete)) byClosing.set(arrete.getTime(), entry)
  }
  return descending([...byClosing.values()], (entry) => (isTruthy(entry[year]) ? Number(entry[year]) : 0))
}

const all = (entries: EntriesOfType): Entry[] => [...(entries?.values() ?? [])]

/** Stable: equal keys keep the order of the document (T17). */
const descending = (entries: Entry[], keyOf: (entry: Entry) => number): Entry[] => entries.sort((a, b) => keyOf(b) - keyOf(a))

/** The start of a period, whether its end is known or not. */
const startOf = ({ periode }: Entry): EntryValue | undefined => {
  const isInterval = typeof periode === 'object' && periode !== null && !(periode instanceof Date) && !Array.isArray(periode)
  return isInterval ? periode['start'] : undefined
}

const timeOf = (value: EntryValue | undefined): number => (isDate(value) ? value.getTime() : 0)
