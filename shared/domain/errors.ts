/**
 * The one error class of the platform. Everything that follows from an error (HTTP answer, queue behaviour,
 * log level, exit code of the CLI, documentation page) is derived from its kind through `CONSEQUENCES`.
 */

/** What an error means for its caller, whatever the transport. */
export type Kind = 'invalid' | 'unauthenticated' | 'denied' | 'missing' | 'conflict' | 'unavailable' | 'bug'

/** Consequences of a kind: `status` is the default HTTP status, `retry` says whether a queue delivers the message again. */
export type Consequence = { status: number; retry: boolean; level: 'debug' | 'info' | 'warn' | 'error'; exit: number }

export const CONSEQUENCES: Readonly<Record<Kind, Consequence>> = {
  invalid: { status: 400, retry: false, level: 'warn', exit: 2 },
  unauthenticated: { status: 401, retry: false, level: 'info', exit: 3 },
  denied: { status: 403, retry: false, level: 'info', exit: 3 },
  missing: { status: 404, retry: false, level: 'info', exit: 4 },
  conflict: { status: 409, retry: true, level: 'info', exit: 5 },
  unavailable: { status: 503, retry: true, level: 'error', exit: 6 },
  bug: { status: 500, retry: true, level: 'error', exit: 70 },
}

type Entry = { kind: Kind; title: string; status?: number }

/** The closed list of codes. `title` is what `application/problem+json` shows; `status` overrides the one of the kind. */
export const CODES = {
  INPUT_INVALID: { kind: 'invalid', title: 'Requête invalide' },
  INPUT_UNPROCESSABLE: { kind: 'invalid', title: 'Contenu refusé', status: 422 },
  CONTENT_TYPE_REFUSED: { kind: 'invalid', title: 'Type de contenu refusé', status: 415 },
  INPUT_TOO_LARGE: { kind: 'invalid', title: 'Contenu trop volumineux', status: 413 },
  FILE_NOT_WHAT_IT_CLAIMS: { kind: 'invalid', title: 'Le fichier n’est pas ce qu’il annonce', status: 422 },
  MESSAGE_MALFORMED: { kind: 'bug', title: 'Message illisible' },
  CONFIG_INVALID: { kind: 'bug', title: 'Configuration invalide' },
  SOURCE_UNKNOWN: { kind: 'invalid', title: 'Type de fichier inconnu', status: 422 },
  BATCH_INVALID: { kind: 'invalid', title: 'Lot invalide', status: 422 },
  ARTEFACT_INVALID: { kind: 'invalid', title: 'Modèle refusé', status: 422 },
  TOKEN_MISSING: { kind: 'unauthenticated', title: 'Jeton absent' },
  TOKEN_INVALID: { kind: 'unauthenticated', title: 'Jeton refusé' },
  TOKEN_EXPIRED: { kind: 'unauthenticated', title: 'Jeton expiré' },
  ORIGIN_DENIED: { kind: 'denied', title: 'Origine refusée' },
  SPACE_DENIED: { kind: 'denied', title: 'Aucun espace de dépôt' },
  ROLE_MISSING: { kind: 'denied', title: 'Droit absent' },
  ZONE_DENIED: { kind: 'denied', title: 'Hors de votre zone' },
  ROUTE_UNKNOWN: { kind: 'missing', title: 'Adresse inconnue' },
  SIREN_UNKNOWN: { kind: 'missing', title: 'Entreprise inconnue' },
  SIRET_UNKNOWN: { kind: 'missing', title: 'Établissement inconnu' },
  LIST_UNKNOWN: { kind: 'missing', title: 'Liste inconnue' },
  UPLOAD_UNKNOWN: { kind: 'missing', title: 'Dépôt inconnu' },
  BATCH_UNKNOWN: { kind: 'missing', title: 'Lot inconnu' },
  FILE_MISSING: { kind: 'missing', title: 'Fichier absent' },
  OFFSET_CONFLICT: { kind: 'conflict', title: 'Position inattendue' },
  LOCKED: { kind: 'conflict', title: 'Ressource occupée', status: 423 },
  VERSION_CONFLICT: { kind: 'conflict', title: 'Modification concurrente' },
  STATE_CONFLICT: { kind: 'conflict', title: 'État incompatible' },
  UPLOAD_EXPIRED: { kind: 'missing', title: 'Dépôt expiré', status: 410 },
  PROTOCOL_VERSION: { kind: 'invalid', title: 'Version du protocole refusée', status: 412 },
  MEDIA_TYPE_REFUSED: { kind: 'invalid', title: 'Type de contenu refusé', status: 415 },
  CHECKSUM_MISMATCH: { kind: 'invalid', title: 'Somme de contrôle différente', status: 460 },
  METHOD_NOT_ALLOWED: { kind: 'invalid', title: 'Méthode refusée', status: 405 },
  RATE_LIMITED: { kind: 'unavailable', title: 'Trop de requêtes', status: 429 },
  DATABASE_DOWN: { kind: 'unavailable', title: 'Base de données injoignable' },
  QUEUE_DOWN: { kind: 'unavailable', title: 'File de messages injoignable' },
  STORAGE_DOWN: { kind: 'unavailable', title: 'Stockage injoignable' },
  STORAGE_FULL: { kind: 'unavailable', title: 'Espace de stockage épuisé', status: 507 },
  IDENTITY_DOWN: { kind: 'unavailable', title: 'Service d’identité injoignable' },
  STACK_NOT_FOUND: { kind: 'unavailable', title: 'Plateforme locale introuvable' },
  DEADLINE: { kind: 'unavailable', title: 'Temps imparti écoulé' },
} as const satisfies Record<string, Entry>

export type Code = keyof typeof CODES

/** `details` is shown to the caller (field, line, expected value…): never put a secret, a path of the machine or personal data in it. */
export class AppError extends Error {
  override name = 'AppError'
  readonly code: Code
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: Code, message: string, options: { details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }

  get kind(): Kind {
    return CODES[this.code].kind
  }

  get status(): number {
    const entry: Entry = CODES[this.code]
    return entry.status ?? CONSEQUENCES[entry.kind].status
  }
}

/** The kind of anything that was thrown: what is not an `AppError` is a bug. */
export const kindOf = (error: unknown): Kind => (error instanceof AppError ? error.kind : 'bug')

/** What happens after `error`, see `CONSEQUENCES`. */
export const consequenceOf = (error: unknown): Consequence => CONSEQUENCES[kindOf(error)]

/** Body of an `application/problem+json` answer (RFC 9457). A bug shows nothing of itself but the id of the request. */
export type Problem = { type: string; title: string; status: number; detail: string; code: string; instance?: string; [field: string]: unknown }

export const problemOf = (error: unknown, requestId?: string): Problem => {
  const instance = requestId === undefined ? {} : { instance: `urn:request:${requestId}` }
  if (!(error instanceof AppError) || error.kind === 'bug') {
    return {
      type: 'about:blank',
      title: 'Erreur interne',
      status: 500,
      code: 'BUG',
      detail: 'Une erreur inattendue est survenue. Elle a été enregistrée.',
      ...instance,
    }
  }
  return { ...error.details, type: 'about:blank', title: CODES[error.code].title, status: error.status, code: error.code, detail: error.message, ...instance }
}
