import type { Db } from 'mongodb'
import { connectMongo } from '../shared/adapters/mongo/connect.ts'
import { createSpine } from '../shared/adapters/spine.ts'
import { sqsQueue } from '../shared/adapters/sqs.ts'
import { QUEUES } from '../shared/domain/messages.ts'
import type { Spine } from '../shared/domain/spine/spine.ts'
import { sourceFacts } from '../shared/sources/facts.ts'
import { giveLocalCredentials, operatorLog } from './operator.ts'
import { readStackFile, type StackFile } from './stack-file.ts'

/** Where a command acts: the running local stack, or what the environment names (MONGODB_URI, POSTGRES_URL, …_QUEUE_URL). */
export type Platform = { db: Db; spine: Spine; stack: StackFile; close(): Promise<void> }

export type PlatformOptions = { stack?: string }

/** Region of the queues of the platform. */
export const REGION = 'eu-west-3'

/** Opens the platform for one command. Throws `STACK_NOT_FOUND` or `DATABASE_DOWN`. */
export const openPlatform = async (options: PlatformOptions): Promise<Platform> => {
  const stack = await readStackFile(options.stack)
  giveLocalCredentials(stack)
  const { db, close } = await connectMongo(stack.mongodb)
  const urls = Object.fromEntries(QUEUES.flatMap((name) => (stack.queues?.[name] === undefined ? [] : [[name, stack.queues[name]]])))
  const log = operatorLog((line) => process.stderr.write(line))
  const queue = sqsQueue({ urls, endpoint: stack.sqs, region: REGION })
  const spine = createSpine({ db, queue, log, sources: sourceFacts, settings: stack.settings ?? {} })
  return { db, spine, stack, close }
}

/** Runs `work` on the platform and closes it, whatever happens. */
export const withPlatform = async <Result>(options: PlatformOptions, work: (platform: Platform) => Promise<Result>): Promise<Result> => {
  const platform = await openPlatform(options)
  try {
    return await work(platform)
  } finally {
    await platform.close()
  }
}
