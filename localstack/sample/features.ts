import type { TrainingEntity } from '../../shared/domain/detection/dataset.ts'
import type { FeatureColumns, FeatureValue } from '../../shared/domain/features.ts'
import { formatMonth, monthFromIndex } from '../../shared/domain/month.ts'
import { type Company, isOpen } from './company.ts'
import { companiesOf, type SampleOptions, worldOf } from './generate.ts'
import { cotisationRows, type Delivery, debitRows, EFFECTIF_LAG, effectifEntRow, effectifRows } from './rows.ts'

/**
 * Features of the entreprises of a sample without going through the chain: from the rows of its files, by the rules of refine that detection
 * reads (refine §3.6 to §3.8, §5.3). For training on more entreprises than one wants to import.
 */
export async function* sampleFeatures(options: Pick<SampleOptions, 'companies' | 'seed' | 'batch' | 'origin'>): AsyncGenerator<TrainingEntity & { hidden: Float64Array }> {
  const world = worldOf({ ...options, batches: 1, directory: '' })
  const delivery: Delivery = { world, known: world.months, form: '2026' }
  for (const { company, large } of companiesOf(world, options.companies)) {
    if (large && company.life.start < world.months) yield { siren: company.siren, naf: company.ape, features: featuresOf(company, delivery), hidden: company.life.fragility }
  }
}

const LAGS = [1, 2, 3, 6, 12]

/** One document per établissement, and one for the entreprise, whose `siret` is empty. */
export const featuresOf = (company: Company, delivery: Delivery): FeatureColumns[] => {
  const { world, known } = delivery
  const start = formatMonth(monthFromIndex(world.origin))
  const place = (siret: string, columns: Record<string, FeatureValue[]>): FeatureColumns => ({ siret, siren: company.siren, start, count: known, columns })

  const cotisations = cotisationsOf(company, delivery)
  const debts = debtsOf(company, delivery)
  const heads = new Map(effectifRows(company, delivery).map((row) => [row.split(';')[1] as string, carried(row.split(';').slice(5, 5 + known), known)]))
  const documents = company.etablissements
    .filter(({ born }) => born < known)
    .map(({ siret }) => {
      const cotisation = cotisations.get(siret) ?? []
      const columns: Record<string, FeatureValue[]> = {
        cotisation: Array.from({ length: known }, (_, t) => cotisation[t]),
        cotisation_moy12m: Array.from({ length: known }, (_, t) => yearMean(cotisation, t)),
        effectif: heads.get(siret) ?? [],
      }
      const { ouvriere, patronale } = debts.get(siret) ?? { ouvriere: new Float64Array(known), patronale: new Float64Array(known) }
      for (const [name, amounts] of [
        ['montant_part_ouvriere', ouvriere],
        ['montant_part_patronale', patronale],
      ] as const) {
        columns[name] = [...amounts]
        for (const lag of LAGS) columns[`${name}_past_${lag}`] = Array.from(amounts, (_, t) => (t >= lag ? amounts[t - lag] : undefined))
      }
      return place(siret, columns)
    })

  const cells = effectifEntRow(company, delivery).split(';').slice(1, 1 + known)
  // With headcounts that lag, "12 months ago" is counted from the last one (refine §3.6 rule 4).
  const years = 12 + EFFECTIF_LAG
  const headcounts = cells.map(headcountOf)
  const entreprise = {
    effectif_ent: carried(cells, known),
    effectif_ent_past_12: Array.from({ length: known }, (_, t) => (t >= years ? headcounts[t - years] : undefined)),
    procol_etat: statesOf(company, known),
  }
  return [...documents, place('', entreprise)]
}

const headcountOf = (cell: string): number | undefined => (cell === '' ? undefined : Number(cell.replace(' ', '')))

/** Headcount of the month, else the last one known of all (refine §3.6 rules 2 and 3). */
const carried = (cells: readonly string[], known: number): FeatureValue[] => {
  const last = headcountOf(cells[known - EFFECTIF_LAG - 1] ?? '') ?? null
  return cells.map((cell) => headcountOf(cell) || last)
}

