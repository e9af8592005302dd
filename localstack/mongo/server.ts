import { createServer, type Server, type Socket } from 'node:net'
import { ADMIN_COMMANDS, hello } from './admin-commands.ts'
import { createCursors } from './cursors.ts'
import { createDatabases, forgetfulJournal } from './databases.ts'
import { CommandError, failureOf } from './errors.ts'
import type { Document } from './raw.ts'
import { READ_COMMANDS } from './read-commands.ts'
import { type Command, type Context, checkArguments, type Request } from './request.ts'
import { openStore, type Store } from './store.ts'
import { type Message, messageReader, msgReply, OP_MSG, OP_QUERY, parseMsg, parseQuery, queryReply } from './wire.ts'
import { WRITE_COMMANDS } from './write-commands.ts'

export type StandIn = { port: number; close(): Promise<void> }

/** `directory`: where to keep the documents (in memory only when absent). `host` other than loopback is refused. */
export type StandInOptions = {
  host?: string
  port?: number
  directory?: string
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

const COMMANDS: ReadonlyMap<string, Command> = new Map(Object.entries({ ...ADMIN_COMMANDS, ...READ_COMMANDS, ...WRITE_COMMANDS }))

/** Commands are run one after the other, each at once: that is what makes them atomic. */
const run = (request: Request, context: Context): Document | Buffer => {
  try {
    const command = COMMANDS.get(request.name)
    if (command === undefined) throw new CommandError('CommandNotFound', `no such command: '${request.name}'`)
    checkArguments(request, command)
    const result = command.handle(request, context)
    return Buffer.isBuffer(result) ? result : { ...result, ok: 1 }
  } catch (error) {
    return { ok: 0, ...failureOf(error) }
  }
}

const answer = (message: Message, context: Context): Buffer | undefined => {
  if (message.operation === OP_QUERY) {
    const [name = ''] = Object.keys(parseQuery(message))
    const known = name.toLowerCase() === 'ismaster' || name === 'hello'
    const unsupported = failureOf(new CommandError('CommandNotFound', `Unsupported OP_QUERY command: ${name}`))
    return queryReply(message.id, known ? { ...hello(), ok: 1 } : { ok: 0, ...unsupported })
  }
  if (message.operation !== OP_MSG) throw new Error(`operation ${message.operation} refused`)
  const { body, batch, expectsReply } = parseMsg(message)
  const [name = ''] = Object.keys(body)
  const reply = run({ name, database: String(body.$db), body, batch }, context)
  return expectsReply ? msgReply(message.id, reply) : undefined
}

/** Answers wait until what they acknowledge is on the disk: one transaction for all that came together. */
const outbox = (store: Store | undefined): ((socket: Socket, reply: Buffer) => void) => {
  if (store === undefined) return (socket, reply) => void socket.write(reply)
  let waiting: [Socket, Buffer][] = []
  const send = (): void => {
    store.flush()
    for (const [socket, reply] of waiting) socket.write(reply)
    waiting = []
  }
  return (socket, reply) => {
    if (waiting.length === 0 && !store.dirty) return void socket.write(reply)
    waiting.push([socket, reply])
    if (waiting.length === 1) setImmediate(send)
  }
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })

/** A MongoDB for development and tests, on this machine only. */
export const startStandIn = async ({ host = '127.0.0.1', port = 0, directory }: StandInOptions = {}): Promise<StandIn> => {
  if (!LOOPBACK.has(host)) throw new Error(`the MongoDB stand-in listens on 127.0.0.1 only, not on ${host}`)
  const store = directory === undefined ? undefined : openStore(directory)
  let row = 0
  const nextRow = store?.nextRow ?? (() => ++row)
  const context: Context = {
    databases: createDatabases(store ?? forgetfulJournal, nextRow),
    cursors: createCursors(Date.now),
  }
  store?.load(context.databases)
  const send = outbox(store)
  const sockets = new Set<Socket>()

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    const read = messageReader()
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      try {
        for (const message of read(chunk)) {
          const reply = answer(message, context)
          if (reply !== undefined) send(socket, reply)
        }
      } catch (error) {
        // What is not the protocol cannot be answered in it.
        socket.destroy(error instanceof Error ? error : undefined)
      }
    })
  })

  return {
    port: await listen(server, port, host),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      store?.close()
    },
  }
}
