/**
 * Départements and régions of access zones and of labels (datapi §1.2): the 96 of the mainland with 2A and 2B, those overseas, and
 * the two collectivités that the platform counts with Guadeloupe. Provenance: Insee, code officiel géographique.
 */
export type Departement = { code: string; libelle: string; region: string }

/** région | its départements as `code libelle`, separated by `;` */
const TABLE = `
Guadeloupe|971 Guadeloupe;977 Saint-Barthélemy;978 Saint-Martin
Martinique|972 Martinique
Guyane|973 Guyane
La Réunion|974 La Réunion
Mayotte|976 Mayotte
Île-de-France|75 Paris;77 Seine-et-Marne;78 Yvelines;91 Essonne;92 Hauts-de-Seine;93 Seine-Saint-Denis;94 Val-de-Marne;95 Val-d'Oise
Centre-Val de Loire|18 Cher;28 Eure-et-Loir;36 Indre;37 Indre-et-Loire;41 Loir-et-Cher;45 Loiret
Bourgogne-Franche-Comté|21 Côte-d'Or;25 Doubs;39 Jura;58 Nièvre;70 Haute-Saône;71 Saône-et-Loire;89 Yonne;90 Territoire de Belfort
Normandie|14 Calvados;27 Eure;50 Manche;61 Orne;76 Seine-Maritime
Hauts-de-France|02 Aisne;59 Nord;60 Oise;62 Pas-de-Calais;80 Somme
Grand Est|08 Ardennes;10 Aube;51 Marne;52 Haute-Marne;54 Meurthe-et-Moselle;55 Meuse;57 Moselle;67 Bas-Rhin;68 Haut-Rhin;88 Vosges
Pays de la Loire|44 Loire-Atlantique;49 Maine-et-Loire;53 Mayenne;72 Sarthe;85 Vendée
Bretagne|22 Côtes-d'Armor;29 Finistère;35 Ille-et-Vilaine;56 Morbihan
Nouvelle-Aquitaine|16 Charente;17 Charente-Maritime;19 Corrèze;23 Creuse;24 Dordogne;33 Gironde;40 Landes;47 Lot-et-Garonne;64 Pyrénées-Atlantiques;79 Deux-Sèvres;86 Vienne;87 Haute-Vienne
Occitanie|09 Ariège;11 Aude;12 Aveyron;30 Gard;31 Haute-Garonne;32 Gers;34 Hérault;46 Lot;48 Lozère;65 Hautes-Pyrénées;66 Pyrénées-Orientales;81 Tarn;82 Tarn-et-Garonne
Auvergne-Rhône-Alpes|01 Ain;03 Allier;07 Ardèche;15 Cantal;26 Drôme;38 Isère;42 Loire;43 Haute-Loire;63 Puy-de-Dôme;69 Rhône;73 Savoie;74 Haute-Savoie
Provence-Alpes-Côte d'Azur|04 Alpes-de-Haute-Provence;05 Hautes-Alpes;06 Alpes-Maritimes;13 Bouches-du-Rhône;83 Var;84 Vaucluse
Corse|2A Corse-du-Sud;2B Haute-Corse
Collectivités d'Outre-Mer|
`

export const DEPARTEMENTS: readonly Departement[] = TABLE.trim()
  .split('\n')
  .flatMap((line) => {
    const [region = '', list = ''] = line.split('|')
    return list
      .split(';')
      .filter((item) => item !== '')
      .map((item) => ({
        region,
        code: item.slice(0, item.indexOf(' ')),
        libelle: item.slice(item.indexOf(' ') + 1),
      }))
  })
  .sort((a, b) => (a.code < b.code ? -1 : 1))

/** Labels of the régions, those without a département included. */
export const REGIONS: readonly string[] = TABLE.trim()
  .split('\n')
  .map((line) => line.slice(0, line.indexOf('|')))

/** Every code, ascending. */
export const CODES_DEPARTEMENTS: readonly string[] = DEPARTEMENTS.map((departement) => departement.code)

/** Code of the région in the code officiel géographique. */
export const CODES_REGIONS: Readonly<Record<string, string>> = {
  Guadeloupe: '01',
  Martinique: '02',
  Guyane: '03',
  'La Réunion': '04',
  Mayotte: '06',
  'Île-de-France': '11',
  'Centre-Val de Loire': '24',
  'Bourgogne-Franche-Comté': '27',
  Normandie: '28',
  'Hauts-de-France': '32',
  'Grand Est': '44',
  'Pays de la Loire': '52',
  Bretagne: '53',
  'Nouvelle-Aquitaine': '75',
  Occitanie: '76',
  'Auvergne-Rhône-Alpes': '84',
  "Provence-Alpes-Côte d'Azur": '93',
  Corse: '94',
  "Collectivités d'Outre-Mer": 'COM',
}
