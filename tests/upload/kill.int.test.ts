import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { lstat, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as tus from 'tus-js-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { settleDeposit } from '../../functions/settle/settle.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import { efsSettleStorage } from '../../shared/adapters/storage/efs/settle-storage.ts'
import { efsSweepStorage } from '../../shared/adapters/storage/efs/sweep-storage.ts'
import { custodianOf } from '../../shared/adapters/storage/identity-files.ts'
import { provisionStorage } from '../../shared/adapters/storage/provision.ts'
import { sweepUploads } from '../../shared/adapters/storage/sweep.ts'
import { EXAMPLE_GROUP, EXAMPLE_PASSWD } from '../../shared/domain/deposit/identity.ts'
import { DepositRecord, type DepositSummary } from '../../shared/domain/deposit/record.ts'
import { type Issuer, startIssuer } from './support/issuer.ts'
import { layout } from './support/platform.ts'

const PIECE = 64 * 1024
const CONTENT = randomBytes(3 * PIECE + 1000)
const SHA256 = createHash('sha256').update(CONTENT).digest('hex')

/** The twelve points of upload §4.3: the moment, how many times it must come before the process dies, what the point is. */
const POINTS: readonly (readonly [number, string, number, string])[] = [
  [1, 'create.data-made', 1, 'the data is made, the record is not'],
  [2, 'append.part-written', 2, 'a part of a piece is written'],
  [3, 'append.durable', 4, 'the last byte is durable, the record does not know'],
  [4, 'upload.ring', 1, 'the upload is complete, settle was not rung'],
  [5, 'settle.hashing', 1, 'in the middle of the hash'],
  [6, 'settle.described', 1, 'the final .info is in place, the record says complete'],
  [7, 'settle.rights-set', 1, 'the data has its rights, .info has not'],
  [8, 'settle.linked', 1, 'the data is linked, .info is not'],
  [9, 'settle.linked', 2, 'both are linked, the record says scanned'],
  [10, 'settle.place-recorded', 1, 'the record says placed, no message has left'],
  [11, 'settle.sent', 1, 'the message has left, the record says placed'],
  [12, 'settle.announce-recorded', 1, 'the record says announced, the summary is not written'],
]

let issuer: Issuer
let root: string
const children = new Set<ChildProcess>()

beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.stop())
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'upload-kill-'))
  await provisionStorage({ base: root, passwd: EXAMPLE_PASSWD, group: EXAMPLE_GROUP, publicOwner: 'user1' })
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
  await rm(root, { recursive: true, force: true })
})

const startMortal = async (moment: string, times: number, ports: readonly number[] = [0, 0]) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'support', 'mortal.ts'), root, issuer.issuer, moment, String(times), ...ports.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  const lines = createInterface({ input: child.stdout })
  const [line] = await once(lines, 'line')
  return { child, uploads: JSON.parse(String(line)) as string[] }
}

/** The real client: it asks where the upload stands after each failure, and goes on. Gives the address of the upload. */
const sendFile = async (endpoint: string): Promise<string> => {
  const token = await issuer.token()
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(CONTENT, {
      endpoint,
      chunkSize: PIECE,
      retryDelays: Array.from({ length: 60 }, () => 150),
      headers: { Authorization: `Bearer ${token}` },
      metadata: { filename: 'procol.csv', private: 'true' },
      onError: reject,
      onSuccess: () => resolve(upload.url ?? ''),
    })
    upload.start()
  })
}

