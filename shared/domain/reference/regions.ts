import { DEPARTEMENTS } from './departements.ts'

const TODAY: ReadonlyMap<string, string> = new Map(DEPARTEMENTS.map(({ code, region }) => [code, region]))

/** The départements that the reference of 2023 does not know: it has the former code 20 of Corsica, and nothing overseas (refine annex D). */
const UNKNOWN_IN_2023 = /^(2A|2B|97.|98.)$/

/** Label of the région of a département, empty when unknown. */
export const regionOf = (departement: string, version: '2023' | '2026'): string => {
  if (departement === '20') return 'Corse'
  if (version === '2023' && UNKNOWN_IN_2023.test(departement)) return ''
  return TODAY.get(departement) ?? ''
}
