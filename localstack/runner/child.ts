/**
 * One function in a process of its own, served by serverless-offline through its invoke API. The parent (`instance.ts`)
 * sends what to serve and hears the port; the process ends with its parent.
 */
import { flushCompileCache } from 'node:module'
import path from 'node:path'
import ServerlessOffline from 'serverless-offline'
import Lambda from 'serverless-offline/lambda'
import { freePort } from '../free-port.ts'
import { startInvokeServer } from './invoke-server.ts'

/** What the parent sends once. `name` is the full name of the function, as the invoke API knows it. */
export type Assignment = {
  root: string
  service: string
  stage: string
  runtime: string
  key: string
  name: string
  handler: string
  timeoutSeconds: number
  memoryMegabytes: number
  /** Calls served at once, each by a container of its own (a thread): they share the memory of the process. Undefined: one for each request. */
  containers: number | undefined
  /** Served in the thread that receives its requests, any number at once, with memory that serves again: for events of megabytes. */
  receivesPieces: boolean
  environment: Record<string, string>
}

/** What the parent hears. */
export type ChildReport = { ready: { port: number } } | { log: string }

const report = (message: ChildReport) => {
  if (process.connected) process.send?.(message)
}

const say =
  (level: string) =>
  (...parts: unknown[]) => {
    const text = parts.map((part) => (part instanceof Error ? (part.stack ?? part.message) : String(part))).join(' ')
    // The stack of the error comes by itself: what only announces or repeats it is left out.
    if (text !== '' && !text.startsWith('Unhandled ')) report({ log: `${level}: ${text}` })
  }
const silent = () => {}

const log = { debug: silent, info: silent, verbose: silent, notice: silent, warning: say('warning'), error: say('error') }
const progress = { get: () => ({ update: silent, remove: silent, notice: silent }), notice: silent, remove: silent }

/** `entry.mjs`, which loads the handler. */
const ENTRY = path.join(import.meta.dirname, 'entry.handler')
/** A container that nobody calls for so long is ended, as on AWS; earlier, it would be made anew at every pause of a run. */
const IDLE_SECONDS = 300

/** The part of the framework's object that serverless-offline reads: one function and no event, so that only the invoke API is served. */
const frameworkFor = (assignment: Assignment) => {
  const definition = {
    name: assignment.name,
    handler: path.relative(assignment.root, ENTRY),
    timeout: assignment.timeoutSeconds,
    memorySize: assignment.memoryMegabytes,
    environment: {
      ...assignment.environment,
      LOCAL_HANDLER: path.join(assignment.root, assignment.handler),
      LOCAL_CODE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
    },
    events: [],
  }
  const functions = { [assignment.key]: definition }
  const provider = { name: 'aws', stage: assignment.stage, region: process.env.AWS_REGION ?? 'eu-west-3', runtime: assignment.runtime, environment: {} }
  return {
    service: {
      service: assignment.service,
      provider,
      functions,
      custom: {},
      resources: {},
      package: {},
      getAllFunctions: () => [assignment.key],
      getFunction: () => definition,
      getAllEventsInFunction: () => [],
    },
    config: { servicePath: assignment.root, serverlessPath: assignment.root },
    serviceDir: assignment.root,
    cli: { log: silent },
    pluginManager: { spawn: silent },
  }
}

const serve = async (assignment: Assignment): Promise<number> => {
  const framework = frameworkFor(assignment)
  const options = { stage: assignment.stage, terminateIdleLambdaTime: IDLE_SECONDS }
  // A worker thread costs two copies of every event, which for pieces of five megabytes is what the goal of `bench upload` has no room for.
  if (assignment.receivesPieces) {
    const lambda = new Lambda(framework, { ...options, useInProcess: true })
    lambda.create([{ functionKey: assignment.key, functionDefinition: framework.service.getFunction() }])
    return startInvokeServer(lambda, assignment.name, say('error'))
  }
  const port = await freePort()
  await new ServerlessOffline(framework, { ...options, noSponsor: true, host: '127.0.0.1', lambdaPort: port }, { log, progress, writeText: silent }).start()
  return port
}

// What a handler lets escape leaves a dead worker in the pool: end, and let the parent start a fresh process, as Lambda does.
process.on('uncaughtException', (error) => {
  report({ log: `uncaught: ${error.stack ?? error.message}` })
  process.exitCode = 1
  setImmediate(() => process.exit(1))
})
process.on('disconnect', () => process.exit(0))
process.once('message', async (assignment: Assignment) => {
  report({ ready: { port: await serve(assignment) } })
  // A process is killed more often than it ends: what it compiled is kept for the next one.
  flushCompileCache()
})
