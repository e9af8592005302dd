import '../design/tokens.css'
import '../design/base.css'
import { ErrorResponse } from 'oidc-client-ts'
import { type Configuration, ConfigurationInvalide, lireConfiguration } from './configuration.ts'
import { afficherPageSimple } from './page-simple.ts'
import { BoucleConnexion, type Connexion, creerConnexion } from './session.ts'

const lireDistant = async (): Promise<Configuration> => {
  const reponse = await fetch('/config.json', { cache: 'no-store' })
  if (!reponse.ok) throw new ConfigurationInvalide('(document)')
  let brut: unknown
  try {
    brut = await reponse.json()
  } catch {
    throw new ConfigurationInvalide('(document)')
  }
  return lireConfiguration(brut)
}

const afficherEchec = (erreur: unknown, connexion: Connexion | null): void => {
  if (erreur instanceof ConfigurationInvalide) {
    afficherPageSimple({
      titre: 'L’application est mal configurée',
      paragraphes: [`La clé «\u00a0${erreur.cle}\u00a0» de config.json est absente ou fausse.`, 'Prévenez votre support.'],
    })
    return
  }
  const code = erreur instanceof ErrorResponse ? (erreur.error ?? 'inconnu') : erreur instanceof BoucleConnexion ? 'boucle' : 'connexion'
  const explication =
    erreur instanceof BoucleConnexion
      ? 'Le service d’identité a été appelé plusieurs fois de suite sans réussir. Nous nous sommes arrêtés là.'
      : 'Le service d’identité n’a pas pu ouvrir votre session. Vérifiez l’heure de votre ordinateur, puis réessayez.'
  afficherPageSimple({
    titre: 'Connexion impossible',
    paragraphes: [explication, `Code à indiquer à votre support\u00a0: ${code}.`],
    ...(connexion === null ? {} : { action: boutonConnexion(connexion, '/', 'Réessayer') }),
  })
}

const boutonConnexion = (connexion: Connexion, chemin: string, texte: string) => ({
  texte,
  repere: 'se-connecter',
  faire: () => {
    connexion.partir(chemin).catch((erreur: unknown) => afficherEchec(erreur, connexion))
  },
})

/** Configuration, then identity, then only the application: the callback loads this file twice, so it stays small (web §5.8). */
const demarrer = async (): Promise<void> => {
  let connexion: Connexion | null = null
  try {
    const configuration = await lireDistant()
    connexion = creerConnexion(configuration)
    if (location.pathname === '/deconnecte') {
      afficherPageSimple({
        titre: 'Vous êtes déconnecté',
        paragraphes: ['À bientôt.'],
        action: boutonConnexion(connexion, '/', 'Se connecter'),
      })
      return
    }
    if (!globalThis.isSecureContext) {
      afficherPageSimple({
        titre: 'Connexion impossible',
        paragraphes: ['La connexion demande une adresse en HTTPS, ou http://localhost.', 'Code à indiquer à votre support\u00a0: contexte.'],
      })
      return
    }
    if (location.pathname !== '/retour') {
      await connexion.partir(location.pathname + location.search + location.hash)
      return
    }
    const { session, chemin } = await connexion.achever()
    history.replaceState(null, '', chemin)
    const { monter } = await import('../app/monter.ts')
    monter({ configuration, session })
  } catch (erreur) {
    afficherEchec(erreur, connexion)
  }
}

void demarrer()
