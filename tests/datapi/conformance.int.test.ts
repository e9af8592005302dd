import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROUTES } from '../../functions/datapi/routes/index.ts'
import { loadConformance } from '../../shared/adapters/postgres/load-conformance.ts'
import { type TestDatabase, usePostgres } from '../support/postgres.ts'
import { type Call, datapiOn, type TestAgent } from './agents.ts'
import { AT, readJson, SAMPLES } from './samples.ts'

type Case = {
  name: string
  user: string
  method: string
  path: string
  body?: unknown
  status: number
  answer?: unknown
}

const postgres = usePostgres()
let database: TestDatabase
let call: Call

type Golden = {
  nom: string
  methode: string
  chemin: string
  corps?: unknown
  statut: number
  reponse?: string
}
type Derived = { utilisateurs: Record<string, TestAgent>; cas: Case[] }

const derived = SAMPLES === undefined ? { utilisateurs: {}, cas: [] } : (readJson('derived/cases.json.gz') as Derived)
const golden: Case[] =
  SAMPLES === undefined
    ? []
    : (readJson('golden/index.json') as { cas: Golden[] }).cas.map((item) => ({
        name: item.nom,
        user: 'reference',
        method: item.methode,
        path: item.chemin,
        body: item.corps,
        status: item.statut,
        ...(item.reponse === undefined ? {} : { answer: readJson(`golden/${item.reponse}`) }),
      }))

/** The additions of datapi §3.14 and the closed weaknesses of §2.5, which recorded answers do not have. */
const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const object: Record<string, unknown> = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, closed(item)]))
  if (object['permScore'] === false && 'periodeUrssaf' in object) delete object['alert']
  if (object['permUrssaf'] === false) delete object['hasDelai']
  delete object['suivis']
  delete object['bdf']
  return object
}

/** The schema that the OpenAPI document declares for an answer. */
const schemaOf = (method: string, path: string, status: number) => {
  const matches = (template: string): boolean => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
  return ROUTES.find((route) => route.method.toUpperCase() === method && matches(route.path))?.answers[status]?.schema
}

describe.skipIf(SAMPLES === undefined)('recorded answers', () => {
  beforeAll(async () => {
    database = await postgres.create()
    await loadConformance(database.pool, SAMPLES ?? '', AT)
    call = datapiOn(database.pool, AT).call
  })
  afterAll(() => database?.drop())

  it.each([...golden, ...derived.cas])('$name', async ({ user, method, path, body, status, answer }) => {
    const agent = derived.utilisateurs[user]
    expect(agent).toBeDefined()
    const found = await call(agent ?? null, method, path, body === undefined && method === 'POST' ? null : (body ?? undefined))
    if (found.body !== undefined) expect(schemaOf(method, path, status)?.parse(found.body)).toEqual(found.body)
    expect([found.status, closed(found.body)]).toEqual([status, status === 204 ? undefined : closed(answer)])
  })
})
