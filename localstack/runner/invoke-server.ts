import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type Lambda from 'serverless-offline/lambda'
import { parseEvent } from './event-text.ts'

/** What a synchronous invocation takes (upload §3.1). */
const EVENT_LIMIT_BYTES = 6 * 1024 * 1024

/**
 * The invoke API of one function that is served in this process, on a free port of the loopback. That of serverless-offline gathers an event,
 * makes a text of it and parses it: four fresh copies of five megabytes for every piece of an upload. Here they are read into memory that serves again.
 */
export const startInvokeServer = async (lambda: Lambda, functionName: string, onError: (error: unknown) => void): Promise<number> => {
  const memory = eventMemory()
  const server = createServer((incoming, outgoing) => {
    serve({ lambda, functionName, memory, onError }, incoming, outgoing).catch((error: unknown) => {
      if (!incoming.destroyed) onError(error)
      outgoing.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

type Served = { lambda: Lambda; functionName: string; memory: ReturnType<typeof eventMemory>; onError: (error: unknown) => void }

const eventMemory = () => {
  const free: Buffer[] = []
  return {
    take() {
      const buffer = free.pop() ?? Buffer.allocUnsafeSlow(EVENT_LIMIT_BYTES)
      return { buffer, [Symbol.dispose]: () => void free.push(buffer) }
    },
  }
}

const serve = async ({ lambda, functionName, memory, onError }: Served, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  if (incoming.method !== 'POST' || incoming.url !== `/2015-03-31/functions/${functionName}/invocations`) {
    return answer(outgoing, 404, { Message: `Function not found: ${incoming.url}`, Type: 'User' })
  }
  const event = await readEvent(memory, incoming)
  if (event === undefined) return answer(outgoing, 413, { message: 'Request Entity Too Large' })
  try {
    const container = lambda.getByFunctionName(functionName)
    container.setEvent(event)
    return answer(outgoing, 200, await container.runHandler())
  } catch (error) {
    onError(error)
    const { message, name, stack = '' } = error instanceof Error ? error : new Error(String(error))
    outgoing.setHeader('x-amz-function-error', 'Unhandled')
    return answer(outgoing, 200, { errorMessage: message, errorType: name, trace: stack.split('\n') })
  }
}

/** Undefined when it is longer than an invocation may be; throws when it did not come whole or is no JSON. */
const readEvent = async (memory: Served['memory'], incoming: IncomingMessage): Promise<unknown> => {
  using held = memory.take()
  let length = 0
  for await (const chunk of incoming) {
    const bytes = chunk as Buffer
    if (length + bytes.byteLength > held.buffer.byteLength) return undefined
    length += bytes.copy(held.buffer, length)
  }
  return parseEvent(held.buffer.subarray(0, length))
}

const answer = (outgoing: ServerResponse, status: number, result: unknown): void => {
  const text = result === undefined ? '' : JSON.stringify(result)
  outgoing.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
}
