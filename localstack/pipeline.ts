import { setTimeout as delay } from 'node:timers/promises'
import pLimit from 'p-limit'
import { uploadFile } from '../cli/tus-client.ts'
import type { PlatformStatus } from '../shared/domain/spine/status.ts'
import { accountOf } from './accounts.ts'
import type { Progress } from './progress.ts'
import type { SampleFile } from './sample/index.ts'
import { progressSentence } from './sentences.ts'
import type { Stack } from './stack.ts'
import { mintToken } from './tokens.ts'

/** A deposited file: `id` is that of its deposit. */
export type Deposited = { id: string; name: string; source: string; batch: string; bytes: number; seconds: number }

const AT_ONCE = 2
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} Mo`

/** Deposits the files of a month through the edge, as the partners that own them. */
export const depositMonth = async (stack: Stack, batch: string, files: readonly SampleFile[], progress: Progress): Promise<Deposited[]> => {
  progress.step(`${batch} : dépôt de ${files.length} fichiers`)
  const sent = new Map<string, number>()
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const limit = pLimit(AT_ONCE)
  const deposited = await Promise.all(
    files.map((file) =>
      limit(async () => {
        const startedAt = Date.now()
        const { id } = await uploadFile({
          endpoint: `${stack.edge}/files`,
          token: () => tokenOf(stack, file.partner),
          path: file.path,
          metadata: file.metadata,
          onProgress: (bytes) => {
            sent.set(file.name, bytes)
            const done = [...sent.values()].reduce((sum, value) => sum + value, 0)
            progress.update(`— ${file.name} ${Math.floor((100 * bytes) / Math.max(1, file.bytes))} % (${megabytes(done)} sur ${megabytes(total)})`)
          },
        })
        return { id, name: file.name, source: file.source, batch, bytes: file.bytes, seconds: (Date.now() - startedAt) / 1000 }
      }),
    ),
  )
  progress.done(`${batch} : ${files.length} fichiers déposés, ${megabytes(total)}`)
  return deposited
}

/** A fresh token of the local issuer for a sample account. */
export const tokenOf = (stack: Stack, username: string): Promise<string> => {
  const account = accountOf(username)
  if (account === undefined) throw new Error(`no account is called ${username}`)
  return mintToken(stack.directory, { account, issuer: stack.issuer })
}

export type Idle = { status: PlatformStatus; deadLetters: Record<string, number>; stuck: boolean }

export type WaitOptions = {
  stack: Stack
  read: () => Promise<PlatformStatus>
  /** Deposits that must be known before the pipeline can be idle. */
  deposits: number
  batch: string
  progress: Progress
  signal: AbortSignal
}

const EVERY_MS = 400
/** Nothing at all has moved for so long that nothing will. */
const STUCK_MS = 180_000
/** Messages in a dead-letter queue and nothing moving: what failed will not come back by itself. */
const DEAD_MS = 15_000

/** Waits until nothing is being read, computed, owed or queued. `stuck`: it stopped moving before that. */
export const waitUntilIdle = async ({ stack, read, deposits, batch, progress, signal }: WaitOptions): Promise<Idle> => {
  progress.step(`${batch} : traitement`)
  let before = ''
  let movedAt = Date.now()
  for (;;) {
    signal.throwIfAborted()
    const status = await read()
    const queues = await depths(stack)
    const quiet = Object.values(queues.busy).every((count) => count === 0)
    const now = JSON.stringify([status.stages, status.deposits.map(({ state }) => state), status.lists.map(({ state }) => state), queues.dead])
    if (now !== before) {
      before = now
      movedAt = Date.now()
    }
    if (status.idle && quiet && status.deposits.length >= deposits) {
      progress.done(`${batch} : ${progressSentence(status)}`)
      return { status, deadLetters: queues.dead, stuck: false }
    }
    const still = Date.now() - movedAt
    const hasDead = Object.values(queues.dead).some((count) => count > 0)
    if (still > STUCK_MS || (hasDead && still > DEAD_MS)) {
      progress.fail(`${batch} : plus rien n’avance (${progressSentence(status)})`)
      return { status, deadLetters: queues.dead, stuck: true }
    }
    progress.update(`— ${progressSentence(status)}`)
    await delay(EVERY_MS, undefined, { signal })
  }
}

const depths = async ({ queues }: Stack): Promise<{ busy: Record<string, number>; dead: Record<string, number> }> => {
  const found = { busy: {} as Record<string, number>, dead: {} as Record<string, number> }
  const dead = new Set([...queues.byLogicalId.values()].flatMap(({ deadLetters }) => deadLetters ?? []))
  for (const { logicalId, name } of queues.byLogicalId.values()) {
    const { waiting, inFlight, delayed } = await queues.depth(logicalId)
    if (dead.has(logicalId)) found.dead[name] = waiting + inFlight
    else found.busy[name] = waiting + inFlight + delayed
  }
  return found
}
