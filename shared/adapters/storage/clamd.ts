import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import NodeClam from 'clamscan'
import type { Scanner, Verdict } from '../../domain/deposit/storage.ts'
import { AppError } from '../../domain/errors.ts'

/** `address` is `host:port` or the absolute path of a Unix socket. `maxBytes` is clamd's own `StreamMaxLength`, when it is known: larger files are not sent at all. */
export type ClamdOptions = { address: string; maxBytes?: number | undefined; silenceMs?: number }

const SILENCE_MS = 120_000

/** Bytes that may wait in the socket: the library writes without looking, so that a fast disk would fill the memory. */
const WAITING_BYTES = 4 * 1024 * 1024

/**
 * Asks a clamd (INSTREAM). A file beyond its limit is `not-scanned` because `too-large`. Throws `STORAGE_DOWN` when it does not
 * answer or fails otherwise: the step is run again, never taken for a verdict.
 */
export const clamdScanner =
  ({ address, maxBytes, silenceMs = SILENCE_MS }: ClamdOptions): Scanner =>
  async (open, size) => {
    if (size === 0) return { result: 'clean', reason: null }
    if (maxBytes !== undefined && size > maxBytes) return TOO_LARGE
    const { scanner, session } = await connectTo(address, silenceMs)
    try {
      const { isInfected } = await scanner.scanStream(Readable.from(paced(open(), session), { highWaterMark: 1 }))
      if (isInfected === true) return { result: 'infected', reason: null }
      if (isInfected === false) return { result: 'clean', reason: null }
    } catch (cause) {
      // The answer may come while the file is still being sent, and the connection be cut under it.
      if (SIZE_LIMIT.test(session.answer)) return TOO_LARGE
      if (/ FOUND/.test(session.answer)) return { result: 'infected', reason: null }
      throw down(cause)
    }
    if (SIZE_LIMIT.test(session.answer)) return TOO_LARGE
    throw down(new Error(`clamd answered ${session.answer}`))
  }

const TOO_LARGE: Verdict = { result: 'not-scanned', reason: 'too-large' }
const SIZE_LIMIT = /size limit exceeded/i

const down = (cause: unknown): AppError => new AppError('STORAGE_DOWN', 'the antivirus does not answer', { cause })

/** What was heard on the connection, beside the library. */
type Session = { socket: Socket | undefined; answer: string }

/** The library's own way of making a connection, which it does not declare: the one place where its socket can be held. */
type Connecting = { _initSocket(label: string): Promise<Socket> }

const connectTo = async (address: string, silenceMs: number) => {
  const session: Session = { socket: undefined, answer: '' }
  const [host, port] = address.startsWith('/') ? [] : address.split(':')
  const where = host === undefined ? { socket: address } : { host, port: Number(port) }
  try {
    const scanner = await new NodeClam().init({
      preference: 'clamdscan',
      clamscan: { active: false },
      clamdscan: { ...where, bypassTest: true, localFallback: false, timeout: silenceMs },
    })
    const connecting = scanner as unknown as Connecting
    const connect = connecting._initSocket.bind(scanner)
    connecting._initSocket = async (label) => {
      const socket = await connect(label)
      session.socket = socket
      socket.on('data', (bytes: Buffer) => {
        session.answer += bytes.toString('latin1')
      })
      socket.setTimeout(silenceMs, () => socket.destroy(new Error('clamd says nothing')))
      return socket
    }
    return { scanner, session }
  } catch (cause) {
    throw down(cause)
  }
}

/** The file, no faster than clamd takes it, and no further than its answer. */
async function* paced(bytes: AsyncIterable<Uint8Array>, session: Session): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of bytes) {
    yield piece
    const { socket } = session
    while (socket && !socket.destroyed && socket.writableLength > WAITING_BYTES) {
      await new Promise<void>((resolve) => {
        const go = () => {
          socket.off('drain', go).off('close', go)
          resolve()
        }
        socket.once('drain', go).once('close', go)
      })
    }
    if (session.answer !== '') return
  }
}