const amountOf = (text: string): number => Number(text.replace(',', '.'))

/** Column of the month that a period starts at, counted from the origin; `months` it covers. */
const periodOf = (origin: number, text: string): { at: number; months: number } => {
  const quarter = Number(text[4])
  const month = Number(text[5])
  return { at: Number(text.slice(0, 4)) * 12 + (quarter - 1) * 3 + Math.max(0, month - 1) - origin, months: month === 0 ? 3 : 1 }
}

const cotisationsOf = (company: Company, delivery: Delivery): Map<string, (number | undefined)[]> => {
  const bySiret = new Map<string, (number | undefined)[]>()
  for (const row of cotisationRows(company, delivery)) {
    const [, , siret = '', , period = '', , , due = ''] = row.split(';')
    const { at, months } = periodOf(delivery.world.origin, period)
    const list = bySiret.get(siret) ?? []
    bySiret.set(siret, list)
    for (let i = 0; i < months; i++) list[at + i] = (list[at + i] ?? 0) + amountOf(due) / months
  }
  return bySiret
}

const yearMean = (cotisation: readonly (number | undefined)[], t: number): number | undefined => {
  if (t < 11) return undefined
  let sum = 0
  for (let i = t - 11; i <= t; i++) {
    const value = cotisation[i]
    if (value === undefined) return undefined
    sum += value
  }
  return sum / 12
}

type Debts = { ouvriere: Float64Array; patronale: Float64Array }

/** Each operation holds from its accounting month (the next one after the 20th) until that of its successor (refine §3.7). */
const debtsOf = (company: Company, delivery: Delivery): Map<string, Debts> => {
  const { world, known } = delivery
  const operations = debitRows(company, delivery).map((row) => {
    const cells = row.split(';')
    const date = Number(cells[11]) + 19_000_000
    const month = Math.floor(date / 10_000) * 12 + (Math.floor(date / 100) % 100) - 1 - world.origin
    return {
      siret: cells[4] as string,
      period: cells[8] as string,
      rank: Number(cells[10]),
      from: month + (date % 100 > 20 ? 1 : 0),
      ouvriere: Number(cells[12]) / 100,
      patronale: Number(cells[13]) / 100,
    }
  })
  const bySiret = new Map<string, Debts>()
  const last = new Map<string, number>()
  for (const { siret, period, rank } of operations) last.set(`${siret} ${period}`, Math.max(rank, last.get(`${siret} ${period}`) ?? 0))
  const fromOf = new Map(operations.map((operation) => [`${operation.siret} ${operation.period} ${operation.rank}`, operation.from]))
  for (const { siret, period, rank, from, ouvriere, patronale } of operations) {
    const debts = bySiret.get(siret) ?? { ouvriere: new Float64Array(known), patronale: new Float64Array(known) }
    bySiret.set(siret, debts)
    const end = last.get(`${siret} ${period}`) === rank ? known : (fromOf.get(`${siret} ${period} ${rank + 1}`) ?? known)
    for (let t = from; t < Math.min(end, known); t++) {
      debts.ouvriere[t] = (debts.ouvriere[t] as number) + ouvriere
      debts.patronale[t] = (debts.patronale[t] as number) + patronale
    }
  }
  return bySiret
}

const ENDED = new Set(['fin_procedure', 'inclusion_autre_procedure'])

/** State at the end of each month, the gravest of the open procedures (refine §5.3). */
const statesOf = (company: Company, known: number): FeatureValue[] => {
  const named = company.life.events.filter((event) => company.etablissements.some((etablissement) => isOpen(etablissement, event.month)))
  return Array.from({ length: known }, (_, t) => {
    for (const action of ['liquidation', 'redressement', 'sauvegarde'] as const) {
      const last = named.filter((event) => event.action === action && event.month <= t).at(-1)
      if (!last || ENDED.has(last.stade)) continue
      if (last.stade !== 'plan_continuation') return action
      return action === 'redressement' ? 'plan_continuation' : 'plan_sauvegarde'
    }
    return 'in_bonis'
  })
}