const lines = async (name: string): Promise<string[]> => (await readFile(join(root, name), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')

/** What `sweep` and the second delivery of the message do afterwards, in this process. */
const heal = async (announced: string[], summaries: DepositSummary[]) => {
  const { accounts } = layout()
  const storage = efsSettleStorage({ base: root, layout: layout(), custodian: custodianOf(accounts), leaseMs: 1500 })
  const writeSummary = async (summary: DepositSummary) => void summaries.push(summary)
  const ring = (id: string) =>
    settleDeposit(
      {
        storage,
        scan: async () => ({ result: 'not-scanned', reason: null }),
        scanTooLarge: 'announce',
        announce: async (message) => {
          announced.push(message)
          return { id: 'again' }
        },
        writeSummary,
        notify: async () => {},
        now: () => new Date(),
        log: silentLog,
      },
      id,
      new AbortController().signal,
    )
  const written = async (states: ReadonlyMap<string, string>) =>
    new Set([...states].flatMap(([id, state]) => (summaries.some((summary) => summary.id === id && summary.state === state) ? [id] : [])))
  const limits = { ringAfterMs: -1, ringBlockedEveryMs: -1, expireAfterMs: 3_600_000, orphanAfterMs: -1 }
  return sweepUploads({
    storage: efsSweepStorage({ base: root, custodian: custodianOf(accounts) }),
    ring,
    summaries: { write: writeSummary, written },
    limits,
    now: () => new Date(),
    log: silentLog,
  })
}

describe('a process killed at any of the twelve points', () => {
  test.for(POINTS)('point %i, %s (%i): %s', async ([point, moment, times]) => {
    const mortal = await startMortal(moment, times)
    const ports = mortal.uploads.map((url) => Number(new URL(url).port))
    const died = once(mortal.child, 'exit')
    const sent = sendFile(mortal.uploads[0] ?? '')
    sent.catch(() => undefined)
    const [, signal] = await died
    expect(signal).toBe('SIGKILL')
    if (point === 2) await tearLastPiece()

    await startMortal('', 0, ports)
    const url = await sent
    const id = url.slice(url.lastIndexOf('/') + 1)
    const announced: string[] = []
    const summaries: DepositSummary[] = []
    await vi.waitFor(
      async () => {
        await heal(announced, summaries)
        expect(await readdir(join(root, 'tusd', '.pending'))).toEqual([])
      },
      { timeout: 30_000, interval: 200 },
    )

    const record = DepositRecord.parse(JSON.parse((await readFile(join(root, 'tusd', '.state', `${id}.json`))).toString()))
    expect(record).toMatchObject({ state: 'announced', sha256: SHA256, size: CONTENT.byteLength, owner: 'user1', private: true })
    for (const suffix of ['bin', 'info']) {
      const [own, published] = [await lstat(join(root, 'tusd', `${id}.${suffix}`)), await lstat(join(root, 'user1', `${id}.${suffix}`))]
      expect({ ino: published.ino, nlink: published.nlink, mode: published.mode & 0o777 }).toEqual({ ino: own.ino, nlink: 2, mode: 0o660 })
    }
    expect((await readFile(join(root, 'user1', `${id}.bin`))).equals(CONTENT)).toBe(true)
    expect(JSON.parse((await readFile(join(root, 'user1', `${id}.info`))).toString()).Platform).toMatchObject({ sha256: SHA256 })
    // At least once to the queue, once in effect: whatever was announced is this deposit.
    const messages = [...(await lines('announced.log')), ...announced]
    expect([...new Set(messages)]).toEqual([id])
    const told = [...(await lines('summaries.log')), ...summaries.map((summary) => `${summary.id} ${summary.state}`)]
    expect(told).toContain(`${id} announced`)
    expect((await readdir(join(root, 'tusd'))).filter((name) => !name.startsWith('.')).sort()).toEqual([`${id}.bin`, `${id}.info`])
    // A holder that died leaves a lock whose lease ended: `sweep` clears it.
    await efsSweepStorage({ base: root }).clean(new Date(Date.now() + 60_000))
    expect(await readdir(join(root, 'tusd', '.locks'))).toEqual([])
    expect(await readdir(join(root, 'tusd', '.tmp'))).toEqual([])
  })
})

/** What a crash of the machine in the middle of a write leaves: a part of the piece. */
const tearLastPiece = async () => {
  const [name = ''] = (await readdir(join(root, 'tusd'))).filter((file) => file.endsWith('.bin'))
  await truncate(join(root, 'tusd', name), PIECE + PIECE / 2 + 7)
}
