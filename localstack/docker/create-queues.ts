import path from 'node:path'
import { parseArgs } from 'node:util'
import { readDescription } from '../description.ts'
import { createQueues, sqsClient } from '../queues.ts'

/** Creates the queues of `serverless.yml` on an SQS that is already running (fauxqs, LocalStack). Can be run again. */
const { values } = parseArgs({ options: { endpoint: { type: 'string', default: 'http://127.0.0.1:4566' }, scale: { type: 'string', default: '1' } } })
const description = await readDescription(path.resolve(import.meta.dirname, '..', '..', 'serverless.yml'))
const client = sqsClient(values.endpoint)
const created = await createQueues(client, description, Number(values.scale))
for (const { name, url } of created.values()) process.stdout.write(`${name}  ${url}\n`)
client.destroy()
