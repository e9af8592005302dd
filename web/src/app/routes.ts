import { nextTick, ref } from 'vue'
import { createRouter, createWebHistory, type Router } from 'vue-router'
import { estAgent, pageAccueil } from '../boot/identite.ts'
import type { Session } from '../boot/session.ts'
import ListesPage from '../features/listes/ListesPage.vue'

declare module 'vue-router' {
  interface RouteMeta {
    titre: string
    /** Who may enter; absent = anybody signed in. */
    pour?: 'agent' | 'partenaire'
  }
}

const RECHARGE = 'sf.recharge'

/** True when a page could not be loaded, even after a reload. */
export const pageNonChargee = ref(false)

/** A lazy page that is gone after a deployment: reload once at the asked address, then say it (web §3.11). */
const rechargerUneFois = (chemin: string): void => {
  if (sessionStorage.getItem(RECHARGE) === chemin) {
    sessionStorage.removeItem(RECHARGE)
    pageNonChargee.value = true
    return
  }
  sessionStorage.setItem(RECHARGE, chemin)
  location.assign(chemin)
}

export const creerRouteur = (session: Session): Router => {
  const { identite } = session
  const routeur = createRouter({
    history: createWebHistory(),
    scrollBehavior: (vers, _de, place) => place ?? (vers.hash === '' ? { top: 0 } : { el: vers.hash }),
    routes: [
      { path: '/', redirect: () => pageAccueil(identite) },
      {
        path: '/listes/:liste?',
        component: ListesPage,
        meta: { titre: 'Listes de détection', pour: 'agent' },
      },
      {
        path: '/recherche',
        component: () => import('../features/recherche/RecherchePage.vue'),
        meta: { titre: 'Recherche', pour: 'agent' },
      },
      {
        path: '/entreprises/:siren(\\d{9})',
        component: () => import('../features/etablissement/EntreprisePage.vue'),
        meta: { titre: 'Fiche entreprise', pour: 'agent' },
      },
      {
        path: '/etablissements/:siret(\\d{14})',
        component: () => import('../features/etablissement/EtablissementPage.vue'),
        meta: { titre: 'Fiche établissement', pour: 'agent' },
      },
      {
        path: '/suivis',
        component: () => import('../features/suivis/SuivisPage.vue'),
        meta: { titre: 'Mes suivis', pour: 'agent' },
      },
      {
        path: '/depots',
        component: () => import('../features/depots/DepotsPage.vue'),
        meta: { titre: 'Dépôt de fichiers', pour: 'partenaire' },
      },
      {
        path: '/habilitations',
        component: () => import('./HabilitationsPage.vue'),
        meta: { titre: 'Mes habilitations' },
      },
      {
        path: '/aide',
        component: () => import('./AidePage.vue'),
        meta: { titre: 'Aide' },
      },
      {
        path: '/accessibilite',
        component: () => import('./AccessibilitePage.vue'),
        meta: { titre: 'Accessibilité' },
      },
      {
        path: '/mentions-legales',
        component: () => import('./MentionsPage.vue'),
        meta: { titre: 'Mentions légales' },
      },
      {
        path: '/sans-droit',
        component: () => import('./SansDroitPage.vue'),
        meta: { titre: 'Aucun droit' },
      },
      {
        path: '/acces-refuse',
        component: () => import('./InterditPage.vue'),
        meta: { titre: 'Accès refusé' },
      },
      {
        path: '/ets/:siret(\\d{14})',
        redirect: ({ params }) => `/etablissements/${String(params.siret)}`,
      },
      {
        path: '/:reste(.*)*',
        component: () => import('./IntrouvablePage.vue'),
        meta: { titre: 'Page introuvable' },
      },
    ],
  })

  routeur.beforeEach((vers) => {
    // Links of old mails and cards.
    const ancien = /^#\/ets\/(\d{14})$/.exec(vers.hash)
    if (vers.path === '/' && ancien !== null) return `/etablissements/${ancien[1]}`
    if (vers.hash === '#/prediction') return '/listes'
    const permis = vers.meta.pour === undefined || (vers.meta.pour === 'agent' ? estAgent(identite) : identite.goupPath !== null)
    return permis ? true : { path: '/acces-refuse', query: { page: vers.meta.pour } }
  })
  routeur.afterEach((vers, de, echec) => {
    if (echec !== undefined) return
    document.title = titreDePage(vers.meta.titre, [vers.params.siret, vers.params.siren].find((numero) => typeof numero === 'string') ?? null)
    sessionStorage.removeItem(RECHARGE)
    pageNonChargee.value = false
    // A new page takes the focus; a change of filters or of anchor does not.
    if (de.path !== vers.path && de.matched.length > 0)
      void nextTick().then(() => document.querySelector<HTMLElement>('#contenu')?.focus({ preventScroll: true }))
  })
  routeur.onError((_erreur, vers) => rechargerUneFois(vers.fullPath))
  return routeur
}

/** Never the name of a company: titles are read on shared screens (web §3). */
const titreDePage = (titre: string, siret: string | null): string => [siret, titre, 'Signaux faibles'].filter((partie) => partie !== null).join(' – ')
