import { canonicalJson, compareBytes } from '../canonical-json.ts'
import type { EtablissementFacts, Facts, Jour, ProcolFacts, ScoreFacts, SireneFacts } from './facts.ts'
import type { Feuillet, Valeur } from './rows.ts'
import type { Together } from './together.ts'

/** Bucket of the fiches; never readable through the general store (datapi §5.4). */
export const PANIER_FICHE = 'fiche'

/** A délai at this stage was only asked for. */
const DELAI_PROPOSE = 'PRO PR'

/**
 * The sheets of a fiche: one per group of rights, with first-level names that differ from sheet to sheet. A sheet without content is left
 * out. Values have the names and the types of the answers (datapi §3.2), referential labels excepted, which are joined at read.
 */
export const feuilletsOf = (facts: Omit<Facts, 'etablissements'>, together: Together, sites: readonly EtablissementFacts[]): Feuillet[] => [
  ...feuilletsEntreprise(facts, together),
  ...feuilletsEtablissements(facts.siren, sites),
  ...feuilletsScores(facts),
]

const withContent = (sheets: readonly Feuillet[]): Feuillet[] => sheets.filter((sheet) => Object.keys(sheet.valeur).length > 0)

export const feuilletsEntreprise = (facts: Omit<Facts, 'etablissements'>, together: Together): Feuillet[] => {
  const cle = { siren: facts.siren }
  return withContent([
    { cle, badges: [], valeur: entrepriseValeur(facts, together) },
    { cle, badges: ['bdf'], valeur: unlessEmpty('bdf', facts.bdf.map(bdfValeur)) },
  ])
}

export const feuilletsEtablissements = (siren: string, sites: readonly EtablissementFacts[]): Feuillet[] =>
  withContent(
    sites.flatMap((site): Feuillet[] => {
      const cle = { siren, siret: site.siret }
      return [
        { cle, badges: [], valeur: etablissementValeur(site) },
        { cle, badges: ['urssaf'], valeur: urssafValeur(site) },
        { cle, badges: ['dgefp'], valeur: dgefpValeur(site) },
      ]
    }),
  )

export const feuilletsScores = ({ siren, scores }: Pick<Facts, 'siren' | 'scores'>): Feuillet[] =>
  withContent(
    scores.map((score) => ({
      cle: { siren, siret: score.siret, batch: score.batch, algo: score.algo },
      badges: ['score'],
      valeur: scoreValeur(score),
    })),
  )

/** Days are printed as midnight instants (datapi §3.0). */
const instant = (day: Jour): string => `${day}T00:00:00Z`
const instantOrNull = (day: Jour | null): string | null => (day === null ? null : instant(day))

const unlessEmpty = (name: string, items: readonly unknown[]): Valeur => (items.length === 0 ? {} : { [name]: items })
const unlessNull = (name: string, value: unknown): Valeur => (value === null || value === undefined ? {} : { [name]: value })

const ascending = <T>(items: readonly T[], key: (item: T) => string): T[] =>
  items.toSorted((a, b) => compareBytes(key(a), key(b)) || compareBytes(canonicalJson(a), canonicalJson(b)))

const entrepriseValeur = (facts: Omit<Facts, 'etablissements'>, together: Together): Valeur => ({
  ...(facts.entreprise === undefined
    ? {}
    : {
        identite: {
          ...facts.entreprise,
          creation: instantOrNull(facts.entreprise.creation),
        },
      }),
  ...unlessNull('groupe', facts.groupe),
  ...unlessEmpty(
    'diane',
    ascending(facts.bilans, (bilan) => bilan.arrete).map((bilan) => ({
      arrete_bilan_diane: instant(bilan.arrete),
      ...(bilan.exercice === 0 ? {} : unlessNull('exercice_diane', bilan.exercice)),
      ...unlessNull('ca', bilan.ca),
      resultat_expl: bilan.resultatExploitation,
      ...unlessNull('benefice_ou_perte', bilan.beneficeOuPerte),
      ...unlessNull('excedent_brut_d_exploitation', bilan.excedentBrut),
    })),
  ),
  ...unlessEmpty(
    'paydex',
    ascending(facts.paydex, (row) => row.date).map((row) => [row.date, row.joursRetard]),
  ),
  ...unlessEmpty(
    'procol',
    premieresProcol([...together.procols.values()]).map(({ dateEffet, ...rest }) => ({ dateEffet: instant(dateEffet), ...rest })),
  ),
})

/** Of each kind of procedure the earliest step, in order of date (datapi §3.2 `procol`). */
const premieresProcol = (procols: readonly ProcolFacts[]): ProcolFacts[] => {
  const first = new Map<string, ProcolFacts>()
  for (const procol of ascending(procols, (item) => item.dateEffet)) {
    const kind = procol.action === 'liquidation' ? procol.action : `${procol.action}:${procol.stade === 'plan_continuation'}`
    if (!first.has(kind)) first.set(kind, procol)
  }
  return [...first.values()]
}

