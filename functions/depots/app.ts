import { type Context, Hono } from 'hono'
import type { Deposits } from '../../shared/adapters/mongo/deposits.ts'
import type { VerifyToken } from '../../shared/adapters/oidc.ts'
import { type Accounts, type Profile, spaceOfClaims } from '../../shared/domain/deposit/identity.ts'
import type { DepositSummary } from '../../shared/domain/deposit/record.ts'
import { cursorOf, type DepotPage, depotDetailOf, depotOf, type ImportView, importViewOf, isClosed, parseCursor } from '../../shared/domain/deposit/view.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { DepositId } from '../../shared/domain/messages.ts'
import type { ImportDocument } from '../../shared/domain/spine/documents.ts'
import type { SourceFacts } from '../../shared/domain/spine/spine.ts'
import type { AdminStore, ImportStore } from '../../shared/domain/spine/store.ts'
import type { Log } from '../../shared/ports.ts'
import { type LambdaBindings, problemResponse, requestIdOf } from '../../shared/runtime/http.ts'

/** Collections that the function reads, and the one flag that it sets. Opened at first use. */
export type DepotsStore = {
  deposits: Pick<Deposits, 'find' | 'page'>
  imports: Pick<ImportStore, 'find' | 'ofBatch' | 'results' | 'set'>
  admin: Pick<AdminStore, 'batch'>
}

export type DepotsDeps = {
  verify: VerifyToken
  accounts: Accounts
  profile: Profile
  store: () => Promise<DepotsStore>
  sources: Pick<SourceFacts, 'isStock'>
  /** Tells `import` that a deposit was confirmed. */
  ring(id: string): Promise<void>
  log: Log
}

type Bindings = { Bindings: LambdaBindings }

const DEFAULT_LIMIT = 20

/** What a partner sees of its own deposits (upload §4.7): MongoDB only, never a byte. */
export const depotsApp = (deps: DepotsDeps): Hono<Bindings> => {
  const app = new Hono<Bindings>()
  app.use('*', async (context, next) => {
    await next()
    context.header('cache-control', 'no-store')
    context.header('x-content-type-options', 'nosniff')
  })
  const ownerOf = async (context: Context): Promise<string> => {
    const { payload } = await deps.verify(context.req.header('authorization'))
    return spaceOfClaims(payload, deps.accounts, deps.profile)
  }

  app.get('/api/depots', async (context) => {
    const owner = await ownerOf(context)
    const limit = limitOf(context.req.query('limit'))
    const before = beforeOf(context.req.query('before'))
    const store = await deps.store()
    const found = await store.deposits.page(owner, limit + 1, before)
    const page = found.slice(0, limit)
    const views = await viewsOf(deps, store, page)
    const last = page.at(-1)
    const answer: DepotPage = {
      deposits: page.map((summary) => depotOf(summary, views.get(summary.id))),
      next: found.length > limit && last ? cursorOf(last) : null,
    }
    return context.json(answer)
  })

  app.get('/api/depots/:id', async (context) => {
    const owner = await ownerOf(context)
    const store = await deps.store()
    const summary = await own(store, owner, context.req.param('id'))
    const views = await viewsOf(deps, store, [summary])
    return context.json(depotDetailOf(summary, views.get(summary.id)))
  })

  app.post('/api/depots/:id/confirmation', async (context) => {
    const owner = await ownerOf(context)
    const store = await deps.store()
    const summary = await own(store, owner, context.req.param('id'))
    const view = (await viewsOf(deps, store, [summary])).get(summary.id)
    if (view?.state !== 'confirmation') throw new AppError('STATE_CONFLICT', 'Ce dépôt n’attend pas de confirmation.')
    await store.imports.set(summary.id, 'confirmed')
    await deps.ring(summary.id).catch((error: unknown) => deps.log.error('depots.not-rung', error, { deposit: summary.id })) // `sweep` looks at it again
    return context.json(depotDetailOf(summary, view), 202)
  })

  const refusal = (error: unknown, context: Context): Response => {
    const requestId = requestIdOf(context)
    return problemResponse(error, requestId, deps.log, {}, { requestId })
  }
  app.notFound((context) => refusal(new AppError('ROUTE_UNKNOWN', 'Cette adresse n’existe pas.'), context))
  app.onError(refusal)
  return app
}

const limitOf = (text: string | undefined): number => {
  if (text === undefined) return DEFAULT_LIMIT
  const limit = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > 100) throw new AppError('INPUT_INVALID', 'Le paramètre limit doit être un nombre de 1 à 100.')
  return limit
}

const beforeOf = (text: string | undefined) => {
  if (text === undefined) return undefined
  const cursor = parseCursor(text)
  if (!cursor) throw new AppError('INPUT_INVALID', 'Le paramètre before doit être le « next » de la page précédente.')
  return cursor
}

/** Another partner's deposit is unknown, like one that never was. */
const own = async (store: DepotsStore, owner: string, id: string): Promise<DepositSummary> => {
  const summary = DepositId.safeParse(id).success ? await store.deposits.find(id) : undefined
  if (!summary || summary.owner !== owner) throw new AppError('UPLOAD_UNKNOWN', 'Ce dépôt est inconnu.')
  return summary
}

/** What `import` says of these deposits: one read per batch that they are in, and the results of those that are closed. */
const viewsOf = async (deps: DepotsDeps, store: DepotsStore, summaries: readonly DepositSummary[]): Promise<ReadonlyMap<string, ImportView>> => {
  const found = await Promise.all(summaries.map(({ id }) => store.imports.find(id)))
  const documents = found.filter((document) => document !== undefined)
  const keys = [...new Set(documents.map(({ batch }) => batch))]
  const batches = new Map(
    await Promise.all(keys.map(async (key) => [key, { batch: await store.admin.batch(key), imports: await store.imports.ofBatch(key) }] as const)),
  )
  const view = async (document: ImportDocument) => {
    const { batch, imports } = batches.get(document.batch) ?? { batch: undefined, imports: [] }
    const results = isClosed(document, batch) ? await store.imports.results(document.deposit, document.closedRun) : []
    return [document.deposit, importViewOf({ document, batch, imports, results, isStock: deps.sources.isStock(document.source) })] as const
  }
  return new Map(await Promise.all(documents.map(view)))
}
