import type { CorpsProbleme } from '../contracts/problem.ts'
import { Probleme, phraseDeStatut, problemeDe } from './probleme.ts'

export type Methode = 'GET' | 'POST' | 'PUT' | 'DELETE'
export type Options = { corps?: unknown; signal?: AbortSignal }

/** What the client needs of the session. */
export type Porteur = {
  jeton: () => string
  renouveler: () => Promise<boolean>
}

/** JSON routes under `/api`. `null` is the answer 204: there is no body to read. Throws `Probleme`. */
export type Client = {
  demander: <T>(methode: Methode, chemin: string, options?: Options) => Promise<T | null>
  telecharger: (methode: Methode, chemin: string, options?: Options) => Promise<Blob | null>
}

/** `surEchec(true)` is told of each 5xx or missing answer, `surEchec(false)` of each answer that is one. */
export const creerClient = (
  base: string,
  porteur: Porteur,
  surEchec: (echec: boolean) => void,
  aller: typeof fetch = (...arguments_) => fetch(...arguments_),
): Client => {
  const appeler = (methode: Methode, chemin: string, { corps, signal }: Options): Promise<Response> =>
    aller(base + chemin, {
      method: methode,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${porteur.jeton()}`,
        ...(corps === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(corps === undefined ? {} : { body: JSON.stringify(corps) }),
      ...(signal === undefined ? {} : { signal }),
    })

  const repondre = async (methode: Methode, chemin: string, options: Options): Promise<Response | null> => {
    let reponse: Response
    try {
      reponse = await appeler(methode, chemin, options)
      // One silent renewal, one replay (web §2.4).
      if (reponse.status === 401 && (await porteur.renouveler())) reponse = await appeler(methode, chemin, options)
    } catch (erreur) {
      if (options.signal?.aborted === true) throw erreur
      surEchec(true)
      throw new Probleme(0, 'Service injoignable', phraseDeStatut(0))
    }
    surEchec(reponse.status >= 500)
    if (reponse.status === 204) return null
    if (reponse.ok) return reponse
    const corps: CorpsProbleme | null = await reponse.json().catch(() => null)
    throw problemeDe(reponse.status, corps, reponse.headers)
  }

  return {
    demander: async <T>(methode: Methode, chemin: string, options: Options = {}) => {
      const reponse = await repondre(methode, chemin, options)
      if (reponse === null) return null
      const texte = await reponse.text()
      if (texte === '') return null
      try {
        const corps: T = JSON.parse(texte)
        return corps
      } catch {
        throw new Probleme(502, 'Réponse illisible', phraseDeStatut(502))
      }
    },
    telecharger: async (methode, chemin, options = {}) => (await repondre(methode, chemin, options))?.blob() ?? null,
  }
}
