import type { Etablissement, Liste, Resume, ScoreListe } from '../src/contracts/datapi.ts'
import type { Depot } from '../src/contracts/depots.ts'

/** Invented companies, the same at every start. Nothing here comes from a real one. */
const PREFIXES = [
  'ATELIERS',
  'BOULANGERIE',
  'TRANSPORTS',
  'MENUISERIE',
  'TOITURES',
  'IMPRIMERIE',
  'SERRURERIE',
  'CHAUDRONNERIE',
  'GARAGE',
  'HÔTEL',
  'VERRERIE',
  'SCIERIE',
]
const NOMS = ['DU MORVAN', 'BELLEVUE', 'DES TILLEULS', 'SAINT-MARTIN', 'DE L’OUCHE', 'LENOIR ET FILS', 'DU PONT NEUF', 'MODERNE']
const PLACES: readonly [code: string, departement: string, commune: string, region: string][] = [
  ['21', 'Côte-d’Or', 'DIJON', 'Bourgogne-Franche-Comté'],
  ['71', 'Saône-et-Loire', 'MÂCON', 'Bourgogne-Franche-Comté'],
  ['89', 'Yonne', 'AUXERRE', 'Bourgogne-Franche-Comté'],
  ['58', 'Nièvre', 'NEVERS', 'Bourgogne-Franche-Comté'],
]
const ACTIVITES: readonly [code: string, libelle: string, section: string, secteur: string][] = [
  ['4391B', 'Travaux de couverture par éléments', 'F', 'Construction'],
  ['1071C', 'Boulangerie et boulangerie-pâtisserie', 'C', 'Industrie manufacturière'],
  ['4941A', 'Transports routiers de fret interurbains', 'H', 'Transports et entreposage'],
  ['4520A', 'Entretien et réparation de véhicules automobiles légers', 'G', 'Commerce ; réparation d’automobiles et de motocycles'],
]
const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('empty list')
  return item
}

export const NAF = Object.fromEntries([
  ...ACTIVITES.map(([, , section, secteur]): [string, string] => [section, secteur]),
  ['A', 'Agriculture, sylviculture et pêche'],
  ['I', 'Hébergement et restauration'],
  ['M', 'Activités spécialisées, scientifiques et techniques'],
])
export const DEPARTEMENTS: Record<string, string> = {
  ...Object.fromEntries(PLACES.map(([code, nom]) => [code, nom])),
  '22': 'Côtes-d’Armor',
  '29': 'Finistère',
  '35': 'Ille-et-Vilaine',
  '56': 'Morbihan',
  '75': 'Paris',
}
export const REGIONS: Record<string, string[]> = {
  'Bourgogne-Franche-Comté': ['21', '58', '71', '89'],
  Bretagne: ['22', '29', '35', '56'],
  'Île-de-France': ['75'],
  'France entière': Object.keys(DEPARTEMENTS),
}
export const LISTES: Liste[] = [
  {
    id: 'Janvier 2026',
    batch: '2512',
    algo: 'logit-1',
    dateDonnees: '2025-12-01T00:00:00Z',
    seuils: { f1: 0.71, f2: 0.38 },
    dateCreationMax: '2022-12-31T00:00:00Z',
    listeRestreinte: true,
  },
  {
    id: 'Octobre 2025',
    batch: '2509',
    algo: 'logit-1',
    dateDonnees: '2025-09-01T00:00:00Z',
    seuils: { f1: 0.71, f2: 0.38 },
    dateCreationMax: '2022-09-30T00:00:00Z',
  },
]

export const followed = new Set<string>()

