import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { parseInput } from './body.ts'
import { datapiConfig } from './config.ts'
import { route } from './route.ts'
import { ROUTES } from './routes/index.ts'

describe('route', () => {
  it('does not compile without declared roles', () => {
    // @ts-expect-error `roles` is missing
    route({ method: 'get', path: '/x', summary: 'x', answers: {}, run: async () => ({ status: 204 }) })
    expect(route({ method: 'get', path: '/x', summary: 'x', roles: ['stats'], answers: {}, run: async () => ({ status: 204 }) }).access).toEqual(['stats'])
  })

  it('one route alone needs no token', () => {
    expect(ROUTES.filter((item) => item.access === 'anonymous').map((item) => item.path)).toEqual(['/healthcheck'])
  })

  it('no two routes answer the same address', () => {
    const addresses = ROUTES.map((item) => `${item.method} ${item.path}`)
    expect(new Set(addresses).size).toBe(addresses.length)
  })
})

describe('parseInput', () => {
  const schema = z.object({ ignoreZone: z.boolean().default(false), zone: z.array(z.string()).optional() })

  it('matches names whatever their case, leaves out what it does not know, and takes null as absent', () => {
    for (const name of ['ignoreZone', 'ignorezone', 'IGNOREZONE'])
      expect(parseInput(schema, { [name]: true, unknown: 1, Zone: null })).toEqual({ ignoreZone: true })
    expect(parseInput(schema, {})).toEqual({ ignoreZone: false })
  })

  it('names the field at fault and repeats nothing of what was sent', () => {
    expect(() => parseInput(schema, { ignoreZone: 'secret value' })).toThrow('Valeur refusée : ignoreZone.')
    expect(() => parseInput(schema, ['a'])).toThrow('objet JSON')
  })

  it('properties of the prototype are no properties', () => {
    expect(parseInput(schema, JSON.parse('{"__proto__": {"ignoreZone": true}, "constructor": 1}'))).toEqual({ ignoreZone: false })
  })
})

describe('configuration', () => {
  const environment = { OIDC_ISSUER: 'https://issuer.test/realm', POSTGRES_URL: 'postgres://db' }

  it('has defaults, and refuses to fix the clock in production', () => {
    expect(datapiConfig(environment)).toMatchObject({ DATAPI_PAGE_LENGTH: 20, REDRESSEMENTS_EXERCICE: 2020, DATAPI_ROLES_CLIENT: 'signauxfaibles' })
    expect(datapiConfig({ ...environment, CLOCK: '2023-03-10' }).CLOCK).toEqual(new Date('2023-03-10T00:00:00Z'))
    expect(() => datapiConfig({ ...environment, CLOCK: '2023-03-10', STAGE: 'production' })).toThrow('CLOCK')
    expect(() => datapiConfig({ ...environment, DATAPI_PAGE_LENGTH: '0' })).toThrow('DATAPI_PAGE_LENGTH')
  })
})
