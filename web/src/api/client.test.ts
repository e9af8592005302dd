import { describe, expect, test } from 'vitest'
import { creerClient } from './client.ts'
import { delaiReessai, fautReessayer, Probleme } from './probleme.ts'

type Appel = { url: string; jeton: string | null; corps: unknown }

const clientDe = (reponses: (Response | Error)[], renouvelle = true) => {
  const appels: Appel[] = []
  const echecs: boolean[] = []
  let jeton = 'a'
  const client = creerClient(
    '/api',
    {
      jeton: () => jeton,
      renouveler: async () => {
        jeton = 'b'
        return renouvelle
      },
    },
    (echec) => echecs.push(echec),
    async (url, init) => {
      appels.push({
        url: String(url),
        jeton: new Headers(init?.headers).get('authorization'),
        corps: init?.body ?? null,
      })
      const reponse = reponses.shift()
      if (reponse === undefined || reponse instanceof Error) throw reponse ?? new Error('no more answers')
      return reponse
    },
  )
  return { client, appels, echecs }
}

const probleme = (statut: number, corps: object, entetes = {}) =>
  new Response(JSON.stringify(corps), {
    status: statut,
    headers: { 'content-type': 'application/problem+json', ...entetes },
  })

describe('client of the API', () => {
  test('204 is null and nothing is parsed', async () => {
    const { client } = clientDe([new Response(null, { status: 204 })])
    expect(await client.demander('GET', '/follow')).toBeNull()
  })
  test('401 is replayed once with the renewed token', async () => {
    const { client, appels } = clientDe([probleme(401, {}), Response.json({ ok: 1 })])
    expect(await client.demander('POST', '/x', { corps: { a: 1 } })).toEqual({
      ok: 1,
    })
    expect(appels.map(({ jeton }) => jeton)).toEqual(['Bearer a', 'Bearer b'])
    expect(appels.map(({ corps }) => corps)).toEqual(['{"a":1}', '{"a":1}'])
  })
  test('a second 401 is a refusal, not a loop', async () => {
    const { client, appels } = clientDe([probleme(401, {}), probleme(401, {})])
    await expect(client.demander('GET', '/x')).rejects.toMatchObject({
      statut: 401,
    })
    expect(appels).toHaveLength(2)
  })
  test('nothing is replayed when the session cannot be renewed', async () => {
    const { client, appels } = clientDe([probleme(401, {})], false)
    await expect(client.demander('GET', '/x')).rejects.toMatchObject({
      statut: 401,
    })
    expect(appels).toHaveLength(1)
  })
  test('the detail of a 400 is shown, with the request id', async () => {
    const { client } = clientDe([
      probleme(400, {
        detail: 'Catégorie inconnue.',
        instance: 'urn:request:r1',
      }),
    ])
    await expect(client.demander('POST', '/follow/1')).rejects.toMatchObject({
      message: 'Catégorie inconnue.',
      numero: 'r1',
    })
  })
  test('the detail of a 500 is never shown', async () => {
    const { client, echecs } = clientDe([probleme(500, { detail: 'relation "x" does not exist' })])
    await expect(client.demander('GET', '/x')).rejects.toMatchObject({
      message: 'Le service répond mal en ce moment.',
    })
    expect(echecs).toEqual([true])
  })
  test('an HTML page in place of JSON is an unreadable answer', async () => {
    const { client } = clientDe([new Response('<!doctype html>')])
    await expect(client.demander('GET', '/x')).rejects.toMatchObject({
      statut: 502,
    })
  })
  test('no answer is statut 0; Retry-After is read', async () => {
    const { client } = clientDe([new TypeError('failed'), probleme(429, {}, { 'retry-after': '7' })])
    await expect(client.demander('GET', '/x')).rejects.toMatchObject({
      statut: 0,
    })
    await expect(client.demander('GET', '/x')).rejects.toMatchObject({
      statut: 429,
      attendre: 7,
    })
  })
})

test('reads are retried twice on 5xx and network faults, never on a refusal', () => {
  const de = (statut: number) => new Probleme(statut, '', '')
  expect([fautReessayer(0, de(503)), fautReessayer(1, de(0)), fautReessayer(2, de(503)), fautReessayer(0, de(404)), fautReessayer(0, new Error('x'))]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  expect([delaiReessai(0), delaiReessai(1)]).toEqual([1000, 4000])
})