const resume = (rank: number): Resume => {
  const siren = String(900_000_000 + rank * 1117)
  const [code, departement, commune] = at(PLACES, rank)
  const [naf, libelle, , secteur] = at(ACTIVITES, rank)
  const alert = rank < 12 ? 'Alerte seuil F1' : 'Alerte seuil F2'
  return {
    siren,
    siret: `${siren}000${10 + (rank % 80)}`,
    raison_sociale:
      rank === 3
        ? 'SOCIÉTÉ INTERDÉPARTEMENTALE DE CONSTRUCTION, DE COUVERTURE ET D’ENTRETIEN DES BÂTIMENTS INDUSTRIELS DU MORVAN'
        : `${at(PREFIXES, rank * 5)} ${at(NOMS, rank * 3)}`,
    commune,
    departement: code,
    libelleDepartement: departement,
    code_activite: naf,
    libelle_activite: libelle,
    libelle_activite_n1: secteur,
    dernier_effectif: rank % 9 === 4 ? null : 10 + ((rank * 7) % 90),
    dernier_effectif_entreprise: 20 + ((rank * 13) % 200),
    siege: rank % 4 !== 1,
    firstAlert: rank % 3 !== 2,
    visible: true,
    inZone: true,
    followed: false,
    followedEntreprise: false,
    permScore: true,
    permUrssaf: true,
    permDGEFP: true,
    permBDF: true,
    territoireIndustrie: false,
    etatAdministratif: rank === 9 ? 'F' : 'A',
    alert,
    etat_procol: rank === 7 ? 'redressement' : rank === 15 ? 'plan_sauvegarde' : 'in_bonis',
    ...(rank % 5 === 0 ? { groupe: 'HOLDING EXEMPLE' } : {}),
    urssaf: rank % 2 === 0,
    detteUrssaf: rank % 6 === 5 ? 0 : rank * 3417.4,
    activite_partielle: rank % 3 === 0,
    ...(rank % 7 === 6
      ? {}
      : {
          ca: 1207 + rank * 911,
          variation_ca: 0.8 + (rank % 6) / 12,
          exerciceDiane: 2024,
          arrete_bilan: '2024-12-31T00:00:00Z',
          resultat_expl: rank % 2 === 0 ? -14 * rank : 40 * rank,
          excedent_brut_d_exploitation: rank % 4 === 0 ? 0 : rank * 21 - 140,
        }),
  }
}
export const RESUMES: Resume[] = Array.from({ length: 45 }, (_, rank) => resume(rank))

const mask = (row: Resume, roles: readonly string[]): Resume => {
  const open = row.visible || followed.has(row.siret)
  const [permScore, permUrssaf, permDGEFP] = ['score', 'urssaf', 'dgefp'].map((role) => open && roles.includes(role))
  const { alert, urssaf, detteUrssaf, activite_partielle: ap, ...rest } = row
  return {
    ...rest,
    followed: followed.has(row.siret),
    followedEntreprise: followed.has(row.siret),
    permScore: permScore ?? false,
    permUrssaf: permUrssaf ?? false,
    permDGEFP: permDGEFP ?? false,
    firstAlert: permScore ? row.firstAlert : null,
    ...(permScore && alert !== undefined ? { alert } : {}),
    ...(permUrssaf ? { urssaf: urssaf ?? false, detteUrssaf: detteUrssaf ?? 0 } : {}),
    ...(permDGEFP ? { activite_partielle: ap ?? false } : {}),
  }
}
/** Rows as a reader with these roles sees them. */
export const rowsFor = (roles: readonly string[]): Resume[] => RESUMES.map((row) => mask(row, roles))

