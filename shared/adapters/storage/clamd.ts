import { createConnection, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { Scanner, Verdict } from '../../domain/deposit/storage.ts'
import { AppError } from '../../domain/errors.ts'

/**
 * `address` is `host:port` or the absolute path of a Unix socket. `maxBytes` is clamd's own `StreamMaxLength`, when it is known: larger files are
 * not sent at all. `silenceMs`: how long nothing may move on a connection.
 */
export type ClamdOptions = { address: string; maxBytes?: number | undefined; silenceMs?: number }

const SILENCE_MS = 120_000

/** A refusal comes at once: whoever does not refuse says nothing, and waits for bytes. */
const REFUSAL_MS = 5_000

/** The length of a chunk is written in four bytes. */
const LONGEST_CHUNK = 0xff_ff_ff_ff

/**
 * Asks a clamd (INSTREAM). A file beyond its limits is `not-scanned` because `too-large`. Throws `STORAGE_DOWN` when it does not
 * answer or fails otherwise: the step is run again, never taken for a verdict. What `open` throws is thrown.
 */
export const clamdScanner =
  ({ address, maxBytes, silenceMs = SILENCE_MS }: ClamdOptions): Scanner =>
  async (open, size) => {
    if (size === 0) return { result: 'clean', reason: null }
    if (maxBytes !== undefined && size > maxBytes) return TOO_LARGE
    const { answer, failure, isConnected } = await converse(address, silenceMs, chunksOf(open()))
    const verdict = verdictOf(answer)
    if (verdict) return verdict
    if (answer === '' && isConnected && (await refuses(address, Math.min(silenceMs, REFUSAL_MS), size))) return TOO_LARGE
    throw new AppError('STORAGE_DOWN', 'the antivirus does not answer', { cause: failure ?? new Error(`clamd answered ${answer}`) })
  }

const TOO_LARGE: Verdict = { result: 'not-scanned', reason: 'too-large' }

/** `AlertExceedsMax` makes a finding of what clamd did not read to its end. */
const verdictOf = (answer: string): Verdict | undefined => {
  if (/size limit exceeded|Heuristics\.Limits\.Exceeded/i.test(answer)) return TOO_LARGE
  if (/ FOUND\0?$/.test(answer)) return { result: 'infected', reason: null }
  return /^stream: OK\0?$/.test(answer) ? { result: 'clean', reason: null } : undefined
}

/**
 * Whether clamd refuses a stream of this size. It refuses at the announcement of a chunk, and closes: with bytes still on their way to it the
 * system may cut the connection before the refusal was read. With none, it cannot be lost.
 */
const refuses = async (address: string, silenceMs: number, size: number): Promise<boolean> => {
  const announced = async function* () {
    yield lengthOf(Math.min(size, LONGEST_CHUNK))
  }
  return verdictOf((await converse(address, silenceMs, announced())).answer) === TOO_LARGE
}

async function* chunksOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of bytes) {
    if (piece.byteLength === 0) continue
    yield lengthOf(piece.byteLength)
    yield piece
  }
  yield lengthOf(0)
}

const lengthOf = (length: number): Uint8Array => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}

/** What was heard, and why nothing more was. */
type Conversation = { answer: string; failure: Error | undefined; isConnected: boolean }

/** Sends `bytes`, no faster than clamd takes them and no further than its answer, and gives what it said until it closed. */
const converse = async (address: string, silenceMs: number, bytes: AsyncIterable<Uint8Array>): Promise<Conversation> => {
  const heard: Conversation = { answer: '', failure: undefined, isConnected: false }
  const socket = connectTo(address)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket
    .on('connect', () => {
      heard.isConnected = true
    })
    .on('data', (said: Buffer) => {
      heard.answer += said.toString('latin1')
    })
    .on('error', (error) => {
      heard.failure = error
    })
    .setTimeout(silenceMs, () => socket.destroy(new Error('clamd says nothing')))
  try {
    await send(socket, Buffer.from('zINSTREAM\0'))
    for await (const piece of bytes) {
      // What came in must be heard before the next write, which ends a connection that was closed at the other end.
      await setImmediate()
      if (socket.destroyed || heard.answer !== '') break
      await send(socket, piece)
    }
    await closed
  } finally {
    socket.destroy()
  }
  return heard
}

const connectTo = (address: string): Socket => {
  if (address.startsWith('/')) return createConnection(address)
  const colon = address.lastIndexOf(':')
  return createConnection({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) })
}

/** Resolves once the system has taken the bytes, or the connection is lost: `error` says that. */
const send = (socket: Socket, bytes: Uint8Array): Promise<void> => new Promise((resolve) => void socket.write(bytes, () => resolve()))
