import { DATABASE, LOCAL_SHARDS } from './environment.ts'
import type { Stack } from './stack.ts'

/** What a tool needs to find its way to a running stack: content of `.local/stack.json` and of `--ready-file`. */
export const stackDocument = (stack: Stack) => ({
  edge: stack.edge,
  uploads: stack.uploads,
  datapi: stack.datapi,
  issuer: stack.issuer,
  mongodb: stack.mongodb,
  postgres: stack.postgres,
  sqs: stack.sqs,
  efs: stack.efs,
  ...(stack.s3 === undefined ? {} : { s3: stack.s3 }),
  accounts: stack.accounts,
  directory: stack.directory,
  database: DATABASE,
  settings: { shards: LOCAL_SHARDS },
  ...queueUrls(stack),
  pid: process.pid,
  processes: stack.processes(),
})

/** URLs of the queues and of their dead-letter queues, by the name of the function that each of them feeds. */
const queueUrls = ({ description, queues }: Stack): { queues: Record<string, string>; deadLetters: Record<string, string> } => {
  const found = { queues: {} as Record<string, string>, deadLetters: {} as Record<string, string> }
  for (const { name, mappings } of description.functions) {
    for (const { queue } of mappings) {
      const running = queues.byLogicalId.get(queue)
      const dead = queues.byLogicalId.get(running?.deadLetters ?? '')
      if (running !== undefined) found.queues[name] = running.url
      if (dead !== undefined) found.deadLetters[name] = dead.url
    }
  }
  return found
}
