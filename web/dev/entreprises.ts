import type { Liste, Resume } from '../src/contracts/datapi.ts'

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
export const PLACES: readonly [code: string, departement: string, commune: string, region: string][] = [
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
/** One of the items, whatever the rank: they come round again. */
export const at = <T>(items: readonly T[], index: number): T => {
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
    description: 'Liste recalculée le 12 novembre 2025.',
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
