import type { ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { lstat, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tus from 'tus-js-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { efsSweepStorage } from '../../shared/adapters/storage/efs/sweep-storage.ts'
import { provisionStorage } from '../../shared/adapters/storage/provision.ts'
import { EXAMPLE_GROUP, EXAMPLE_PASSWD } from '../../shared/domain/deposit/identity.ts'
import { DepositRecord, type DepositSummary } from '../../shared/domain/deposit/record.ts'
import { type Issuer, startIssuer } from './support/issuer.ts'
import { heal, killPoints, startMortal } from './support/killing.ts'

const PIECE = 64 * 1024
const CONTENT = randomBytes(3 * PIECE + 1000)
const SHA256 = createHash('sha256').update(CONTENT).digest('hex')

const POINTS = killPoints(4, 1)

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

const mortalAt = async (moment: string, times: number, ports?: readonly number[]) => {
  const mortal = await startMortal(root, issuer.issuer, moment, times, ports)
  children.add(mortal.child)
  return mortal
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

describe('a process killed at any of the twelve points', () => {
  test.for(POINTS)('point %i, %s (%i): %s', async ([point, moment, times]) => {
    const mortal = await mortalAt(moment, times)
    const died = once(mortal.child, 'exit')
    const sent = sendFile(mortal.uploads[0] ?? '')
    sent.catch(() => undefined)
    const [, signal] = await died
    expect(signal).toBe('SIGKILL')
    if (point === 2) await tearLastPiece()

    await mortalAt('', 0, mortal.ports)
    const url = await sent
    const id = url.slice(url.lastIndexOf('/') + 1)
    const announced: string[] = []
    const summaries: DepositSummary[] = []
    await vi.waitFor(
      async () => {
        await heal(root, announced, summaries)
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
