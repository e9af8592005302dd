import type { Bad } from '../csv/read-csv.ts'

/** What is said of a record that is not a row. */

/** In the words of the reference: compare its presence only, the wording depends on the version of a library (raw-formats §1.2). */
export const messageOf = (bad: Bad): string => {
  if (bad.why === 'field-count') return `record on line ${bad.line}: wrong number of fields`
  const start = bad.line === bad.at.line ? '' : `record on line ${bad.line}; `
  return `${start}parse error on line ${bad.at.line}, column ${bad.at.column}: ${FAULTS[bad.why]}`
}

const FAULTS = {
  'bare-quote': 'bare " in non-quoted-field',
  quote: 'extraneous or missing " in quoted-field',
  unclosed: 'extraneous or missing " in quoted-field',
  'too-long': 'record too long',
} as const

/** For the partner, in French; `width` is the number of fields of the header. */
export const reasonOf = (bad: Bad, width: number): string => {
  switch (bad.why) {
    case 'field-count':
      return `La ligne compte ${bad.fields ?? 0} champ${(bad.fields ?? 0) > 1 ? 's' : ''} au lieu de ${width}.`
    case 'bare-quote':
      return 'Un guillemet se trouve au milieu d’un champ qui ne commence pas par un guillemet.'
    case 'quote':
      return 'Un guillemet fermant est suivi d’autre chose que d’un séparateur ou d’une fin de ligne.'
    case 'unclosed':
      return 'Un guillemet ouvert n’est jamais refermé.'
    case 'too-long':
      return 'La ligne dépasse 1 Mio : un guillemet fermant manque sans doute.'
  }
}
