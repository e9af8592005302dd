import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import type { CorpsFinSuivi, CorpsRecherche, CorpsSuivi, Entreprise, Etablissement, PageRecherche, Suivis } from '../contracts/datapi.ts'
import { useServices } from './services.ts'

export const useEtablissement = (siret: Ref<string>) => {
  const { api } = useServices()
  return useQuery({
    queryKey: computed(() => ['etablissement', siret.value]),
    queryFn: ({ signal }) =>
      api.demander<Etablissement>('GET', `/etablissement/get/${siret.value}`, {
        signal,
      }),
  })
}

export const useEntreprise = (siren: Ref<string>) => {
  const { api } = useServices()
  return useQuery({
    queryKey: computed(() => ['entreprise', siren.value]),
    queryFn: ({ signal }) => api.demander<Entreprise>('GET', `/entreprise/all/${siren.value}`, { signal }),
  })
}

/** Rows of a search. The answer has no total: another page is offered while the pages are full. */
export const useRecherche = (corps: Ref<CorpsRecherche | null>) => {
  const { api } = useServices()
  return useInfiniteQuery({
    queryKey: computed(() => ['recherche', corps.value]),
    enabled: computed(() => corps.value !== null),
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      api.demander<PageRecherche>('POST', '/etablissement/search', {
        corps: { ...corps.value, page: pageParam },
        signal,
      }),
    getNextPageParam: (derniere, pages) =>
      derniere !== null && derniere.results.length > 0 && derniere.results.length === pages[0]?.results.length ? pages.length : undefined,
  })
}

/** The count is slower than the rows, so it is asked for apart; 1000 means « 1 000 or more ». */
export const useTotalRecherche = (corps: Ref<CorpsRecherche | null>) => {
  const { api } = useServices()
  return useQuery({
    queryKey: computed(() => ['recherche-total', corps.value]),
    enabled: computed(() => corps.value !== null),
    queryFn: async ({ signal }) => (await api.demander<{ total: number }>('POST', '/etablissement/search/total', { corps: corps.value, signal }))?.total ?? 0,
    retry: false,
  })
}

const AUCUN_SUIVI: Suivis = { stats: { count: 0 }, summaries: [] }

export const useSuivis = () => {
  const { api } = useServices()
  return useQuery({
    queryKey: ['suivis'],
    queryFn: async ({ signal }) => (await api.demander<Suivis>('GET', '/follow', { signal })) ?? AUCUN_SUIVI,
  })
}

/** Following unlocks data everywhere: what was read before is read again. */
const useApresSuivi = () => {
  const cache = useQueryClient()
  return () => Promise.all(['etablissement', 'entreprise', 'suivis', 'liste', 'recherche'].map((cle) => cache.invalidateQueries({ queryKey: [cle] })))
}

export const useSuivre = () => {
  const { api } = useServices()
  const apres = useApresSuivi()
  return useMutation({
    mutationFn: ({ siret, corps }: { siret: string; corps: CorpsSuivi }) => api.demander('POST', `/follow/${siret}`, { corps }),
    onSuccess: apres,
  })
}

export const useNePlusSuivre = () => {
  const { api } = useServices()
  const apres = useApresSuivi()
  return useMutation({
    mutationFn: ({ siret, corps }: { siret: string; corps: CorpsFinSuivi }) => api.demander('DELETE', `/follow/${siret}`, { corps }),
    onSuccess: apres,
  })
}
