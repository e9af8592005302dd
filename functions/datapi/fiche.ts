import * as z from 'zod'
import type { FicheLabels, SheetRow } from '../../shared/adapters/postgres/fiche.ts'
import { maskedRedressements } from '../../shared/domain/access/redressements.ts'

/**
 * Shapes of the sheets of a fiche, as publication wrote them (`shared/domain/publication/sheets.ts`), and their assembly into answers
 * (datapi §3.2). A group that the reader may not see was not read: its properties are simply not there.
 */
const nullableText = z.string().nullable().catch(null)

export const Identite = z.object({
  raisonSociale: nullableText,
  prenom1: nullableText,
  prenom2: nullableText,
  prenom3: nullableText,
  prenom4: nullableText,
  nom: nullableText,
  nomUsage: nullableText,
  statutJuridique: nullableText,
  creation: nullableText,
  codeActivite: nullableText,
  nomenActivite: nullableText,
})

const Bilan = z.looseObject({
  arrete_bilan_diane: z.string(),
  exercice_diane: z.number().optional(),
})

const EntrepriseSheet = z.object({
  identite: Identite.optional(),
  groupe: z.record(z.string(), z.unknown()).optional(),
  diane: z.array(Bilan).optional(),
  paydex: z.array(z.tuple([z.string(), z.number().nullable()])).optional(),
  procol: z.array(z.unknown()).optional(),
  bdf: z.array(z.unknown()).optional(),
  pge: z.boolean().optional(),
})

const Sirene = z.object({
  siege: z.boolean().nullable(),
  visiteFCE: z.boolean().nullable(),
  adresse: z.string().nullable(),
  creation: nullableText,
  codePostal: nullableText,
  codeCommune: nullableText,
  codeDepartement: nullableText,
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  codeActivite: nullableText,
  nomenActivite: nullableText,
})

const Amounts = z.tuple([z.string(), z.number().nullable(), z.number().nullable(), z.number().nullable(), z.number().nullable()])

const SiteSheet = z.object({
  etablissement: Sirene.optional(),
  effectif: z.array(z.tuple([z.string(), z.number()])).optional(),
  urssaf: z.array(Amounts).optional(),
  delai: z.array(z.unknown()).optional(),
  apDemande: z.array(z.unknown()).optional(),
  apConso: z.array(z.unknown()).optional(),
})

const Contributions = z.record(z.string(), z.number()).optional()

const ScoreSheet = z.object({
  idListe: z.string(),
  batch: z.string(),
  algo: z.string(),
  periode: z.string(),
  score: z.number(),
  diff: z.number().optional(),
  alert: z.string(),
  macroRadar: Contributions,
  macroExpl: Contributions,
  microExpl: Contributions,
  selectConcerning: z.array(z.tuple([z.string(), z.string()])).optional(),
  alertPreRedressements: z.string().nullable(),
  redressements: z.array(z.string()),
})

export type EntrepriseSheet = z.infer<typeof EntrepriseSheet>
export type SiteSheet = z.infer<typeof SiteSheet>
export type ScoreSheet = z.infer<typeof ScoreSheet>

/** The sheets of an entreprise put together: first-level properties, the later row winning. */
export type Sheets = {
  entreprise: EntrepriseSheet
  sites: Map<string, SiteSheet>
  scores: Map<string, ScoreSheet[]>
}

/** A property whose winning value is JSON null is absent (datapi §5.5). */
const withoutNulls = (valeur: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(valeur).filter(([, value]) => value !== null))

export const assemble = (rows: readonly SheetRow[]): Sheets => {
  const entreprise: Record<string, unknown> = {}
  const sites = new Map<string, Record<string, unknown>>()
  const scores = new Map<string, Map<string, unknown>>()
  for (const { siret, batch, algo, valeur } of rows) {
    if (siret === null) Object.assign(entreprise, valeur)
    else if (batch === null) sites.set(siret, { ...sites.get(siret), ...valeur })
    else {
      const ofSite = scores.get(siret) ?? new Map<string, unknown>()
      scores.set(siret, ofSite.set(`${batch} ${algo}`, valeur['score']))
    }
  }
  return {
    entreprise: EntrepriseSheet.parse(withoutNulls(entreprise)),
    sites: new Map([...sites].map(([siret, valeur]) => [siret, SiteSheet.parse(withoutNulls(valeur))])),
    scores: new Map([...scores].map(([siret, items]) => [siret, [...items.values()].map((item) => ScoreSheet.parse(item))])),
  }
}

/** Codes that need a label. */
export const codesOf = ({ entreprise, sites }: Sheets) => {
  const sirenes = [...sites.values()].flatMap((site) => site.etablissement ?? [])
  const statut = entreprise.identite?.statutJuridique ?? ''
  return {
    activites: [entreprise.identite?.codeActivite, ...sirenes.map((sirene) => sirene.codeActivite)].filter((code) => code != null),
    departements: sirenes.flatMap((sirene) => sirene.codeDepartement ?? []),
    juridiques: [statut, statut.slice(0, 2), statut.slice(0, 1)],
    communes: sirenes.flatMap((sirene) => sirene.codeCommune ?? []),
  }
}

const optional = (name: string, value: unknown): Record<string, unknown> => (value === null || value === undefined ? {} : { [name]: value })
const unlessEmpty = (name: string, value: object | undefined): Record<string, unknown> =>
  value === undefined || Object.keys(value).length === 0 ? {} : { [name]: value }

