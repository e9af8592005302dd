import type { Entry } from '../entity.ts'
import { documented } from './documentation-types.ts'
import { type Columns, type EntriesOfType, type Frame, fill, isTruthy, lastOf } from './frame.ts'
import { agesOf, creationYear, isOld } from './sirene.ts'

export const ENTREPRISE_VARIABLES = documented('entr_sirene', [
  ['raison_sociale', 'string', '-', 'sirene_ul is present', '-', 'name of the company, else NOM*USAGE/PRENOMS/ of the person'],
  ['statut_juridique', 'string', '-', 'sirene_ul is present', 'missing or empty', 'copied'],
  ['date_creation_entreprise', 'integer', 'year', 'sirene_ul is present', 'no date_creation', 'year of date_creation'],
  ['age_entreprise', 'integer', 'years', 'created from 1901 on', '-', 'year of the month - year of creation'],
])

/** Description of the entreprise: the last sirene_ul entry in document order (refine §3.15). */
export const writeEntreprise = (columns: Columns, frame: Frame, entries: EntriesOfType): void => {
  const entry = lastOf(entries)
  if (entry === undefined) return
  const statut = entry['statut_juridique']
  fill(columns, frame, 'raison_sociale', raisonSociale(entry))
  fill(columns, frame, 'statut_juridique', isTruthy(statut) && (typeof statut === 'string' || typeof statut === 'number') ? statut : null)
  const year = creationYear(entry)
  fill(columns, frame, 'date_creation_entreprise', year)
  if (year !== null && !isOld(entry)) columns['age_entreprise'] = agesOf(frame, year)
}

/**
 * Name of a company, or `NOM*USAGE/P1 P2 P3 P4/` of a person (refine §3.15). A missing name prints nothing, and every first name is followed
 * by one blank even when missing, so that double blanks stay inside.
 */
export const raisonSociale = (entry: Entry): string => {
  if (isTruthy(entry['raison_sociale'])) return String(entry['raison_sociale'])
  const usage = isTruthy(entry['nom_usage_unite_legale']) ? `${entry['nom_usage_unite_legale']}/` : ''
  const prenoms = [1, 2, 3, 4].map((rank) => `${entry[`prenom${rank}_unite_legale`] ?? ''} `)
  return `${`${entry['nom_unite_legale'] ?? ''}*${usage}${prenoms.join('')}`.trim()}/`
}
