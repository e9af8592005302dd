import { documented } from './documentation-types.ts'
import { type EntriesOfType, lastOf } from './frame.ts'

export const EXCLUSION_VARIABLES = documented(
  'platform_entreprise',
  [
    [
      'exclu',
      'string',
      '-',
      'always',
      'no criterion is met',
      'first criterion of the black list that the SIREN meets: categorie (statut_juridique), activite (ape of sirene_ul), siege (no head office with a département in sirene); one value, not one per month',
    ],
  ],
  { addition: true },
)

/** Public law, courts, public institutions: legal categories that no list shows (raw-formats §4.5). */
const CATEGORIES = new Set([
  '4110',
  '4120',
  '4140',
  '4160',
  '7210',
  '7220',
  '7346',
  '7348',
  '7366',
  '7373',
  '7379',
  '7383',
  '7389',
  '7410',
  '7430',
  '7470',
  '7490',
])

/** Activities that no list shows, without a dot: administrations, schools, associations, finance, international bodies (raw-formats §4.5). */
const ACTIVITES = new Set([
  ...['8411Z', '8412Z', '8413Z', '8421Z', '8422Z', '8423Z', '8424Z', '8425Z', '8430A', '8430B', '8430C'],
  ...['8510Z', '8520Z', '8531Z', '8532Z', '8541Z', '8542Z', '9411Z', '9412Z', '9420Z', '9491Z', '9492Z'],
  ...['6411Z', '6419Z', '6430Z', '6491Z', '6492Z', '6499Z', '6511Z', '6512Z', '6520Z', '6530Z'],
  ...['6611Z', '6612Z', '6619A', '6619B', '6621Z', '6622Z', '6629Z', '6630Z', '9900Z'],
])

export type Exclusion = 'categorie' | 'activite' | 'siege'

/** Why the SIREN is on the black list, or null. `hasSiege`: one of its establishments is its head office and has a département. */
export const exclusionOf = (sireneUl: EntriesOfType, hasSiege: boolean): Exclusion | null => {
  const entry = lastOf(sireneUl)
  const statut = entry?.['statut_juridique']
  if (statut !== undefined && statut !== null && CATEGORIES.has(String(statut))) return 'categorie'
  const ape = entry?.['ape']
  if (typeof ape === 'string' && ACTIVITES.has(ape.replace('.', ''))) return 'activite'
  return hasSiege ? null : 'siege'
}

/** True when the last sirene entry says a head office with a département. */
export const isSiege = (sirene: EntriesOfType): boolean => {
  const entry = lastOf(sirene)
  return entry?.['siege'] === true && typeof entry['departement'] === 'string' && entry['departement'] !== ''
}
