/** Sends one upload in pieces, one after the other, over one connection. Arguments: collection, token, MiB. Prints the seconds and the address. */
import { Agent, request } from 'node:http'

const [collection = '', token = '', mebibytes = '0'] = process.argv.slice(2)
const PIECE = 4 * 1024 * 1024
const piece = Buffer.alloc(PIECE, 'deposit')
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const bytes = Number(mebibytes) * 1024 * 1024

const call = (method: string, url: string, headers: Record<string, string>, body?: Buffer): Promise<{ status: number; location: string | undefined }> =>
  new Promise((resolve, reject) => {
    const all = { 'tus-resumable': '1.0.0', authorization: `Bearer ${token}`, ...(body ? { 'content-length': String(body.byteLength) } : {}), ...headers }
    const sent = request(url, { method, agent, headers: all }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, location: answer.headers.location }))
    })
    sent.on('error', reject)
    sent.end(body)
  })

const startedAt = performance.now()
const { status, location } = await call('POST', collection, { 'upload-length': String(bytes) })
if (status !== 201 || location === undefined) throw new Error(`the creation answered ${status}`)
const url = new URL(location, collection).href
for (let offset = 0; offset < bytes; offset += PIECE) {
  const body = piece.subarray(0, Math.min(PIECE, bytes - offset))
  const answer = await call('PATCH', url, { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }, body)
  if (answer.status !== 204) throw new Error(`a piece was answered ${answer.status}`)
}
agent.destroy()
process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - startedAt) / 1000, url })}\n`)
