import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import type { CorpsListe, Libelles, Liste, PageListe, Regions } from '../contracts/datapi.ts'
import type { Client } from './client.ts'
import { useServices } from './services.ts'

/** A published list does not change while an agent reads it. */
const CINQ_MINUTES = 300_000
const UNE_HEURE = 3_600_000

export const useListes = (): ReturnType<typeof requeteListes> => requeteListes(useServices().api)
const requeteListes = (api: Client) =>
  useQuery({
    queryKey: ['listes'],
    queryFn: async ({ signal }) => (await api.demander<Liste[]>('GET', '/listes', { signal })) ?? [],
    staleTime: CINQ_MINUTES,
  })

const useReference = <T extends object>(nom: 'naf' | 'departements' | 'regions', vide: T) => {
  const { api } = useServices()
  return useQuery({
    queryKey: ['reference', nom],
    queryFn: async ({ signal }) => (await api.demander<T>('GET', `/reference/${nom}`, { signal })) ?? vide,
    staleTime: UNE_HEURE,
  })
}
export const useNaf = () => useReference<Libelles>('naf', {})
export const useDepartements = () => useReference<Libelles>('departements', {})
export const useRegions = () => useReference<Regions>('regions', {})

/** What names a list in paths: its label, or its batch when another list has the same label (datapi §3.14). */
export const cleListe = ({ id, batch }: Liste, toutes: readonly Liste[]): string => (toutes.filter((autre) => autre.id === id).length > 1 ? batch : id)

export const cheminListe = (route: 'liste' | 'xls', id: string): string => `/scores/${route}/${encodeURIComponent(id)}`

/** Pages of a list under filters; the end is deduced from `pageMax`, never from the number of rows (web §3.4). */
export const usePagesListe = (id: Ref<string | null>, corps: Ref<CorpsListe | null>) => {
  const { api } = useServices()
  return useInfiniteQuery({
    queryKey: computed(() => ['liste', id.value, corps.value]),
    enabled: computed(() => id.value !== null && corps.value !== null),
    initialPageParam: 0,
    queryFn: async ({ pageParam, signal }) => {
      const envoi = pageParam === 0 ? corps.value : { ...corps.value, page: pageParam }
      return api.demander<PageListe>('POST', cheminListe('liste', id.value ?? ''), { corps: envoi, signal })
    },
    getNextPageParam: (derniere) => (derniere !== null && (derniere.page ?? 0) < (derniere.pageMax ?? 0) ? (derniere.page ?? 0) + 1 : undefined),
    staleTime: CINQ_MINUTES,
  })
}
