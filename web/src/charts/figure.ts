/** What `SfFigure` needs besides the drawing, so that no chart can be made without its equivalents (web §5.4). */

/** Colours of the series, those of `tokens.css`: a canvas cannot read a custom property by itself. */
export const COULEURS = {
  serie1: '#1f6f68',
  serie2: '#b5305a',
  serie3: '#8c6a1a',
  serie4: '#5b3e96',
  serie5: '#c2571a',
  eleve: '#a8201a',
  modere: '#8a5300',
  aucun: '#1f6b3a',
  primaire: '#1b4d89',
  texte: '#1d2433',
  discret: '#4a5365',
  bordure: '#d5d9e0',
} as const

export type Legende = {
  nom: string
  couleur: string
  forme: 'aire' | 'barre' | 'ligne' | 'tirets'
}

/** The same series as a table: one row per line, the first cell is its header. */
export type Tableau = { entetes: string[]; lignes: string[][] }

const cellule = (texte: string): string => (/[";\n]/.test(texte) ? `"${texte.replaceAll('"', '""')}"` : texte)

/** The table as csv, separated by semicolons as French spreadsheets expect. A cell that would be a formula is neutralised. */
export const csvDe = ({ entetes, lignes }: Tableau): string =>
  [entetes, ...lignes].map((ligne) => ligne.map((texte) => cellule(/^[=+@]/.test(texte) ? `'${texte}` : texte)).join(';')).join('\r\n')
