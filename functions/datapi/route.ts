import * as z from 'zod'
import type { VerifyToken } from '../../shared/adapters/oidc.ts'
import type { Pool, Queryable } from '../../shared/adapters/postgres/connect.ts'
import type { Agent } from '../../shared/domain/access/agent.ts'
import type { Groupe } from '../../shared/domain/publication/rows.ts'
import type { Clock, Log } from '../../shared/ports.ts'
import { parseInput } from './body.ts'

/** Roles that a whole route may require. Groups of data are no such roles: they are masked row by row. */
export type Role = 'stats' | 'score' | 'urssaf' | 'dgefp' | 'bdf' | 'pge'

/** Who may call a route: holders of all these roles (none: every authenticated user), or anybody, without a token. */
export type Access = readonly Role[] | 'anonymous'

export type Settings = {
  pageLength: number
  /** Entry of `resource_access` whose roles count. */
  rolesClient: string
  origins: readonly string[]
  /** Accounts after this year unhide some redressements (datapi §2.4). */
  redressementsYear: number
  version: string
}

/** What the application needs of the outside. `pool` is opened at first use. */
export type DatapiDeps = {
  pool: () => Pool
  verify: VerifyToken
  clock: Clock
  log: Log
  settings: Settings
}

/** What an answer told, for the journal (datapi §6). */
export type Disclosure = {
  sirens?: readonly string[]
  sirets?: readonly string[]
  groupes?: readonly Groupe[]
  page?: number
}

/** `body` absent: the answer has none. */
export type Outcome = {
  status: 200 | 201 | 204
  body?: unknown
  headers?: Record<string, string>
  disclosure?: Disclosure
}

export type RouteInput<Params, Body> = {
  params: Params
  body: Body
  agent: Agent
  db: Queryable
  at: Date
  settings: Settings
}

type AnonymousInput<Params> = {
  params: Params
  db: Queryable
  at: Date
  settings: Settings
}

/** Answers by status, for the OpenAPI document. */
export type Answers = Record<number, { description: string; schema?: z.ZodType }>

type Common<Params extends z.ZodObject> = {
  method: 'get' | 'post' | 'delete'
  /** OpenAPI template, relative to `/api`. */
  path: string
  summary: string
  params?: Params
  answers: Answers
}

type Described<Params extends z.ZodObject, Body extends z.ZodObject> = Common<Params> & {
  roles: readonly Role[]
  body?: Body
  /** The query string completes the body: some stacks drop the body of a DELETE. */
  queryAsBody?: boolean
  /** Runs in one transaction with its line of the journal. */
  writes?: boolean
  run(input: RouteInput<z.output<Params>, z.output<Body>>): Promise<Outcome>
}

type DescribedAnonymous<Params extends z.ZodObject> = Common<Params> & {
  roles: 'anonymous'
  run(input: AnonymousInput<z.output<Params>>): Promise<Outcome>
}

/** A route as the application mounts it. */
export type Route = {
  method: 'get' | 'post' | 'delete'
  path: string
  summary: string
  access: Access
  params: z.ZodObject
  body: z.ZodObject | undefined
  queryAsBody: boolean
  writes: boolean
  answers: Answers
  run(
    raw: { params: unknown; body: unknown },
    rest: {
      agent: Agent | undefined
      db: Queryable
      at: Date
      settings: Settings
    },
  ): Promise<Outcome>
}

/** Declares a route. `roles` has no default: a route that does not say who may call it does not compile (style-and-stack §4.5). */
export const route = <Params extends z.ZodObject = z.ZodObject<Record<never, never>>, Body extends z.ZodObject = z.ZodObject<Record<never, never>>>(
  description: Described<Params, Body>,
): Route => {
  const { params = emptySchema<Params>(), body = emptySchema<Body>() } = description
  return {
    ...common(description, params),
    access: description.roles,
    body: description.body,
    queryAsBody: description.queryAsBody ?? false,
    writes: description.writes ?? false,
    run: (raw, { agent, ...rest }) => {
      if (agent === undefined) throw new Error('a route for agents was called without one')
      return description.run({
        ...rest,
        agent,
        params: parseInput(params, raw.params),
        body: parseInput(body, raw.body),
      })
    },
  }
}

/** A route that needs no token. */
export const openRoute = <Params extends z.ZodObject = z.ZodObject<Record<never, never>>>(description: DescribedAnonymous<Params>): Route => {
  const { params = emptySchema<Params>() } = description
  return {
    ...common(description, params),
    access: 'anonymous',
    body: undefined,
    queryAsBody: false,
    writes: false,
    run: (raw, { agent: _agent, ...rest }) => description.run({ ...rest, params: parseInput(params, raw.params) }),
  }
}

const common = (description: Common<z.ZodObject>, params: z.ZodObject) => {
  const { method, path, summary, answers } = description
  return { method, path, summary, answers, params }
}

/** The default of the type parameter is the type of this value. */
const emptySchema = <Schema extends z.ZodObject>(): Schema => z.object({}) as unknown as Schema
