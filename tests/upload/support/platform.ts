import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from 'aws-lambda'
import { type SettleDeps, settleDeposit } from '../../../functions/settle/settle.ts'
import { type UploadDeps, type UploadLimits, uploadApp } from '../../../functions/upload/app.ts'
import { lambdaHandler } from '../../../functions/upload/lambda.ts'
import { forward } from '../../../localstack/gateway.ts'
import { silentLog } from '../../../shared/adapters/log.ts'
import { tokenVerifier } from '../../../shared/adapters/oidc.ts'
import { efsSettleStorage } from '../../../shared/adapters/storage/efs/settle-storage.ts'
import { type Checkpoint, efsUploadStorage } from '../../../shared/adapters/storage/efs/upload-storage.ts'
import { custodianOf } from '../../../shared/adapters/storage/identity-files.ts'
import { layoutOf, provisionStorage } from '../../../shared/adapters/storage/provision.ts'
import { EXAMPLE_GROUP, EXAMPLE_PASSWD, type Profile } from '../../../shared/domain/deposit/identity.ts'
import type { DepositSummary } from '../../../shared/domain/deposit/record.ts'
import type { SettleStorage, UploadStorage } from '../../../shared/domain/deposit/storage.ts'
import { type Issuer, startIssuer } from './issuer.ts'

export const ORIGIN = 'https://pages.example.org'

export type PlatformOptions = {
  profile?: Profile
  limits?: Partial<UploadLimits>
  upload?: Partial<UploadDeps>
  settle?: Partial<SettleDeps>
  publicOrigin?: string
  /** False: the bell of `settle` is only noted, as if its queue had stopped. */
  settles?: boolean
  root?: string
  /** Identity provider of somebody else, which is not stopped with the platform. */
  issuer?: Issuer
  ports?: readonly [number, number]
  leaseMs?: number
  /** Another storage than a directory. */
  storages?: { upload: UploadStorage; settle: SettleStorage }
  /** Called where a process may die (upload §4.3). */
  checkpoint?: Checkpoint
}

export type Platform = {
  /** The collection on each of two instances of the function. */
  uploads: [string, string]
  root: string
  issuer: Issuer
  /** Ids for which `settle` was rung, in order. */
  rung: string[]
  /** Ids announced to `import`. */
  announced: string[]
  summaries: Map<string, DepositSummary>
  settle(id: string): Promise<void>
  /** Waits for the settlements that were rung; throws when one of them failed since the last call. */
  idle(): Promise<void>
  /** Throws, at its end, what `idle` throws. */
  stop(): Promise<void>
}

export const layout = (profile: Profile = 'seed') => layoutOf({ passwd: EXAMPLE_PASSWD, group: EXAMPLE_GROUP, profile, publicOwner: 'user1' })

export const LIMITS: UploadLimits = { maxBytes: 50 * 1024 ** 3, maxChunkBytes: 4_500_000, expireAfterHours: 168, openCount: 10_000, openBytes: 1024 ** 5 }

/**
 * Two instances of the upload function on one directory, each behind the gateway's events, and `settle` in this process: what a
 * deposit meets, without queue and database.
 */
export const startPlatform = async (options: PlatformOptions = {}): Promise<Platform> => {
  const profile = options.profile ?? 'seed'
  const root = options.root ?? (await mkdtemp(join(tmpdir(), 'upload-')))
  await provisionStorage({ base: root, passwd: EXAMPLE_PASSWD, group: EXAMPLE_GROUP, profile, publicOwner: 'user1' })
  const issuer = options.issuer ?? (await startIssuer())
  const faults = { ...(options.checkpoint ? { checkpoint: options.checkpoint } : {}), ...(options.leaseMs ? { leaseMs: options.leaseMs } : {}) }
  const { accounts } = layout(profile)
  const rung: string[] = []
  const announced: string[] = []
  const summaries = new Map<string, DepositSummary>()
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  const settleDeps: SettleDeps = {
    storage: options.storages?.settle ?? efsSettleStorage({ base: root, layout: layout(profile), custodian: custodianOf(accounts), ...faults }),
    ...(options.checkpoint ? { checkpoint: options.checkpoint } : {}),
    scan: async () => ({ result: 'not-scanned', reason: null }),
    scanTooLarge: 'announce',
    announce: async (id) => ({ id: `message-${announced.push(id)}` }),
    writeSummary: async (summary) => void summaries.set(summary.id, summary),
    notify: async () => {},
    now: () => new Date(),
    log: silentLog,
    ...options.settle,
  }
  const settle = (id: string) => settleDeposit(settleDeps, id, new AbortController().signal)
  const start = async (port = 0) => {
    const app = uploadApp({
      verify: tokenVerifier({ issuer: issuer.issuer, clients: ['client'], audience: 'uploads' }),
      storage: options.storages?.upload ?? efsUploadStorage({ tusd: join(root, 'tusd'), custodian: custodianOf(accounts), ...faults }),
      accounts,
      profile,
      ring: async (id) => {
        await options.checkpoint?.('upload.ring', id)
        rung.push(id)
        if (options.settles === false) return
        const work = settle(id)
          .catch((error: unknown) => void failures.push(error))
          .finally(() => running.delete(work))
        running.add(work)
      },
      newId: () => crypto.randomUUID().replaceAll('-', ''),
      now: () => new Date(),
      log: silentLog,
      limits: { ...LIMITS, ...options.limits },
      origins: [ORIGIN, 'http://localhost:3000'],
      publicOrigin: options.publicOrigin ?? '',
      ...options.upload,
    })
    const handler = lambdaHandler(app)
    const server = createServer((incoming, outgoing) => {
      forward(incoming, outgoing, async (event) => {
        // Through JSON, as between the gateway and Lambda.
        const payload = await handler(JSON.parse((await event.bytes()).toString()), CONTEXT)
        const text = JSON.stringify(payload)
        return { ok: true, payload: JSON.parse(text), text }
      }).catch(() => outgoing.destroy())
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no address')
    return { server, url: `http://127.0.0.1:${address.port}/files` }
  }
  const instances = [await start(options.ports?.[0]), await start(options.ports?.[1])] as const
  const idle = async () => {
    while (running.size > 0) await Promise.all(running)
    const failed = failures.splice(0)
    if (failed.length > 0) throw new AggregateError(failed, `${failed.length} settlements failed`)
  }
  return {
    uploads: [instances[0].url, instances[1].url],
    root,
    issuer,
    rung,
    announced,
    summaries,
    settle,
    idle,
    async stop() {
      const settled = idle()
      await settled.catch(() => undefined)
      for (const { server } of instances) await new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve())))
      if (options.issuer === undefined) await issuer.stop()
      if (options.root === undefined) await rm(root, { recursive: true, force: true })
      await settled
    },
  }
}

const CONTEXT = { awsRequestId: 'request' } as Context
