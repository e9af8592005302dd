/**
 * What all the établissements of an entreprise say together. Its size depends on months, steps and départements, not on how many they are, so that an
 * entreprise of ten thousand is published a few at a time (refine §6.4).
 */
import { canonicalJson, compareBytes } from '../canonical-json.ts'
import { CODES_DEPARTEMENTS } from '../reference/departements.ts'
import type { EtablissementFacts, Jour, ProcolFacts } from './facts.ts'

const KNOWN = new Set(CODES_DEPARTEMENTS)
const STADES_DELAI = new Set(['APPROB', 'PR'])

export type Together = {
  etablissements: number
  /** Last month for which one of them has a headcount. */
  dernierEffectif: Jour | null
  /** Headcounts by month of the open ones that summaries show. */
  effectifs: Map<Jour, number>
  /** Steps of proceedings, each told once. */
  procols: Map<string, ProcolFacts>
  echeanceDelai: Jour | null
  departements: Set<string>
  /** The établissement that carries the scores, and its rank among those that could. */
  porteur: { siret: string; rank: number } | undefined
}

export const noEtablissement = (): Together => ({
  etablissements: 0,
  dernierEffectif: null,
  effectifs: new Map(),
  procols: new Map(),
  echeanceDelai: null,
  departements: new Set(),
  porteur: undefined,
})

export const togetherOf = (sites: Iterable<EtablissementFacts>): Together => {
  const together = noEtablissement()
  for (const site of sites) addEtablissement(together, site)
  return together
}

export const addEtablissement = (together: Together, site: EtablissementFacts): void => {
  const { sirene, siret } = site
  together.etablissements += 1
  for (const { periode, effectif } of site.periodes) {
    if (effectif === null) continue
    together.dernierEffectif = later(together.dernierEffectif, periode)
    if (isOpen(site) && isShown(site)) together.effectifs.set(periode, (together.effectifs.get(periode) ?? 0) + effectif)
  }
  for (const procol of site.procols) together.procols.set(canonicalJson(procol), procol)
  for (const { stade, dateEcheance } of site.delais) if (STADES_DELAI.has(stade)) together.echeanceDelai = later(together.echeanceDelai, dateEcheance)
  if (sirene?.departement != null) together.departements.add(sirene.departement)
  const rank = rankOf(site)
  const known = together.porteur
  if (known === undefined || rank < known.rank || (rank === known.rank && compareBytes(siret, known.siret) < 0)) together.porteur = { siret, rank }
}

/** Summaries leave out the établissements whose département is no known code. */
export const isShown = ({ sirene }: EtablissementFacts): boolean => sirene?.departement != null && KNOWN.has(sirene.departement)

const isOpen = ({ sirene }: EtablissementFacts): boolean => sirene !== undefined && (sirene.etatAdministratif ?? 'A') === 'A'

/**
 * The établissement that carries the scores of its entreprise is the siège, an open one first; where the register shows none, the first that it
 * knows, else the first of all (detect §8.3).
 */
const rankOf = ({ sirene }: EtablissementFacts): number => {
  if (sirene === undefined) return 3
  if (sirene.siege !== true) return 2
  return sirene.etatAdministratif === 'F' ? 1 : 0
}

/** The later of two days; null is before all. */
export const later = (a: Jour | null, b: Jour | null): Jour | null => (a === null || (b !== null && b > a) ? b : a)