const month = (rank: number): string => new Date(Date.UTC(2023, rank, 1)).toISOString()
const scores = (row: Resume): ScoreListe[] => [
  {
    idListe: 'Janvier 2026',
    batch: '2512',
    algo: 'logit-1',
    periode: '2025-11-01T00:00:00Z',
    alert: row.alert ?? "Pas d'alerte",
    score: row.alert === 'Alerte seuil F1' ? 0.784 : 0.634,
    alertPreRedressements: row.alert ?? "Pas d'alerte",
    redressements: [],
    explSelection: {
      selectConcerning: [
        ['dette_urssaf', 'dette_sur_cotisation_mean12m'],
        ['dette_urssaf', 'dette_sociale_patronale'],
        ['sante_financiere', 'rentabilite_economique'],
      ],
    },
    macroExpl: {
      model_offset: 0.251,
      dette_urssaf: row.alert === 'Alerte seuil F1' ? 0.452 : 0.302,
      sante_financiere: 0.118,
      misc: 0.008,
      activite_partielle: -0.004,
      retards_paiement: -0.041,
    },
    microExpl: {
      model_offset: 0.251,
      dette_sur_cotisation_mean12m: 0.171,
      dette_sociale_patronale: 0.094,
      dette_sociale_ouvriere: 0.041,
      dette_par_effectif: 0.012,
      cotisation: -0.016,
      rentabilite_economique: 0.066,
      autonomie_financiere: 0.049,
      liquidite_reduite: 0.013,
      bilan_absent: -0.01,
      effectif: 0.008,
      ap_heures_consommees: -0.004,
      paydex: -0.041,
    },
    macroRadar: {
      dette_urssaf: 0.934,
      sante_financiere: 0.849,
      activite_partielle: 0.456,
      retards_paiement: 0.182,
    },
  },
  {
    idListe: 'Octobre 2025',
    batch: '2509',
    algo: 'logit-1',
    periode: '2025-08-01T00:00:00Z',
    alert: "Pas d'alerte",
    score: 0.3,
  },
]

/** Fiche of an établissement for a reader with these roles; null when unknown. */
export const ficheFor = (siret: string, roles: readonly string[]): Etablissement | null => {
  const row = rowsFor(roles).find((candidate) => candidate.siret === siret)
  const raw = RESUMES.find((candidate) => candidate.siret === siret)
  if (row === undefined || raw === undefined) return null
  const [code, departement, commune, region] = PLACES.find(([candidate]) => candidate === row.departement) ?? at(PLACES, 0)
  const count = 36
  const debt = (rank: number): number => (rank < 20 ? 0 : (rank - 20) ** 2 * 310)
  const periodes = Array.from({ length: count }, (_, rank) => month(rank))
  return {
    siren: row.siren,
    siret,
    siege: row.siege ?? false,
    entreprise: {
      siren: row.siren,
      Sirene: {
        raisonSociale: row.raison_sociale,
        statutJuridiqueN2: 'Société par actions simplifiée',
        creation: '2013-03-01T00:00:00Z',
        naf: {},
      },
      diane: [2021, 2022, 2023, 2024].map((annee) => ({
        arrete_bilan_diane: `${annee}-12-31T00:00:00Z`,
        exercice_diane: annee,
        ca: 1500 - (annee - 2021) * 120,
        resultat_expl: 60 - (annee - 2021) * 45,
        benefice_ou_perte: 40 - (annee - 2021) * 38,
        excedent_brut_d_exploitation: 110 - (annee - 2021) * 50,
      })),
      etablissementsSummary: [
        row,
        ...[1, 2].map((rank) => ({
          ...row,
          siret: `${row.siren}0009${rank}`,
          siege: false,
          departement: rank === 1 ? code : '75',
          commune: rank === 1 ? commune : 'PARIS',
          dernier_effectif: null,
          etatAdministratif: rank === 2 ? 'F' : 'A',
        })),
      ],
      ...(row.groupe === undefined ? {} : { groupe: { raison_sociale_groupe: row.groupe } }),
    },
    sirene: {
      adresse: `12 RUE DES FORGES\n${code}000 ${commune}`,
      codeDepartement: code,
      departement,
      region,
      creation: '2014-05-01T00:00:00Z',
      latitude: null,
      longitude: null,
      naf: {
        libelleActivite: row.libelle_activite ?? '',
        libelleSecteur: row.libelle_activite_n1 ?? '',
        codeActivite: row.code_activite ?? '',
        nomenActivite: 'NAFRev2',
      },
    },
    periodeUrssaf: {
      periodes,
      effectif: periodes.map((_, rank) => (rank === 27 ? null : 47 - Math.floor(rank / 4))),
      ...(row.permUrssaf
        ? {
            cotisation: periodes.map((_, rank) => (rank % 11 === 10 ? null : 21_000 + rank * 90)),
            partPatronale: periodes.map((_, rank) => debt(rank)),
            partSalariale: periodes.map((_, rank) => Math.round(debt(rank) * 0.3)),
            montantMajorations: periodes.map(() => 0),
          }
        : {}),
    },
    ...(row.permUrssaf
      ? {
          delai: [
            {
              action: 'SUR PO',
              dateCreation: '2025-03-10T00:00:00Z',
              dateEcheance: '2026-03-10T00:00:00Z',
              dureeDelai: 365,
              montantEcheancier: 42_000,
              stade: 'APPROB',
            },
          ],
        }
      : {}),
    ...(row.permDGEFP
      ? {
          apDemande: [
            {
              debut: '2025-02-01T00:00:00Z',
              fin: '2025-06-30T00:00:00Z',
              effectifAutorise: 20,
            },
          ],
          apConso: [3, 4, 5].map((rank) => ({
            date: `2025-0${rank}-01T00:00:00Z`,
            heureConsomme: 151.67 * rank,
          })),
        }
      : {}),
    procol:
      raw.etat_procol === 'redressement'
        ? [
            {
              dateEffet: '2025-10-03T00:00:00Z',
              action: 'redressement',
              stade: 'ouverture',
            },
          ]
        : [],
    ...(row.permScore ? { scores: scores(raw) } : {}),
    followed: row.followed,
    followedEntreprise: row.followedEntreprise,
    visible: row.visible,
    inZone: row.inZone,
    permScore: row.permScore,
    permUrssaf: row.permUrssaf,
    permDGEFP: row.permDGEFP,
    permBDF: roles.includes('bdf'),
    permPGE: roles.includes('pge'),
  }
}

