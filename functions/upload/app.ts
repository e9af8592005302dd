import { Hono } from 'hono'
import type { VerifyToken } from '../../shared/adapters/oidc.ts'
import { type Accounts, type Profile, spaceOfClaims } from '../../shared/domain/deposit/identity.ts'
import { effectiveMetadata, formatMetadata } from '../../shared/domain/deposit/metadata.ts'
import { type DepositRecord, isFinished, isKnownExpired, isOpen, newRecord } from '../../shared/domain/deposit/record.ts'
import type { UploadStorage } from '../../shared/domain/deposit/storage.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { Clock, Log } from '../../shared/ports.ts'
import { problemResponse, requestIdOf } from '../../shared/runtime/http.ts'
import { bodyOf, type UploadBindings } from './body.ts'
import { corsHeaders, preflightHeaders } from './cors.ts'
import {
  CHECKSUM_ALGORITHMS,
  type Creation,
  checkVersion,
  effectiveMethod,
  type Header,
  type Method,
  methodsOf,
  type Piece,
  readCreation,
  readPiece,
  type Target,
  TUS_EXTENSIONS,
  TUS_MEDIA_TYPE,
  TUS_VERSION,
  targetOf,
} from './protocol.ts'
import { type Exchange, exchange, translateTusError, verifyChecksum } from './tus.ts'

/** Limits of the service, in bytes, hours and uploads (upload §3.1, §5). */
export type UploadLimits = { maxBytes: number; maxChunkBytes: number; expireAfterHours: number; openCount: number; openBytes: number }

/** `ring` tells `settle` that a deposit is complete. `origins` are the exact origins of pages that may upload. */
export type UploadDeps = {
  verify: VerifyToken
  storage: UploadStorage
  accounts: Accounts
  profile: Profile
  ring(id: string): Promise<void>
  newId(): string
  now: Clock
  log: Log
  limits: UploadLimits
  origins: readonly string[]
  publicOrigin: string
}

type Caller = { owner: string; sub: string; email: string | null }

/** The front of upload §1.2, around the library: the first check that fails answers. */
export const uploadApp = (deps: UploadDeps): Hono<{ Bindings: UploadBindings }> => {
  const app = new Hono<{ Bindings: UploadBindings }>()
  app.all('*', async (context) => {
    const request = context.req.raw
    const requestId = requestIdOf(context)
    const header: Header = (name) => request.headers.get(name) ?? undefined
    const origin = header('origin')
    const isAllowedOrigin = origin === undefined || deps.origins.includes(origin)
    const target = targetOf(context.env?.event?.rawPath ?? pathOf(request.url))
    const common = { ...COMMON, ...(isAllowedOrigin ? corsHeaders(origin) : {}) }
    try {
      if (!isAllowedOrigin) throw new AppError('ORIGIN_DENIED', 'Cette origine n’est pas autorisée.')
      if (request.method === 'OPTIONS' && target.kind !== 'unknown') return discovery(deps, common, origin)
      const answer = await serve(deps, target, request, header, () => bodyOf(context, deps.limits.maxChunkBytes))
      for (const [name, value] of Object.entries(common)) answer.headers.set(name, value)
      return answer
    } catch (error) {
      const answer = problemResponse(error, requestId, deps.log, { ...common, ...extraHeaders(error, target) }, { requestId })
      return header('x-http-method-override') === 'HEAD' && request.method === 'POST' ? new Response(null, answer) : answer
    }
  })
  return app
}

const COMMON = { 'tus-resumable': TUS_VERSION, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }

/** Between the authority and the query. Where there is an event, its path counts: an address has lost the steps up (`..`, `%2e%2e`) that were in it. */
const pathOf = (url: string): string => {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const path = start === -1 ? '/' : url.slice(start)
  return path.split('?', 1)[0] ?? path
}

