/** Ten groups of activities; each has its own climate in `trajectory.ts`. Codes of NAF rév. 2, with the words that names of such entreprises start with. */
export type Sector = { codes: readonly string[]; words: readonly string[] }

export const SECTORS: readonly Sector[] = [
  {
    codes: ['10.13A', '10.71C', '10.51C', '10.85Z', '11.07A', '01.13Z'],
    words: ['CONSERVERIE', 'FOURNIL', 'LAITERIE', 'SALAISONS', 'SAVEURS', 'MARAICHERS'],
  },
  {
    codes: ['25.62B', '25.11Z', '28.22Z', '22.22Z', '16.10A', '18.12Z', '13.20Z', '27.12Z', '24.51Z', '31.01Z', '23.70Z', '20.41Z'],
    words: ['ATELIERS', 'MECANIQUE', 'FONDERIE', 'PLASTIQUES', 'SCIERIE', 'IMPRIMERIE', 'TISSAGES', 'USINAGE'],
  },
  {
    codes: ['43.99C', '43.21A', '43.22A', '43.34Z', '41.20A', '41.20B', '42.11Z', '43.32A', '43.91B'],
    words: ['MACONNERIE', 'ELECTRICITE', 'CHARPENTES', 'BATIMENT', 'TOITURES', 'PLOMBERIE', 'TERRASSEMENT'],
  },
  {
    codes: ['45.11Z', '45.20A', '46.90Z', '46.39B', '46.73A', '46.69B', '46.41Z', '46.31Z', '64.20Z'],
    words: ['GARAGE', 'NEGOCE', 'COMPTOIR', 'DISTRIBUTION', 'FOURNITURES'],
  },
  {
    codes: ['47.11D', '47.11F', '47.71Z', '47.59A', '47.78C', '47.52B'],
    words: ['MARCHE', 'GALERIE', 'MODE', 'MAISON', 'BRICOLAGE'],
  },
  {
    codes: ['49.41A', '49.41B', '52.29A', '53.20Z', '49.39A'],
    words: ['TRANSPORTS', 'MESSAGERIE', 'LOGISTIQUE', 'AUTOCARS'],
  },
  {
    codes: ['55.10Z', '56.10A', '56.10C', '56.21Z'],
    words: ['HOTEL', 'BRASSERIE', 'TABLE', 'AUBERGE', 'TRAITEUR'],
  },
  {
    codes: ['62.01Z', '62.02A', '58.13Z', '59.11B', '63.11Z', '70.22Z', '71.12B', '69.20Z', '73.11Z'],
    words: ['INFORMATIQUE', 'CONSEIL', 'INGENIERIE', 'EDITIONS', 'STUDIO', 'CABINET'],
  },
  {
    codes: ['81.21Z', '80.10Z', '78.20Z', '82.99Z', '81.30Z', '74.90B', '85.59A'],
    words: ['PROPRETE', 'SECURITE', 'INTERIM', 'SERVICES', 'JARDINS', 'FORMATION'],
  },
  {
    codes: ['86.90A', '87.10A', '88.91A', '86.10Z', '93.13Z', '96.02A', '90.01Z', '95.21Z', '96.01B'],
    words: ['CLINIQUE', 'RESIDENCE', 'CRECHE', 'COIFFURE', 'SPORT', 'PRESSING'],
  },
]

/** Activities that the black list of the perimeter names (raw-formats §4.5 step 4). */
export const EXCLUDED_ACTIVITIES: readonly string[] = ['84.11Z', '85.31Z', '94.91Z', '64.19Z', '66.22Z', '85.20Z']

/** Legal forms that the black list names. */
export const EXCLUDED_FORMS: readonly string[] = ['7210', '7346', '4110', '7389']

/** Legal forms met, with their share. `1000` is a natural person: no denomination, a name and first names. */
export const FORMS: readonly (readonly [string, number])[] = [
  ['5710', 0.42],
  ['5499', 0.32],
  ['5599', 0.06],
  ['5498', 0.05],
  ['5720', 0.05],
  ['9220', 0.04],
  ['5202', 0.02],
  ['5460', 0.01],
  ['1000', 0.03],
]
