import { parseArgs } from 'node:util'
import { startStandIn } from './server.ts'

/**
 * The stand-in as a process: `node localstack/mongo/main.ts [--port N] [--directory D] [--host H] [--with-parent]`.
 * Prints one line of JSON with its port when it is ready. With `--with-parent` it stops when its standard input closes
 * (the parent is gone, however it went) and leaves Ctrl-C to the parent.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    directory: { type: 'string' },
    'with-parent': { type: 'boolean', default: false },
  },
})

const fail = (error: unknown): never => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

const standIn = await startStandIn({
  host: values.host,
  port: Number(values.port),
  ...(values.directory === undefined ? {} : { directory: values.directory }),
}).catch(fail)

const stop = async (): Promise<void> => {
  await standIn.close()
  process.exit(0)
}

process.once('SIGTERM', stop)
if (values['with-parent']) {
  process.on('SIGINT', () => {})
  process.stdin.resume().once('end', stop).once('error', stop)
} else process.once('SIGINT', stop)

process.stdout.write(`${JSON.stringify({ ready: true, port: standIn.port })}\n`)