const extraHeaders = (error: unknown, target: Target): Record<string, string> => {
  if (!(error instanceof AppError)) return {}
  if (error.code === 'METHOD_NOT_ALLOWED') return { allow: methodsOf(target) }
  if (error.code === 'PROTOCOL_VERSION') return { 'tus-version': TUS_VERSION }
  if (error.code === 'LOCKED') return { 'retry-after': '1' }
  return {}
}

const discovery = (deps: UploadDeps, common: Record<string, string>, origin: string | undefined): Response =>
  new Response(null, {
    status: 204,
    headers: {
      ...common,
      ...preflightHeaders(origin),
      'tus-version': TUS_VERSION,
      'tus-extension': TUS_EXTENSIONS,
      'tus-checksum-algorithm': CHECKSUM_ALGORITHMS,
      'tus-max-size': String(deps.limits.maxBytes),
    },
  })

const serve = async (deps: UploadDeps, target: Target, request: Request, header: Header, body: () => Promise<Uint8Array>): Promise<Response> => {
  const method = effectiveMethod(request.method, header('x-http-method-override'), target)
  const caller = await authenticate(deps, header)
  if (target.kind === 'unknown') throw new AppError('ROUTE_UNKNOWN', 'Cette adresse n’existe pas.')
  const id = target.kind === 'resource' ? target.id : deps.newId()
  if (id === undefined || method === undefined) throw unknownUpload()
  checkVersion(header)
  if (method === 'POST') {
    const creation = readCreation(header, deps.limits.maxBytes)
    return create(deps, caller, creation, id, creation.hasPiece ? await body() : new Uint8Array(0))
  }
  if (method === 'HEAD') return head(deps, caller, id)
  const piece = readPiece(header)
  return patch(deps, caller, id, piece, await body())
}

const authenticate = async (deps: UploadDeps, header: Header): Promise<Caller> => {
  const { payload } = await deps.verify(header('authorization'))
  const owner = spaceOfClaims(payload, deps.accounts, deps.profile)
  return { owner, sub: payload.sub ?? '', email: typeof payload.email === 'string' && EMAIL.test(payload.email) ? payload.email : null }
}

const EMAIL = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,190}$/

const unknownUpload = (): AppError => new AppError('UPLOAD_UNKNOWN', 'Ce dépôt est inconnu.')

const create = async (deps: UploadDeps, caller: Caller, { size, metadata, hasPiece, checksum }: Creation, id: string, piece: Uint8Array): Promise<Response> => {
  if (piece.byteLength > size) throw new AppError('INPUT_TOO_LARGE', 'Le premier morceau dépasse la taille annoncée du dépôt.')
  if (checksum && hasPiece) verifyChecksum(checksum, piece)
  await checkQuota(deps, caller.owner, size)
  const now = deps.now()
  const creation = newRecord({ id, size, metadata: effectiveMetadata(metadata, caller.owner, caller.email), ...caller }, now)
  const headers = { 'upload-length': String(size), 'content-length': String(piece.byteLength), ...(hasPiece ? { 'content-type': TUS_MEDIA_TYPE } : {}) }
  const { response, record } = await run(deps, 'POST', headers, { id, owner: caller.owner, piece, checksum: undefined, creation, now })
  deps.log.info('upload.created', { deposit: id, owner: caller.owner, size })
  const offset = response.headers.get('upload-offset')
  return new Response(null, {
    status: 201,
    headers: { location: `${deps.publicOrigin}/files/${id}`, ...(offset === null ? {} : { 'upload-offset': offset }), ...expiry(deps, record) },
  })
}

const checkQuota = async ({ storage, limits }: UploadDeps, owner: string, size: number): Promise<void> => {
  const open = await storage.openUploads(owner)
  if (open.count + 1 > limits.openCount || open.bytes + size > limits.openBytes) {
    throw new AppError('RATE_LIMITED', 'Trop de dépôts sont en cours dans cet espace : terminez-en avant d’en commencer un autre.')
  }
}

