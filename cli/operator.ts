import { silentLog } from '../shared/adapters/log.ts'
import type { Log } from '../shared/ports.ts'
import type { StackFile } from './stack-file.ts'

/**
 * The emulator of a local stack accepts any credentials, but the SDK insists on having some. A deployed platform has no directory on this machine: its
 * queues take those of the operator.
 */
export const giveLocalCredentials = ({ directory }: StackFile, environment: Record<string, string | undefined> = process.env): void => {
  if (directory === undefined) return
  environment['AWS_ACCESS_KEY_ID'] ??= 'local'
  environment['AWS_SECRET_ACCESS_KEY'] ??= 'local'
}

/** Tells the operator which queues could not be rung, once each: what was asked for is written, and `sweep` rings it. Other events are for functions. */
export const operatorLog = (write: (line: string) => void): Log => {
  const told = new Set<string>()
  const log: Log = {
    ...silentLog,
    error(event, error, { queue } = {}) {
      const line =
        event === 'bell.lost'
          ? `la file ${String(queue)} ne répond pas : le travail demandé commencera au prochain passage de sweep`
          : `${event} : ${error instanceof Error ? error.message : String(error)}`
      if (told.has(line)) return
      told.add(line)
      write(`sf: ${line}\n`)
    },
    with: () => log,
  }
  return log
}
