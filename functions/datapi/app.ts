import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { cors } from 'hono/cors'
import { type Queryable, withTransaction } from '../../shared/adapters/postgres/connect.ts'
import { type JournalEntry, writeJournal } from '../../shared/adapters/postgres/journal.ts'
import { type Agent, agentOf } from '../../shared/domain/access/agent.ts'
import { AppError, problemOf } from '../../shared/domain/errors.ts'
import { type LambdaBindings, problemResponse, requestIdOf } from '../../shared/runtime/http.ts'
import { readBody } from './body.ts'
import { DOCS_POLICY, docsPage } from './docs-page.ts'
import { describeDepots, describeRoute, openApiDocument } from './openapi.ts'
import type { DatapiDeps, Disclosure, Outcome, Route } from './route.ts'
import { ROUTES } from './routes/index.ts'

export const BASE = '/api'

type App = OpenAPIHono<{ Bindings: LambdaBindings }>

/**
 * The HTTP function, testable by `app.request`. For each route, in this order: token, roles, body, work, journal, answer. Every request of an
 * agent leaves one line in the journal, refusals included; where an answer discloses a confidential group or writes something, no line means no
 * answer (datapi §6).
 */
export const datapiApp = (deps: DatapiDeps): App => {
  const app: App = new OpenAPIHono()
  app.use('*', async (context, next) => {
    await next()
    if (!context.res.headers.has('cache-control')) context.header('cache-control', 'no-store')
    context.header('x-content-type-options', 'nosniff')
  })
  app.use(
    '*',
    cors({
      origin: [...deps.settings.origins],
      allowHeaders: ['Authorization', 'Content-Type', 'responseType'],
      exposeHeaders: ['Content-Disposition'],
      maxAge: 600,
    }),
  )
  for (const route of ROUTES) {
    describeRoute(app.openAPIRegistry, route)
    app.on(route.method.toUpperCase(), BASE + route.path.replaceAll(/\{(\w+)\}/g, ':$1'), (context) => handle(deps, route, context))
  }
  describeDepots(app.openAPIRegistry)
  app.get(`${BASE}/openapi.json`, (context) => context.json(openApiDocument(app, deps.settings.version)))
  app.get(`${BASE}/docs`, (context) => {
    context.header('content-security-policy', DOCS_POLICY)
    return context.html(docsPage(ROUTES))
  })
  app.notFound((context) => problemResponse(new AppError('ROUTE_UNKNOWN', 'Cette adresse n’existe pas.'), requestIdOf(context), deps.log))
  app.onError((error, context) => problemResponse(error, requestIdOf(context), deps.log))
  return app
}

/** What is known of a request when it ends, well or not. */
type Trace = { agent?: Agent; params: Record<string, string>; body: unknown }

const handle = async (deps: DatapiDeps, route: Route, context: Context): Promise<Response> => {
  const { log, settings } = deps
  const requestId = requestIdOf(context)
  const [at, started] = [deps.clock(), performance.now()]
  const trace: Trace = { params: { ...context.req.param() }, body: null }
  const entry = (status: number, disclosure: Disclosure = {}): JournalEntry => journalEntry(route, context, requestId, at, started, trace, status, disclosure)
  try {
    if (route.access === 'anonymous')
      return respond(context, await route.run({ params: trace.params, body: {} }, { agent: undefined, db: deps.pool(), at, settings }))
    const agent = agentOf((await deps.verify(context.req.header('authorization'))).payload, settings.rolesClient)
    trace.agent = agent
    const missing = route.access.find((role) => !agent.roles.includes(role))
    if (missing !== undefined) throw new AppError('ROLE_MISSING', `Votre habilitation ne comprend pas le droit « ${missing} ».`)
    trace.body = await inputOf(route, context)
    const work = (db: Queryable): Promise<Outcome> => route.run({ params: trace.params, body: trace.body }, { agent, db, at, settings })
    if (route.writes) {
      return respond(
        context,
        await withTransaction(deps.pool(), async (connection) => {
          const outcome = await work(connection)
          await writeJournal(connection, entry(outcome.status, outcome.disclosure))
          return outcome
        }),
      )
    }
    const outcome = await work(deps.pool())
    const isConfidential = (outcome.disclosure?.groupes?.length ?? 0) > 0
    await writeJournal(deps.pool(), entry(outcome.status, outcome.disclosure)).catch((error: unknown) => {
      if (isConfidential) throw error
      log.error('journal.lost', error, { requestId })
    })
    return respond(context, outcome)
  } catch (error) {
    if (route.access !== 'anonymous') {
      await writeJournal(deps.pool(), entry(problemOf(error).status)).catch((failure: unknown) => log.error('journal.lost', failure, { requestId }))
    }
    return problemResponse(error, requestId, log)
  }
}

const inputOf = async (route: Route, context: Context): Promise<unknown> => {
  if (route.body === undefined) return {}
  const body = await readBody(context)
  if (!route.queryAsBody || typeof body !== 'object' || body === null) return body
  return { ...context.req.query(), ...body }
}

const respond = (context: Context, outcome: Outcome): Response => {
  const headers = {
    ...outcome.headers,
    ...(outcome.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
  }
  return context.newResponse(outcome.body === undefined ? null : JSON.stringify(outcome.body), outcome.status, headers)
}

const MAX_TEXT = 1000

const journalEntry = (
  route: Route,
  context: Context,
  requestId: string,
  at: Date,
  started: number,
  trace: Trace,
  status: number,
  disclosure: Disclosure,
): JournalEntry => {
  const { agent } = trace
  return {
    at,
    requestId,
    sub: agent?.sub ?? null,
    username: agent?.username ?? null,
    email: agent?.email ?? null,
    segment: agent?.segment ?? null,
    roles: agent?.roles ?? null,
    method: route.method.toUpperCase(),
    route: route.path,
    path: context.req.path.slice(0, MAX_TEXT),
    params: withoutLongTexts({
      ...trace.params,
      ...(typeof trace.body === 'object' ? trace.body : {}),
    }),
    sirens: disclosure.sirens ?? [],
    sirets: disclosure.sirets ?? [],
    groupes: disclosure.groupes ?? [],
    status,
    durationMs: Math.round(performance.now() - started),
    page: disclosure.page ?? null,
  }
}

/** Free text of more than a thousand characters, and what is deeper than a list of values, stays out of the journal. */
const withoutLongTexts = (params: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => (JSON.stringify(value) ?? '').length <= MAX_TEXT)
      .slice(0, 100),
  )