/** Unknown and foreign are the same answer. */
const known = async (deps: UploadDeps, caller: Caller, id: string): Promise<DepositRecord> => {
  const record = (await deps.storage.records.read(id))?.record
  if (!record || record.owner !== caller.owner) throw unknownUpload()
  if (record.state === 'expired') {
    throw isKnownExpired(record, deps.now()) ? new AppError('UPLOAD_EXPIRED', 'Ce dépôt a expiré : il faut le recommencer.') : unknownUpload()
  }
  return record
}

const head = async (deps: UploadDeps, caller: Caller, id: string): Promise<Response> => {
  const record = await known(deps, caller, id)
  const headers = { 'upload-length': String(record.size), 'upload-metadata': formatMetadata(record.metadata) }
  if (isFinished(record)) return new Response(null, { status: 200, headers: { ...headers, 'upload-offset': String(record.size) } })
  const { response } = await run(
    deps,
    'HEAD',
    {},
    { id, owner: caller.owner, piece: new Uint8Array(0), checksum: undefined, creation: undefined, now: deps.now() },
  )
  return new Response(null, { status: 200, headers: { ...headers, 'upload-offset': response.headers.get('upload-offset') ?? '' } })
}

const patch = async (deps: UploadDeps, caller: Caller, id: string, { offset, checksum }: Piece, piece: Uint8Array): Promise<Response> => {
  const found = await known(deps, caller, id)
  if (isFinished(found)) return patchFinished(deps, found, { offset, checksum }, piece)
  const headers = { 'upload-offset': String(offset), 'content-type': TUS_MEDIA_TYPE, 'content-length': String(piece.byteLength) }
  const { response, record } = await run(deps, 'PATCH', headers, { id, owner: caller.owner, piece, checksum, creation: undefined, now: deps.now() })
  return new Response(null, { status: 204, headers: { 'upload-offset': response.headers.get('upload-offset') ?? '', ...expiry(deps, record) } })
}

/** A finished upload takes no byte; an empty piece at its end rings `settle` again, which harms nothing (upload §1.3). */
const patchFinished = async (deps: UploadDeps, record: DepositRecord, { offset, checksum }: Piece, piece: Uint8Array): Promise<Response> => {
  if (offset !== record.size) throw new AppError('OFFSET_CONFLICT', 'La position annoncée n’est pas celle du dépôt.')
  if (piece.byteLength > 0) throw new AppError('INPUT_TOO_LARGE', 'Ce dépôt est déjà complet : rien n’a été écrit.')
  if (checksum) verifyChecksum(checksum, piece)
  await ring(deps, record.id)
  return new Response(null, { status: 204, headers: { 'upload-offset': String(record.size) } })
}

/** The library, the bell if the upload is now complete, then the library's errors as ours. */
const run = async (deps: UploadDeps, method: Method, headers: Record<string, string>, given: Exchange) => {
  // Only what the library needs is handed to it: nothing of the client's headers, its host least of all (upload §3.4).
  const request = new Request(`http://upload/files/${given.id}`, { method, headers: { ...headers, 'tus-resumable': TUS_VERSION } })
  const outcome = await exchange(deps.storage, request, given)
  if (outcome.hasCompleted) await ring(deps, given.id)
  if (outcome.error !== undefined) throw translateTusError(outcome.error)
  if (!outcome.response.ok) throw new Error(`the library answered ${outcome.response.status} to a request that was checked`)
  return outcome
}

/** Before the answer, never instead of it: a bell that is not heard is rung again by `sweep`. */
const ring = async (deps: UploadDeps, id: string): Promise<void> => {
  try {
    await deps.ring(id)
  } catch (error) {
    deps.log.error('upload.not-rung', error, { deposit: id })
  }
}

const expiry = ({ limits }: UploadDeps, record: DepositRecord | undefined): Record<string, string> =>
  record && isOpen(record) ? { 'upload-expires': new Date(Date.parse(record.createdAt) + limits.expireAfterHours * 3_600_000).toUTCString() } : {}
