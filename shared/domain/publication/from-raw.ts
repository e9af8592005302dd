import { stateAt } from '../compaction/state.ts'
import type { Entry, EntryValue, RawValue } from '../entity.ts'
import type { BatchWindow } from '../features.ts'
import { addMonths, formatDay } from '../month.ts'
import { monthlyCotisations, openDebts } from '../variables/dette.ts'
import { addedByMonth } from '../variables/effectif.ts'
import { type EntriesOfType, frameOf, intervalOf, isDate, lastOf, periodeAt } from '../variables/frame.ts'
import { DEFAULT_RULES } from '../variables/rules.ts'
import type {
  ApConsoFacts,
  ApDemandeFacts,
  BdfFacts,
  BilanFacts,
  DelaiFacts,
  EntrepriseFacts,
  EtablissementFacts,
  Facts,
  GroupeFacts,
  PaydexFacts,
  PeriodeFacts,
  ProcolFacts,
  SireneFacts,
} from './facts.ts'

/** Months of Urssaf data on a fiche (refine §4.1). */
const MONTHS = 24

/** The batch until which entries count, and its window. */
export type PublicationBatch = { key: string; window: BatchWindow }

type State = ReturnType<typeof stateAt>

/** What RawData says of an entreprise at a batch, without its établissements; `holds`: an entry of it is left. */
export const entrepriseOfRaw = (
  siren: string,
  entreprise: RawValue | undefined,
  batch: PublicationBatch,
): { facts: Omit<Facts, 'etablissements' | 'scores'>; holds: boolean } => {
  const state: State = entreprise === undefined ? new Map() : stateAt(entreprise, batch.key)
  const unite = lastOf(state.get('sirene_ul'))
  const groupe = lastOf(state.get('ellisphere'))
  const facts = {
    siren,
    ...(unite === undefined ? {} : { entreprise: entrepriseFacts(unite) }),
    ...(groupe === undefined ? {} : { groupe: groupeFacts(groupe) }),
    bilans: lastPerDay(state.get('diane'), 'arrete_bilan_diane').map(bilanFacts),
    bdf: lastPerDay(state.get('bdf'), 'arrete_bilan_bdf').map(bdfFacts),
    paydex: all(state.get('paydex')).flatMap((entry): PaydexFacts[] =>
      withDay(entry, 'date_valeur', (date) => ({
        date,
        joursRetard: number(entry['nb_jours']),
      })),
    ),
  }
  return { facts, holds: holdsEntries(state) }
}

/** What RawData says of an établissement at a batch; nothing when no entry of it is left. */
export const etablissementOfRaw = (value: RawValue, batch: PublicationBatch): EtablissementFacts | undefined => {
  const state = stateAt(value, batch.key)
  return holdsEntries(state) ? siteFacts(value.key, state, batch.window) : undefined
}

/** What compaction makes itself says nothing. */
const holdsEntries = (state: State): boolean => [...state].some(([type, entries]) => type !== 'reporder' && entries.size > 0)

const all = (entries: EntriesOfType): Entry[] => [...(entries?.values() ?? [])]
const text = (value: EntryValue | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null)
const number = (value: EntryValue | undefined): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)
const day = (value: EntryValue | undefined): string | null => (isDate(value) ? formatDay(value) : null)

const withDay = <T>(entry: Entry, field: string, make: (day: string) => T): T[] => {
  const found = day(entry[field])
  return found === null ? [] : [make(found)]
}

/** One entry per closing date, the last in document order (refine §4.3). */
const lastPerDay = (entries: EntriesOfType, field: string): { arrete: string; entry: Entry }[] => {
  const byDay = new Map(all(entries).flatMap((entry) => withDay(entry, field, (arrete): [string, Entry] => [arrete, entry])))
  return [...byDay].map(([arrete, entry]) => ({ arrete, entry }))
}

/** The register says nothing of the name of a natural person: it is made of those of the person. */
const nameOf = (unite: Entry): string | null => {
  const name = text(unite['raison_sociale'])
  if (name !== null) return name
  const parts = ['nom_unite_legale', 'nom_usage_unite_legale', 'prenom1_unite_legale'].flatMap((field) => text(unite[field]) ?? [])
  return parts.length === 0 ? null : parts.join(' ')
}

