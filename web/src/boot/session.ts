import { ErrorResponse, InMemoryWebStorage, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts'
import type { Configuration } from './configuration.ts'
import { type Identite, identiteDe, lireJeton } from './identite.ts'
import { cheminSur, noterRedirection } from './retour.ts'

/** Two redirects in a row did not sign anybody in: better to stop and say so than to loop. */
export class BoucleConnexion extends Error {
  override name = 'BoucleConnexion'
}

/** What the pages know of the session. Tokens never leave this module's memory but in the header of a request. */
export type Session = {
  readonly identite: Identite
  jeton: () => string
  /** One silent renewal at a time, by the refresh token; false when the provider refuses. */
  renouveler: () => Promise<boolean>
  reconnecter: (chemin: string) => Promise<void>
  deconnecter: () => Promise<void>
  /** Called once, when the session cannot go on. */
  surFin: (suite: () => void) => void
}

const MEMOIRE_REDIRECTIONS = 'sf.redirections'

const creerGestionnaire = ({ oidc }: Configuration): UserManager =>
  new UserManager({
    authority: oidc.emetteur,
    client_id: oidc.client,
    redirect_uri: `${location.origin}/retour`,
    post_logout_redirect_uri: `${location.origin}/deconnecte`,
    response_type: 'code',
    scope: 'openid',
    loadUserInfo: false,
    monitorSession: false,
    automaticSilentRenew: true,
    accessTokenExpiringNotificationTimeInSeconds: 30,
    // Tokens in memory only; the code verifier must survive the redirect (web §3.1). The prefix is the library's alone: it sweeps whatever it does not know under it.
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({
      store: sessionStorage,
      prefix: 'oidc.',
    }),
  })

/** Leaves for the provider, which brings back to `/retour` and then to `chemin`. */
const partir = async (gestionnaire: UserManager, chemin: string): Promise<void> => {
  const memoire = noterRedirection(sessionStorage.getItem(MEMOIRE_REDIRECTIONS), Date.now())
  if (memoire === null) throw new BoucleConnexion('too many redirects to the identity provider')
  sessionStorage.setItem(MEMOIRE_REDIRECTIONS, memoire)
  await gestionnaire.signinRedirect({ state: { chemin: cheminSur(chemin) } })
}

const identiteDeUtilisateur = (utilisateur: User, client: string): Identite =>
  identiteDe({ ...utilisateur.profile, ...lireJeton(utilisateur.access_token) }, client)

const creerSession = (gestionnaire: UserManager, premier: User, configuration: Configuration): Session => {
  let utilisateur = premier
  let enCours: Promise<boolean> | null = null
  let finie = false
  const suites: (() => void)[] = []
  const finir = (): void => {
    if (finie) return
    finie = true
    for (const suite of suites) suite()
  }
  gestionnaire.events.addUserLoaded((nouveau) => {
    utilisateur = nouveau
  })
  gestionnaire.events.addAccessTokenExpired(finir)
  gestionnaire.events.addSilentRenewError((erreur) => {
    // A network fault may heal before the token expires; a refusal of the provider does not.
    if (erreur instanceof ErrorResponse) finir()
  })
  const renouveler = async (): Promise<boolean> => {
    try {
      const nouveau = await gestionnaire.signinSilent()
      if (nouveau === null) throw new Error('no renewed session')
      utilisateur = nouveau
      return true
    } catch {
      finir()
      return false
    }
  }
  return {
    identite: identiteDeUtilisateur(premier, configuration.oidc.client),
    jeton: () => utilisateur.access_token,
    renouveler: () => {
      enCours ??= renouveler().finally(() => {
        enCours = null
      })
      return enCours
    },
    reconnecter: (chemin) => partir(gestionnaire, chemin),
    deconnecter: async () => {
      sessionStorage.clear()
      await gestionnaire.signoutRedirect()
    },
    surFin: (suite) => {
      suites.push(suite)
    },
  }
}

export type Connexion = {
  /** Leaves the page for the provider. */
  partir: (chemin: string) => Promise<void>
  /** On `/retour`: exchanges the code; `chemin` is the page that was asked for. */
  achever: () => Promise<{ session: Session; chemin: string }>
}

export const creerConnexion = (configuration: Configuration): Connexion => {
  const gestionnaire = creerGestionnaire(configuration)
  return {
    partir: (chemin) => partir(gestionnaire, chemin),
    achever: async () => {
      const utilisateur = await gestionnaire.signinRedirectCallback()
      sessionStorage.removeItem(MEMOIRE_REDIRECTIONS)
      const etat: unknown = utilisateur.state
      const chemin = typeof etat === 'object' && etat !== null && 'chemin' in etat && typeof etat.chemin === 'string' ? etat.chemin : '/'
      return {
        session: creerSession(gestionnaire, utilisateur, configuration),
        chemin: cheminSur(chemin),
      }
    },
  }
}
