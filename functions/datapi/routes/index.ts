import type { Route } from '../route.ts'
import { entrepriseAll, entrepriseGet, etablissementGet } from './fiche.ts'
import { follow, kanbanFollow, startFollowing, stopFollowing, stopFollowingByPost } from './follow.ts'
import { healthcheck } from './health.ts'
import { liste, listeCourante, listeDepartements, listes } from './lists.ts'
import { naf, referenceDepartements, referenceRegions } from './reference.ts'
import { search, searchTotal } from './search.ts'

/** Every route of the service. */
export const ROUTES: readonly Route[] = [
  healthcheck,
  listes,
  listeCourante,
  liste,
  listeDepartements,
  search,
  searchTotal,
  etablissementGet,
  entrepriseGet,
  entrepriseAll,
  follow,
  kanbanFollow,
  startFollowing,
  stopFollowing,
  stopFollowingByPost,
  naf,
  referenceDepartements,
  referenceRegions,
]
