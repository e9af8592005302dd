import type { CorpsProbleme } from '../contracts/problem.ts'

/** A refusal or a failure of the API. `statut` 0 = no answer (network). `numero` is the request id to quote. */
export class Probleme extends Error {
  override name = 'Probleme'
  readonly statut: number
  readonly titre: string
  readonly code: string | null
  readonly numero: string | null
  /** Seconds to wait, from `Retry-After`. */
  readonly attendre: number | null

  constructor(
    statut: number,
    titre: string,
    detail: string,
    reste: {
      code?: string
      numero?: string
      attendre?: number
    } = {},
  ) {
    super(detail)
    this.statut = statut
    this.titre = titre
    this.code = reste.code ?? null
    this.numero = reste.numero ?? null
    this.attendre = reste.attendre ?? null
  }
}

/** Sentences of last resort, when the answer does not explain itself (web §2.4). */
const PHRASES: Readonly<Record<number, string>> = {
  0: 'Le service est injoignable. Vérifiez votre connexion, puis réessayez.',
  400: 'La demande n’a pas été comprise.',
  401: 'Votre session a pris fin.',
  403: 'Vos habilitations ne permettent pas cette action.',
  404: 'Cet élément est inconnu.',
  409: 'L’état a changé entre-temps. Rechargez la page.',
  413: 'L’envoi est trop volumineux.',
  429: 'Trop de demandes en peu de temps. Attendez un instant.',
}

export const phraseDeStatut = (statut: number): string => PHRASES[statut] ?? 'Le service répond mal en ce moment.'

/** Reads a problem answer; `corps` is null when the body is not JSON. */
export const problemeDe = (statut: number, corps: CorpsProbleme | null, entetes: { get: (nom: string) => string | null }): Probleme => {
  const attendre = Number(entetes.get('retry-after') ?? Number.NaN)
  const numero = corps?.requestId ?? corps?.instance?.replace('urn:request:', '') ?? entetes.get('x-request-id') ?? entetes.get('apigw-requestid')
  // The detail of a 5xx is never shown: it says nothing that helps an agent.
  const detail = statut < 500 ? corps?.detail : undefined
  return new Probleme(statut, corps?.title ?? 'Erreur', detail ?? phraseDeStatut(statut), {
    ...(corps?.code === undefined ? {} : { code: corps.code }),
    ...(numero == null ? {} : { numero }),
    ...(Number.isFinite(attendre) ? { attendre } : {}),
  })
}

/** Reads are tried twice more on 5xx and on network faults, never on a refusal (web §2.4). */
export const fautReessayer = (echecs: number, erreur: unknown): boolean =>
  erreur instanceof Probleme && (erreur.statut === 0 || erreur.statut >= 500) && echecs < 2
/** 1 s, then 4 s. */
export const delaiReessai = (echecs: number): number => (echecs === 0 ? 1000 : 4000)
