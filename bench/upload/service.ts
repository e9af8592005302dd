/** The service of deposits as a bench needs it: the edge, `upload`, `settle`, their queue, storage, database and identity provider; nothing that imports. */
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { readDescription } from '../../localstack/description.ts'
import { startEdge } from '../../localstack/edge-process.ts'
import { DATABASE, type Services } from '../../localstack/environment.ts'
import { assignmentOf, startMappings } from '../../localstack/functions.ts'
import { IDENTITY_GROUP, IDENTITY_PASSWD, PUBLIC_DIR_OWNER } from '../../localstack/identities.ts'
import { resolveMongo } from '../../localstack/mongo/resolve.ts'
import { startQueues } from '../../localstack/queues.ts'
import { startInstance } from '../../localstack/runner/instance.ts'
import { provisionStorage } from '../../shared/adapters/storage/provision.ts'
import { DepositRecord } from '../../shared/domain/deposit/record.ts'
import { startIssuer } from '../../tests/upload/support/issuer.ts'

export type DepositService = {
  collection: string
  /** Processes, by what they are. */
  pids: { edge: number; upload: number; settle: number }
  token(): Promise<string>
  /** Waits until a deposit is announced, and removes its bytes. Throws when that takes longer than ten minutes. */
  settled(id: string): Promise<void>
  stop(): Promise<void>
}

const ROOT = path.resolve(import.meta.dirname, '..', '..')
const CLIENT = 'client'

/** `base` is an empty directory for the storage. */
export const startDepositService = async (base: string): Promise<DepositService> => {
  await using parts = new AsyncDisposableStack()
  await provisionStorage({ base, passwd: IDENTITY_PASSWD, group: IDENTITY_GROUP, publicOwner: PUBLIC_DIR_OWNER })
  const description = await readDescription(path.join(ROOT, 'serverless.yml'))
  const queues = await startQueues(description, { timeScale: 1 })
  parts.defer(() => queues.stop())
  const mongo = await resolveMongo()
  parts.defer(() => mongo.stop())
  const issuer = await startIssuer()
  parts.defer(() => issuer.stop())
  const services: Services = {
    edge: '',
    issuer: issuer.issuer,
    mongodb: `${mongo.uri.replace(/\/$/, '')}/${DATABASE}`,
    postgres: '',
    sqs: queues.endpoint,
    backend: 'posix',
    s3: undefined,
    efs: base,
    models: '',
    timeScale: 1,
    queueUrl: (logicalId) => queues.byLogicalId.get(logicalId)?.url,
  }
  const given = { description, root: ROOT, services, overrides: { OIDC_CLIENTS: CLIENT, OIDC_AUDIENCE: '' }, concurrency: 1 }
  const functionOf = (name: string) => {
    const found = description.functions.find((fn) => fn.name === name)
    if (found === undefined) throw new Error(`serverless.yml has no function ${name}`)
    return found
  }

  const settleFunction = functionOf('settle')
  const onLine = (line: string) => void process.stderr.write(`${line}\n`)
  const settle = startInstance({ name: 'settle', assignment: assignmentOf(settleFunction, given), onLine })
  parts.defer(() => settle.stop())
  const upload = startInstance({ name: 'upload', assignment: assignmentOf(functionOf('upload'), given), onLine })
  parts.defer(() => upload.stop())
  const edge = await startEdge({ onLine })
  parts.defer(() => edge.stop())
  await upload.ready()
  await edge.open(new Map([['upload', [upload]]]), { directory: undefined, headers: { all: {}, cache: {} }, configuration: {} })
  await settle.ready()
  const running = { queues, instances: new Map([['settle', [settle]]]), onLine: () => {}, concurrency: 1, deliverTwice: false }
  const pollers = startMappings(settleFunction, running)
  parts.defer(async () => void (await Promise.all(pollers.map((poller) => poller.stop()))))

  const started = parts.move()
  return {
    collection: `${edge.direct[0]}/files`,
    pids: { edge: edge.pid() ?? 0, upload: upload.pid() ?? 0, settle: settle.pid() ?? 0 },
    token: () => issuer.token({ azp: CLIENT }),
    async settled(id) {
      const record = path.join(base, 'tusd', '.state', `${id}.json`)
      const until = Date.now() + 600_000
      while (DepositRecord.parse(JSON.parse(await readFile(record, 'utf8'))).state !== 'announced') {
        if (Date.now() > until) throw new Error('the deposit was not settled')
        await pause(100)
      }
      for (const directory of ['tusd', 'public', 'user1']) await rm(path.join(base, directory, `${id}.bin`), { force: true })
    },
    stop: () => started.disposeAsync(),
  }
}