const bdfValeur = ({ arrete, ...ratios }: Facts['bdf'][number]): Valeur => ({
  arreteBilan: instant(arrete),
  ...ratios,
})

const etablissementValeur = (site: EtablissementFacts): Valeur => {
  const effectifs = site.periodes.filter((row) => row.effectif !== null).map((row) => [row.periode, row.effectif])
  return {
    ...(site.sirene === undefined ? {} : { etablissement: sireneValeur(site.sirene) }),
    ...unlessEmpty('effectif', effectifs),
  }
}

const sireneValeur = (sirene: SireneFacts): Valeur => ({
  siege: sirene.siege,
  visiteFCE: sirene.visiteFce,
  adresse: adresseOf(sirene),
  creation: instantOrNull(sirene.creation),
  codePostal: sirene.codePostal,
  codeCommune: sirene.codeCommune,
  codeDepartement: sirene.departement,
  latitude: sirene.latitude,
  longitude: sirene.longitude,
  codeActivite: sirene.codeActivite,
  nomenActivite: sirene.nomenActivite,
})

/** Lines of the address, by the rule of datapi §3.2. */
export const adresseOf = (sirene: SireneFacts): string => {
  const street = [sirene.numeroVoie, sirene.indiceRepetition, sirene.typeVoie, sirene.voie].filter((part) => part !== null && part !== '').join(' ')
  const town =
    sirene.codeCedex !== null && sirene.cedex !== null
      ? `${sirene.codeCedex} ${sirene.cedex}`
      : [sirene.codePostal, sirene.commune].filter((part) => part !== null).join(' ')
  const lines = [sirene.complementAdresse, street === '' ? null : street, sirene.distributionSpeciale, town === '' ? null : town, sirene.codePaysEtranger]
  return lines.filter((line) => line !== null).join('\n')
}

/** [periode, cotisation, part patronale, part salariale, majorations]; a contribution of 0 reads null (datapi §3.2). */
const urssafValeur = (site: EtablissementFacts): Valeur => ({
  ...unlessEmpty(
    'urssaf',
    site.periodes
      .filter(isOwedOrPaid)
      .map((row) => [row.periode, row.cotisation === 0 ? null : row.cotisation, row.partPatronale, row.partSalariale, row.montantMajorations]),
  ),
  ...unlessEmpty(
    'delai',
    distinct(
      ascending(
        site.delais.filter(({ stade }) => stade !== DELAI_PROPOSE),
        (delai) => delai.dateCreation,
      ),
    ).map(delaiValeur),
  ),
})

/** Rows that say something of Urssaf: those with a headcount alone are in the public sheet. */
const isOwedOrPaid = ({ cotisation, partPatronale, partSalariale, montantMajorations }: EtablissementFacts['periodes'][number]): boolean =>
  [cotisation, partPatronale, partSalariale, montantMajorations].some((amount) => amount !== null)

const distinct = <T>(items: readonly T[]): T[] => [...new Map(items.map((item) => [canonicalJson(item), item])).values()]

const delaiValeur = ({ dateCreation, dateEcheance, ...rest }: EtablissementFacts['delais'][number]): Valeur => ({
  ...rest,
  dateCreation: instant(dateCreation),
  dateEcheance: instant(dateEcheance),
})

const dgefpValeur = (site: EtablissementFacts): Valeur => ({
  ...unlessEmpty(
    'apDemande',
    ascending(site.apDemandes, (demande) => demande.debut ?? '').map(({ dateStatut, debut, fin, ...rest }) => ({
      ...rest,
      dateStatut: instantOrNull(dateStatut),
      debut: instantOrNull(debut),
      fin: instantOrNull(fin),
    })),
  ),
  ...unlessEmpty(
    'apConso',
    ascending(site.apConsos, (conso) => conso.date).map(({ date, ...rest }) => ({ ...rest, date: instant(date) })),
  ),
})

/** The selections are kept as pairs; which of them is sent is decided at read. */
const scoreValeur = (score: ScoreFacts): Valeur => ({
  score: {
    idListe: score.libelle,
    batch: score.batch,
    algo: score.algo,
    periode: instant(score.periode),
    score: score.score,
    ...unlessNull('diff', score.diff),
    alert: score.alert,
    ...unlessNull('macroRadar', score.macroRadar),
    ...unlessNull('macroExpl', score.macroExpl),
    ...unlessNull('microExpl', score.microExpl),
    ...unlessEmpty('selectConcerning', score.selectConcerning),
    ...unlessEmpty('selectReassuring', score.selectReassuring),
    alertPreRedressements: score.alertPreRedressements,
    redressements: score.redressements,
    ...unlessNull('probability', score.probability),
  },
})