const etatOf = (entry: Entry, closed: 'C' | 'F'): string | null => (entry['est_actif'] === true ? 'A' : entry['est_actif'] === false ? closed : null)

const entrepriseFacts = (unite: Entry): EntrepriseFacts => ({
  raisonSociale: nameOf(unite),
  prenom1: text(unite['prenom1_unite_legale']),
  prenom2: text(unite['prenom2_unite_legale']),
  prenom3: text(unite['prenom3_unite_legale']),
  prenom4: text(unite['prenom4_unite_legale']),
  nom: text(unite['nom_unite_legale']),
  nomUsage: text(unite['nom_usage_unite_legale']),
  statutJuridique: text(unite['statut_juridique']),
  creation: day(unite['date_creation']),
  etatAdministratif: etatOf(unite, 'C'),
  codeActivite: text(unite['ape']),
  nomenActivite: text(unite['ape']) === null ? null : 'NAFRev2',
})

const GROUPE_TEXTS = [
  'code_groupe',
  'refid_groupe',
  'raison_sociale_groupe',
  'adresse_groupe',
  'personne_pou_m_groupe',
  'code_filiere',
  'refid_filiere',
  'personne_pou_m_filiere',
] as const
const GROUPE_NUMBERS = ['niveau_detention', 'part_financiere'] as const

const groupeFacts = (entry: Entry): GroupeFacts => ({
  ...Object.fromEntries(GROUPE_TEXTS.flatMap((field) => (text(entry[field]) === null ? [] : [[field, text(entry[field])]]))),
  ...Object.fromEntries(GROUPE_NUMBERS.flatMap((field) => (number(entry[field]) ? [[field, number(entry[field])]] : []))),
})

const bilanFacts = ({ arrete, entry }: { arrete: string; entry: Entry }): BilanFacts => ({
  arrete,
  exercice: number(entry['exercice_diane']),
  ca: number(entry['ca']),
  resultatExploitation: number(entry['resultat_expl']),
  beneficeOuPerte: number(entry['benefice_ou_perte']),
  excedentBrut: number(entry['excedent_brut_d_exploitation']),
})

const bdfFacts = ({ arrete, entry }: { arrete: string; entry: Entry }): BdfFacts => ({
  arrete,
  annee: number(entry['annee_bdf']),
  delaiFournisseur: number(entry['delai_fournisseur']),
  financierCourtTerme: number(entry['financier_court_terme']),
  poidsFrng: number(entry['poids_frng']),
  detteFiscale: number(entry['dette_fiscale']),
  fraisFinancier: number(entry['frais_financier']),
  tauxMarge: number(entry['taux_marge']),
})

const siteFacts = (siret: string, state: State, window: BatchWindow): EtablissementFacts => {
  const sirene = lastOf(state.get('sirene'))
  return {
    siret,
    ...(sirene === undefined ? {} : { sirene: sireneFacts(sirene) }),
    periodes: periodesOf(state, window),
    delais: all(state.get('delai')).flatMap(delaiFacts),
    procols: all(state.get('procol')).flatMap(procolFacts),
    apDemandes: all(state.get('apdemande')).map(apDemandeFacts),
    apConsos: all(state.get('apconso')).flatMap(apConsoFacts),
  }
}

/**
 * Headcounts, contributions and debts of the 24 months before the end of the window, by the rules of the variables. An établissement of
 * which the Urssaf says nothing has no debt, not a debt of 0; a headcount of 0 is one.
 */
const periodesOf = (state: State, { dateFin, dateFinEffectif }: BatchWindow): PeriodeFacts[] => {
  const frame = frameOf({ dateDebut: addMonths(dateFin, -MONTHS), dateFin, dateFinEffectif }, DEFAULT_RULES)
  const [cotisations, debits] = [state.get('cotisation'), state.get('debit')]
  const knows = (cotisations?.size ?? 0) + (debits?.size ?? 0) > 0
  const effectifs = addedByMonth(state.get('effectif') ?? new Map())
  const due = monthlyCotisations(cotisations, frame)
  const debts = openDebts(debits, frame)
  return Array.from({ length: frame.count }, (_, place) => ({
    periode: formatDay(periodeAt(frame, place)),
    cotisation: finite(due[place]),
    partPatronale: knows ? finite(debts.patronale[place]) : null,
    partSalariale: knows ? finite(debts.ouvriere[place]) : null,
    montantMajorations: knows ? 0 : null,
    effectif: effectifs.get(frame.first + place) ?? null,
  })).filter((row) => knows || row.effectif !== null)
}

