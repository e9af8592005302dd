import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { startFauxqs } from 'fauxqs'

type Listening = { listen(options: { port: number; host: string }): Promise<string> }

type Server = Awaited<ReturnType<typeof startFauxqs>>

/**
 * Starts the emulator of SQS and S3 on 127.0.0.1 only. It has no option for the address and listens on every one, where anybody of the network
 * could read the deposits of a test; but its server announces itself on the channel of fastify before it listens, in the same turn.
 */
export const startLoopbackFauxqs = (options: Parameters<typeof startFauxqs>[0]): Promise<Server> => {
  const bind = (message: unknown): void => {
    const { fastify } = message as { fastify: Listening }
    const listen = fastify.listen.bind(fastify)
    fastify.listen = (asked) => listen({ ...asked, host: '127.0.0.1' })
  }
  subscribe('fastify.initialization', bind)
  try {
    return startFauxqs(options)
  } finally {
    unsubscribe('fastify.initialization', bind)
  }
}
