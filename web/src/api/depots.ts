import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import type { Depot, EtatDepot, PageDepots } from '../contracts/depots.ts'
import { useServices } from './services.ts'

/** States that go on by themselves. */
const EN_MOUVEMENT: ReadonlySet<EtatDepot> = new Set<EtatDepot>(['complete', 'scanned', 'placed', 'announced', 'importing'])
/** 5 s while something moves, then 30 s (web §3.9); the query stops by itself while the tab is hidden. */
export const intervalleDepots = (depots: readonly Depot[]): number => (depots.some(({ state }) => EN_MOUVEMENT.has(state)) ? 5000 : 30_000)

/** `attendus` is true while an upload that just ended is not in the list yet. */
export const useDepots = (attendus: Ref<boolean>) => {
  const { api } = useServices()
  return useInfiniteQuery({
    queryKey: ['depots'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      api.demander<PageDepots>('GET', `/depots?limit=50${pageParam === null ? '' : `&before=${encodeURIComponent(pageParam)}`}`, { signal }),
    getNextPageParam: (derniere) => derniere?.next ?? null,
    refetchInterval: ({ state }) => (attendus.value ? 2000 : intervalleDepots(state.data?.pages.flatMap((page) => page?.deposits ?? []) ?? [])),
  })
}

/** One deposit with the first rejected records of its report. */
export const useDepot = (id: Ref<string>, ouvert: Ref<boolean>) => {
  const { api } = useServices()
  return useQuery({
    queryKey: computed(() => ['depot', id.value]),
    enabled: ouvert,
    queryFn: ({ signal }) =>
      api.demander<Depot>('GET', `/depots/${encodeURIComponent(id.value)}`, {
        signal,
      }),
  })
}

export const useConfirmerDepot = () => {
  const { api } = useServices()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.demander<Depot>('POST', `/depots/${encodeURIComponent(id)}/confirmation`),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['depots'] }),
  })
}
