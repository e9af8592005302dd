import { CODES_DEPARTEMENTS, DEPARTEMENTS } from '../reference/departements.ts'

/** Role of the whole territory. */
export const FRANCE_ENTIERE = 'France entière'

const KNOWN = new Set(CODES_DEPARTEMENTS)

/** Régions before 2016, by today's region or by their départements: still granted in some realms (datapi §1.2). */
const ANCIENNES: Readonly<Record<string, readonly string[]>> = {
  Alsace: ['67', '68'],
  Aquitaine: ['24', '33', '40', '47', '64'],
  Auvergne: ['03', '15', '43', '63'],
  'Basse-Normandie': ['14', '50', '61'],
  Bourgogne: ['21', '58', '71', '89'],
  Centre: ['18', '28', '36', '37', '41', '45'],
  'Champagne-Ardenne': ['08', '10', '51', '52'],
  'Franche-Comté': ['25', '39', '70', '90'],
  'Haute-Normandie': ['27', '76'],
  'Languedoc-Roussillon': ['11', '30', '34', '48', '66'],
  Limousin: ['19', '23', '87'],
  Lorraine: ['54', '55', '57', '88'],
  'Midi-Pyrénées': ['09', '12', '31', '32', '46', '65', '81', '82'],
  'Nord-Pas-de-Calais': ['59', '62'],
  Picardie: ['02', '60', '80'],
  'Poitou-Charentes': ['16', '17', '79', '86'],
  'Rhône-Alpes': ['01', '07', '26', '38', '42', '69', '73', '74'],
}

const REGIONALES = new Map<string, readonly string[]>([
  ...Object.entries(ANCIENNES),
  ...[...Map.groupBy(DEPARTEMENTS, ({ region }) => region)].map(([region, departements]): [string, string[]] => [region, departements.map(({ code }) => code)]),
  [FRANCE_ENTIERE, CODES_DEPARTEMENTS],
])

/**
 * Départements that roles open, ascending: codes as granted, and those of every région label, whether or not the realm makes labels
 * composite (datapi §1.2). Labels are compared exactly, accents included.
 */
export const zoneOf = (roles: readonly string[]): string[] =>
  [...new Set(roles.flatMap((role) => (KNOWN.has(role) ? [role] : (REGIONALES.get(role) ?? []))))].sort()

/** Does this zone hold every département? Then a filter on it says nothing. */
export const isWholeTerritory = (zone: readonly string[]): boolean => {
  const held = new Set(zone)
  return CODES_DEPARTEMENTS.every((code) => held.has(code))
}