const nafOf = (code: string | null | undefined, nomen: string | null, labels: FicheLabels): Record<string, unknown> => {
  const activite = code == null ? undefined : labels.activites[code]
  return {
    ...optional('libelleActivite', activite?.libelle),
    ...optional('libelleSecteur', activite?.libelle_n1),
    ...optional('codeSecteur', activite?.code_n1),
    ...optional('codeActivite', code),
    ...optional('libelleN2', activite?.libelle_n2),
    ...optional('libelleN3', activite?.libelle_n3),
    ...optional('libelleN4', activite?.libelle_n4),
    ...optional('nomenActivite', nomen),
  }
}

/** The register of the entreprise: `Sirene`, with a capital. */
export const sireneEntreprise = (identite: EntrepriseSheet['identite'], labels: FicheLabels): Record<string, unknown> => {
  const statut = identite?.statutJuridique ?? ''
  return {
    raisonSociale: identite?.raisonSociale ?? null,
    statutJuridique: labels.juridiques[statut] ?? null,
    statutJuridiqueN1: labels.juridiques[statut.slice(0, 1)] ?? null,
    statutJuridiqueN2: labels.juridiques[statut.slice(0, 2)] ?? null,
    ...optional('prenom1', identite?.prenom1),
    ...optional('prenom2', identite?.prenom2),
    ...optional('prenom3', identite?.prenom3),
    ...optional('prenom4', identite?.prenom4),
    ...optional('nom', identite?.nom),
    ...optional('nomUsage', identite?.nomUsage),
    creation: identite?.creation ?? null,
    naf: nafOf(identite?.codeActivite, identite?.nomenActivite ?? null, labels),
  }
}

/** The register of an établissement: `sirene`, without. */
export const sireneEtablissement = (sirene: SiteSheet['etablissement'], labels: FicheLabels): Record<string, unknown> => {
  const code = sirene?.codeDepartement ?? null
  const departement = code === null ? undefined : labels.departements[code]
  return {
    adresse: sirene?.adresse ?? null,
    codeDepartement: code,
    departement: departement?.libelle ?? null,
    creation: sirene?.creation ?? null,
    codePostal: sirene?.codePostal ?? null,
    region: departement?.region ?? null,
    latitude: sirene?.latitude ?? null,
    longitude: sirene?.longitude ?? null,
    naf: nafOf(sirene?.codeActivite, sirene?.nomenActivite ?? 'NAFRev2', labels),
  }
}

/**
 * Monthly series, aligned (datapi §3.2 `periodeUrssaf`). A month stays when something of Urssaf is not 0, for readers who may see it, or when a
 * headcount is known: so the months differ between readers.
 */
export const periodesOf = ({ effectif = [], urssaf = [] }: SiteSheet, permUrssaf: boolean): Record<string, unknown> => {
  const amounts = new Map((permUrssaf ? urssaf : []).map((row) => [row[0], row]))
  const headcounts = new Map(effectif)
  const kept = [...new Set([...amounts.keys(), ...headcounts.keys()])].sort().filter((periode) => {
    const [, cotisation = 0, patronale = 0, salariale = 0, majorations = 0] = amounts.get(periode) ?? []
    return headcounts.has(periode) || (cotisation ?? 0) + (patronale ?? 0) + (salariale ?? 0) + (majorations ?? 0) !== 0
  })
  if (kept.length === 0) return {}
  const column = (index: 1 | 2 | 3 | 4): (number | null)[] => kept.map((periode) => amounts.get(periode)?.[index] ?? null)
  return {
    periodes: kept.map((periode) => `${periode}T00:00:00Z`),
    ...(permUrssaf
      ? {
          cotisation: column(1),
          partPatronale: column(2),
          partSalariale: column(3),
          montantMajorations: column(4),
        }
      : {}),
    effectif: kept.map((periode) => headcounts.get(periode) ?? null),
  }
}

/** Scores by list, the latest first; only that of the current list is explained. */
export const scoresOf = (scores: readonly ScoreSheet[], current: string | undefined, exercices: readonly number[], year: number): unknown[] =>
  scores
    .toSorted((a, b) => (a.batch === b.batch ? b.score - a.score : a.batch < b.batch ? 1 : -1))
    .map(({ macroRadar, macroExpl, microExpl, selectConcerning, redressements, ...score }) => ({
      ...score,
      ...(score.idListe === current
        ? {
            ...unlessEmpty('macroRadar', macroRadar),
            ...(selectConcerning === undefined || selectConcerning.length === 0 ? {} : { explSelection: { selectConcerning } }),
            ...unlessEmpty('macroExpl', macroExpl),
            ...unlessEmpty('microExpl', microExpl),
          }
        : {}),
      redressements: maskedRedressements(redressements, exercices, year),
    }))

const PAYDEX_MOIS = 24

/** Payment delays of the last 24 months, one value per month, the latest (datapi §3.2 `paydex`). Absent when there are none. */
export const paydexOf = (rows: NonNullable<EntrepriseSheet['paydex']>, at: Date): Record<string, unknown> | undefined => {
  const start = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - PAYDEX_MOIS, 1)).toISOString().slice(0, 7)
  const months = new Map(rows.filter(([day, jours]) => day.slice(0, 7) >= start && jours !== null).map(([day, jours]) => [day.slice(0, 7), jours]))
  if (months.size === 0) return undefined
  return {
    joursRetard: [...months.values()],
    dateValeur: [...months.keys()].map((month) => `${month}-16T00:00:00Z`),
  }
}
