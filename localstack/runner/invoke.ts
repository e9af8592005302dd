import { Agent, request } from 'node:http'
import type { ComingEvent } from './coming-event.ts'

/**
 * Result of an invocation: `refused` means that no process was there to take it, `crashed` that the process ended under it,
 * `failed` that the handler threw or ran out of time.
 */
export type Invocation = { ok: true; payload: unknown; text: string } | { ok: false; why: 'refused' | 'crashed' | 'failed' | 'too-large'; message: string }

/** No connection serves twice: one that the function closes for being idle while a call is on its way looks like a crash, and costs the message one of its receives. */
const agent = new Agent({ keepAlive: false, maxSockets: 512 })

/** Calls a function through the invoke API. Never throws; waits as long as the function's own timeout lets it run. */
export const invokeAt = (port: number, functionName: string, event: ComingEvent): Promise<Invocation> =>
  new Promise((resolve) => {
    // An event of which a part is missing was given to no handler.
    const crashed = (error: NodeJS.ErrnoException) =>
      resolve({ ok: false, why: error.code === 'ECONNREFUSED' || !event.isWhole ? 'refused' : 'crashed', message: error.message })
    const path = `/2015-03-31/functions/${functionName}/invocations`
    const headers = { 'content-type': 'application/json', 'content-length': event.length }
    const call = request({ agent, host: '127.0.0.1', port, method: 'POST', path, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', crashed)
      answer.on('aborted', () => crashed(new Error('the function ended under the call')))
      answer.on('end', () => resolve(interpret(answer.statusCode ?? 0, answer.headers['x-amz-function-error'], Buffer.concat(chunks).toString())))
    })
    call.on('error', crashed)
    event.sendTo(call)
  })

const interpret = (status: number, functionError: string | string[] | undefined, text: string): Invocation => {
  if (status === 413 || status === 400) return { ok: false, why: 'too-large', message: text }
  if (status !== 200 || functionError !== undefined) return { ok: false, why: 'failed', message: errorMessageOf(text) }
  return { ok: true, payload: parsed(text), text }
}

const errorMessageOf = (text: string): string => {
  const found = parsed(text)
  return typeof found === 'object' && found !== null && 'errorMessage' in found ? String(found.errorMessage) : text.slice(0, 500)
}

/** Undefined when the text is not JSON: a handler that returns nothing answers with an empty text. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