/** An entry without its amount makes a sum unknown. */
const finite = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null)

const sireneFacts = (entry: Entry): SireneFacts => ({
  siege: typeof entry['siege'] === 'boolean' ? entry['siege'] : null,
  creation: day(entry['date_creation']),
  complementAdresse: text(entry['complement_adresse']),
  numeroVoie: text(entry['numero_voie']),
  indiceRepetition: text(entry['indrep']),
  typeVoie: text(entry['type_voie']),
  voie: text(entry['voie']),
  distributionSpeciale: text(entry['distribution_speciale']),
  codeCedex: text(entry['code_cedex']),
  cedex: text(entry['cedex']),
  codePostal: text(entry['code_postal']),
  commune: text(entry['commune']),
  codePaysEtranger: text(entry['code_pays_etranger']),
  codeCommune: text(entry['code_commune']),
  departement: departementOf(text(entry['code_commune']), text(entry['departement'])),
  codeActivite: text(entry['ape'])?.replace('.', '') ?? text(entry['code_activite']),
  nomenActivite: text(entry['ape']) === null ? text(entry['nomen_activite']) : 'NAFRev2',
  latitude: number(entry['latitude']),
  longitude: number(entry['longitude']),
  visiteFce: null,
  etatAdministratif: etatOf(entry, 'F'),
})

/** From the commune when its code is known: postal codes know neither Corsica's halves nor the départements overseas (datapi §9 trap 2). */
const departementOf = (commune: string | null, declared: string | null): string | null => {
  if (commune === null || !/^[0-9][0-9AB][0-9]{3}$/.test(commune)) return declared
  return /^9[78]/.test(commune) ? commune.slice(0, 3) : commune.slice(0, 2)
}

const delaiFacts = (entry: Entry): DelaiFacts[] =>
  withDay(entry, 'date_creation', (dateCreation) => dateCreation).flatMap((dateCreation) =>
    withDay(entry, 'date_echeance', (dateEcheance) => ({
      action: text(entry['action']) ?? '',
      anneeCreation: number(entry['annee_creation']),
      dateCreation,
      dateEcheance,
      dureeDelai: number(entry['duree_delai']),
      indic6m: text(entry['indic_6m']) ?? '',
      montantEcheancier: number(entry['montant_echeancier']),
      noContentieux: text(entry['numero_contentieux']) ?? '',
      stade: text(entry['stade']) ?? '',
      denomination: text(entry['denomination']) ?? '',
      noCompte: text(entry['numero_compte']) ?? '',
    })),
  )

const procolFacts = (entry: Entry): ProcolFacts[] =>
  withDay(entry, 'date_effet', (dateEffet) => ({
    dateEffet,
    action: text(entry['action_procol']) ?? '',
    stade: text(entry['stade_procol']) ?? '',
  }))

const apDemandeFacts = (entry: Entry): ApDemandeFacts => {
  const interval = intervalOf(entry)
  return {
    idDemande: text(entry['id_demande']) ?? '',
    effectifEntreprise: number(entry['effectif_entreprise']),
    effectif: number(entry['effectif']),
    effectifAutorise: number(entry['effectif_autorise']),
    dateStatut: day(entry['date_statut']),
    debut: day(interval?.start),
    fin: day(interval?.end),
    hta: number(entry['hta']),
    mta: number(entry['mta']),
    motifRecoursSE: number(entry['motif_recours_se']),
    heureConsomme: number(entry['heure_consommee']),
    montantConsomme: number(entry['montant_consommee']),
    effectifConsomme: number(entry['effectif_consomme']),
  }
}

const apConsoFacts = (entry: Entry): ApConsoFacts[] =>
  withDay(entry, 'periode', (date) => ({
    idConso: text(entry['id_conso']) ?? '',
    heureConsomme: number(entry['heure_consomme']),
    montant: number(entry['montant']),
    effectif: number(entry['effectif']),
    date,
  }))