const depot = (rank: number, part: Partial<Depot>): Depot => ({
  id: `d${rank}`,
  filename: `fichier_${rank}.csv`,
  size: 184_302 * (rank + 1),
  private: rank % 2 === 0,
  source: null,
  batch: '2512',
  state: 'imported',
  reason: null,
  waitingFor: [],
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  scan: { result: 'not-scanned', reason: null },
  completedAt: `2026-01-02T09:${String(50 - rank).padStart(2, '0')}:41.120Z`,
  report: null,
  ...part,
})
const REPORT = {
  read: 1295,
  imported: 1204,
  filtered: 88,
  rejected: 3,
  ignored: 0,
}
/** One deposit in each interesting state. */
export const DEPOTS: Depot[] = [
  depot(0, {
    filename: 'sigfaible_pcoll.csv',
    source: 'procol',
    report: REPORT,
    scan: { result: 'clean', reason: null },
  }),
  depot(1, {
    filename: 'sigfaible_delais.csv.gz',
    source: 'delai',
    state: 'waiting',
    waitingFor: ['admin_urssaf'],
  }),
  depot(2, {
    filename: 'sigfaible_debits.csv.gz',
    source: 'debit',
    state: 'confirmation',
    reason: 'Ce fichier nomme 312 entreprises ; la livraison précédente en nommait 1 180.',
    report: { ...REPORT, rejected: 0, read: 1292 },
  }),
  depot(3, {
    filename: 'sigfaible_cotisdues.csv.gz',
    source: 'cotisation',
    state: 'importing',
  }),
  depot(4, {
    filename: 'tableau.csv',
    state: 'rejected',
    reason: 'Ce fichier n’est pas un fichier csv : il commence comme un document PDF.',
  }),
  depot(5, {
    filename: 'macro.xlsx',
    state: 'quarantined',
    scan: { result: 'infected', reason: null },
  }),
  depot(6, {
    filename: 'sigfaible_effectif_siret.csv.gz',
    source: 'effectif',
    state: 'failed',
    reason: 'La base de données n’a pas répondu.',
  }),
  depot(7, {
    filename: 'sireneUL.csv',
    source: 'sirene_ul',
    report: { ...REPORT, rejected: 0, read: 1292 },
    scan: { result: 'not-scanned', reason: 'too-large' },
  }),
]
export const REJETS = [
  {
    line: 412,
    column: 'Dt_effet',
    value: '31FEB2025',
    reason: 'La date n’existe pas dans le calendrier.',
  },
  { line: 877, reason: 'La ligne compte 4 champs au lieu de 5.' },
]
