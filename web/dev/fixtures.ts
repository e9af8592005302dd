import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerApi, answerUpload } from './api.ts'
import { type Reply, type Request, readRequest, sendReply } from './http.ts'
import { answerIdentity, issuerOf } from './identity.ts'

const config = (origin: string): unknown => ({
  environnement: 'essai',
  api: '/api',
  depot: { url: '/files', morceau: 4 * 1024 * 1024, remplacerPatch: false },
  oidc: { emetteur: issuerOf(origin), client: 'signauxfaibles' },
  contact: 'support@example.org',
  version: 'essai',
  bandeaux: [],
})

const answer = (request: Request): Reply | null =>
  request.url.pathname === '/config.json'
    ? { json: config(request.origin), headers: { 'cache-control': 'no-store' } }
    : (answerIdentity(request) ?? answerApi(request) ?? answerUpload(request))

const OURS = /^\/(config\.json|api\/|files(\/|$)|oidc\/)/

/** Answers what the platform would answer; false when the request is for a page. `slowness` in ms delays uploads so that a pause can be seen. */
export const handleFixture = async (incoming: IncomingMessage, outgoing: ServerResponse, slowness = 0): Promise<boolean> => {
  if (!OURS.test(incoming.url ?? '')) return false
  const request = await readRequest(incoming)
  if (slowness > 0 && request.method === 'PATCH') await new Promise((resolve) => setTimeout(resolve, slowness))
  const reply = answer(request)
  if (reply === null) return false
  sendReply(outgoing, reply)
  return true
}
