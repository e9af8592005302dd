import { Logger } from '@aws-lambda-powertools/logger'
import type { Log } from '../ports.ts'

/** One JSON object per line on the standard output, through Powertools. `fn` is the name of the function. */
export const createLog = (fn: string): Log => wrap(new Logger({ serviceName: fn }))

const wrap = (logger: Logger): Log => ({
  info: (event, fields = {}) => logger.info(event, { event, ...fields }),
  warn: (event, fields = {}) => logger.warn(event, { event, ...fields }),
  error: (event, error, fields = {}) => logger.error(event, { event, ...fields, error: error instanceof Error ? error : new Error(String(error)) }),
  with: (fields) => wrap(logger.createChild({ persistentKeys: fields })),
})

/** A log that says nothing, for tests and for tools that print their own output. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {}, with: () => silentLog }
