import type { DetailedError, HttpRequest, HttpResponse } from 'tus-js-client'

/** What gives tokens: `renouveler` says whether there is a new one. */
type Porteur = { jeton: () => string; renouveler: () => Promise<boolean> }

/**
 * The tus client begins another upload when the position of one is refused, whatever the refusal says: every byte would be sent again, and two uploads be
 * open. Only one that is no more there is begun again.
 */
class PositionRefusee extends Error {
  readonly reponse: HttpResponse

  constructor(reponse: HttpResponse) {
    super(`position refused with ${reponse.getStatus()}`)
    this.reponse = reponse
  }
}

const ditOuElleEnEst = (statut: number): boolean => (statut >= 200 && statut < 300) || statut === 404 || statut === 410

/** The answer that an error is about, null when none came. */
export const reponseDe = (erreur: Error | DetailedError): HttpResponse | null => {
  if (!('originalResponse' in erreur)) return null
  return erreur.originalResponse ?? (erreur.causingError instanceof PositionRefusee ? erreur.causingError.reponse : null)
}

/** A token for each request, and what is tried again (upload §3.2): 401 once after renewal, and what another moment mends. */
export const reglesEnvoi = (porteur: Porteur) => {
  let renouvele = false
  let avecNouveauJeton = false
  return {
    onBeforeRequest: (requete: HttpRequest) => requete.setHeader('Authorization', `Bearer ${porteur.jeton()}`),
    onAfterResponse: async (requete: HttpRequest, reponse: HttpResponse) => {
      const statut = reponse.getStatus()
      if (statut === 401) {
        avecNouveauJeton = !renouvele && (await porteur.renouveler())
        renouvele = true
      } else if (statut < 300) renouvele = false
      if (requete.getMethod() === 'HEAD' && !ditOuElleEnEst(statut)) throw new PositionRefusee(reponse)
    },
    onShouldRetry: (erreur: DetailedError): boolean => {
      const statut = reponseDe(erreur)?.getStatus() ?? 0
      if (statut === 401) return avecNouveauJeton
      return statut === 0 || statut >= 500 || [409, 423, 429, 460].includes(statut)
    },
  }
}
