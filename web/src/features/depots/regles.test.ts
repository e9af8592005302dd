import { type HttpRequest, type HttpResponse, type HttpStack, Upload } from 'tus-js-client'
import { beforeEach, describe, expect, test } from 'vitest'
import { reglesEnvoi, reponseDe } from './regles.ts'

/** A server of one upload of ten bytes; the first refusal of a method is its next answer. */
let position: number
let demandes: string[]
let refus: { methode: string; statut: number }[]
let renouvellements: number

const reponse = (statut: number, entetes: Record<string, string> = {}): HttpResponse => ({
  getStatus: () => statut,
  getHeader: (nom) => entetes[nom.toLowerCase()],
  getBody: () => '',
  getUnderlyingObject: () => undefined,
})

const repondre = (methode: string, taille: number): HttpResponse => {
  demandes.push(methode)
  const rang = refus.findIndex((prevu) => prevu.methode === methode)
  if (rang >= 0) return reponse(refus.splice(rang, 1)[0]?.statut ?? 500)
  if (methode === 'POST') return reponse(201, { location: '/files/1' })
  if (methode === 'PATCH') position += taille
  return reponse(methode === 'HEAD' ? 200 : 204, { 'upload-offset': String(position), 'upload-length': '10' })
}

const pile: HttpStack = {
  getName: () => 'test',
  createRequest: (methode, url): HttpRequest => ({
    getMethod: () => methode,
    getURL: () => url,
    setHeader: () => {},
    getHeader: () => undefined,
    setProgressHandler: () => {},
    send: async (corps: { size?: number; length?: number } | null) => repondre(methode, corps?.size ?? corps?.length ?? 0),
    abort: async () => {},
    getUnderlyingObject: () => undefined,
  }),
}

const envoyer = (uploadUrl?: string): Promise<unknown> =>
  new Promise((fini) => {
    const contenu = Buffer.alloc(10) as unknown as Blob
    const regles = reglesEnvoi({ jeton: () => 'j', renouveler: async () => (renouvellements++, true) })
    new Upload(contenu, {
      endpoint: 'https://depot.example.org/files',
      ...(uploadUrl === undefined ? {} : { uploadUrl }),
      chunkSize: 5,
      retryDelays: [0, 0, 0, 0],
      httpStack: pile,
      ...regles,
      onSuccess: () => fini('envoyé'),
      onError: (erreur) => fini(reponseDe(erreur)?.getStatus()),
    }).start()
  })

beforeEach(() => {
  position = 0
  demandes = []
  refus = []
  renouvellements = 0
})

describe('what is tried again', () => {
  test.each([401, 423, 429, 500, 503])('a position that is answered %d is asked for again: no other upload is begun', async (statut) => {
    refus.push({ methode: 'PATCH', statut: 503 }, { methode: 'HEAD', statut })
    expect(await envoyer()).toBe('envoyé')
    expect(demandes).toEqual(['POST', 'PATCH', 'HEAD', 'HEAD', 'PATCH', 'PATCH'])
    position = 5
    refus.push({ methode: 'HEAD', statut })
    demandes = []
    expect(await envoyer('https://depot.example.org/files/1')).toBe('envoyé')
    expect(demandes).toEqual(['HEAD', 'HEAD', 'PATCH'])
  })

  test.each([404, 410])('an upload that is no more there (%d) is begun again', async (statut) => {
    refus.push({ methode: 'HEAD', statut })
    expect(await envoyer('https://depot.example.org/files/0')).toBe('envoyé')
    expect(demandes).toEqual(['HEAD', 'POST', 'PATCH', 'PATCH'])
  })

  test.each([400, 403, 412])('a position that is refused with %d for good is the error that is told', async (statut) => {
    refus.push({ methode: 'HEAD', statut })
    expect(await envoyer('https://depot.example.org/files/1')).toBe(statut)
    expect(demandes).toEqual(['HEAD'])
  })

  test('a token that was just renewed and is refused again is an error at once; after a success it may be renewed again', async () => {
    refus.push({ methode: 'PATCH', statut: 401 }, { methode: 'HEAD', statut: 401 })
    expect(await envoyer()).toBe(401)
    expect([demandes, renouvellements]).toEqual([['POST', 'PATCH', 'HEAD'], 1])
    refus.push({ methode: 'POST', statut: 401 }, { methode: 'PATCH', statut: 401 })
    expect([await envoyer(), renouvellements]).toEqual(['envoyé', 3])
  })
})
