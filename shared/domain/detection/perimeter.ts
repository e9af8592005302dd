/** The black list of the perimeter in force in 2026 (raw-formats §4.5 step 4), as data: kept at import, applied here before scoring. */
export type BlackList = { id: string; categories: readonly string[]; activities: readonly string[]; seat: boolean }

export const BLACK_LIST_2026: BlackList = {
  id: '2026-1',
  categories: ['4110', '4120', '4140', '4160', '7210', '7220', '7346', '7348', '7366', '7373', '7379', '7383', '7389', '7410', '7430', '7470', '7490'],
  activities: [
    ...['8411Z', '8412Z', '8413Z', '8421Z', '8422Z', '8423Z', '8424Z', '8425Z', '8430A', '8430B', '8430C'],
    ...['8510Z', '8520Z', '8531Z', '8532Z', '8541Z', '8542Z', '9411Z', '9412Z', '9420Z', '9491Z', '9492Z'],
    ...['6411Z', '6419Z', '6430Z', '6491Z', '6492Z', '6499Z', '6511Z', '6512Z', '6520Z', '6530Z'],
    ...['6611Z', '6612Z', '6619A', '6619B', '6621Z', '6622Z', '6629Z', '6630Z', '9900Z'],
  ],
  seat: true,
}

/** What the register says of the entreprise. `hasSeat`: its head office is in sirene, with a département. */
export type RegisterFacts = { statutJuridique?: string | undefined; activite?: string | undefined; hasSeat: boolean }

/** The criteria, in the order in which they are tried. */
export type Exclusion = 'categorie' | 'activite' | 'siege'

/** First criterion met; `84.11Z` and `8411Z` are the same activity. */
export const exclusionOf = (facts: RegisterFacts, list: BlackList = BLACK_LIST_2026): Exclusion | undefined => {
  if (facts.statutJuridique !== undefined && list.categories.includes(facts.statutJuridique)) return 'categorie'
  if (facts.activite !== undefined && list.activities.includes(facts.activite.replace('.', ''))) return 'activite'
  return list.seat && !facts.hasSeat ? 'siege' : undefined
}
