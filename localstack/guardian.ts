import { fork } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { endProcess } from './processes.ts'

/**
 * A small process that outlives the stack by a second: when the stack dies without having stopped (kill -9), it stops the
 * servers that would live on and removes the temporary directory.
 */
export type Guardian = {
  pid: number
  /** Stop this process if the stack dies. */
  watch(pid: number, signal: NodeJS.Signals): void
  /** Remove this directory if the stack dies. */
  remove(directory: string): void
  stop(): void
}

type Order = { watch: number; signal: NodeJS.Signals } | { remove: string } | 'stop'

export const startGuardian = (): Guardian => {
  const child = fork(fileURLToPath(import.meta.url), ['guardian'], { detached: true, stdio: 'ignore', execArgv: [] })
  child.unref()
  child.channel?.unref()
  const send = (order: Order) => {
    if (child.connected) child.send(order)
  }
  return {
    pid: child.pid ?? 0,
    watch: (pid, signal) => send({ watch: pid, signal }),
    remove: (directory) => send({ remove: directory }),
    stop: () => send('stop'),
  }
}

const guard = () => {
  const watched: { pid: number; signal: NodeJS.Signals }[] = []
  const directories: string[] = []
  process.on('message', (order: Order) => {
    if (order === 'stop') process.exit(0)
    if ('watch' in order) watched.push({ pid: order.watch, signal: order.signal })
    else directories.push(order.remove)
  })
  process.on('disconnect', async () => {
    await Promise.all(watched.map(({ pid, signal }) => endProcess(pid, signal, 5000)))
    for (const directory of directories) await rm(directory, { recursive: true, force: true }).catch(() => {})
    process.exit(0)
  })
}

if (process.argv[2] === 'guardian' && process.argv[1] === fileURLToPath(import.meta.url)) guard()
