/**
 * The service is killed (SIGKILL) at each of the twelve points of upload §4.3 while the client of `sf upload` sends a large file, and is started again; the
 * client ends the upload by itself. Throws as soon as one end differs from that of an upload that nothing interrupts.
 */
import type { ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { lstat, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CHUNK_BYTES, uploadFile } from '../cli/tus-client.ts'
import { provisionStorage } from '../shared/adapters/storage/provision.ts'
import { EXAMPLE_GROUP, EXAMPLE_PASSWD } from '../shared/domain/deposit/identity.ts'
import { DepositRecord, type DepositSummary } from '../shared/domain/deposit/record.ts'
import { type Issuer, startIssuer } from '../tests/upload/support/issuer.ts'
import { heal, killPoints, startMortal } from '../tests/upload/support/killing.ts'
import type { Figure, Report } from './measure.ts'

type Sent = { path: string; sha256: string; bytes: number }

/** `size` of the file in MiB. */
export const uploadKilled = async ({ size }: { size: number }): Promise<Report> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-kill-'))
  const issuer = await startIssuer()
  try {
    const file = await randomFile(path.join(directory, 'file'), size)
    const whole = await sendThrough(path.join(directory, 'whole'), issuer, file)
    const figures: Figure[] = []
    for (const [point, moment, times, what] of killPoints(Math.ceil(file.bytes / CHUNK_BYTES), size)) {
      const seconds = await sendThrough(path.join(directory, `point-${point}`), issuer, file, { moment, times })
      figures.push({ name: `${point}. ${what}`, value: seconds, unit: 's', ratio: seconds / whole })
    }
    return {
      subject: `upload of ${size} MiB, killed at the twelve points: each time the same bytes, one inode under both names, one deposit announced`,
      baseline: { name: 'without a kill, until it is announced', value: whole, unit: 's', ratio: 1 },
      figures,
    }
  } finally {
    await issuer.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

const MEBIBYTE = 1024 * 1024

const randomFile = async (name: string, size: number): Promise<Sent> => {
  const hash = createHash('sha256')
  await using handle = await open(name, 'w')
  for (let written = 0; written < size; written++) {
    const bytes = randomBytes(MEBIBYTE)
    hash.update(bytes)
    await handle.write(bytes)
  }
  return { path: name, sha256: hash.digest('hex'), bytes: size * MEBIBYTE }
}

/** Seconds from the start of the client until the deposit is announced and nothing is pending. The storage is removed. */
const sendThrough = async (root: string, issuer: Issuer, file: Sent, kill?: { moment: string; times: number }): Promise<number> => {
  await provisionStorage({ base: root, passwd: EXAMPLE_PASSWD, group: EXAMPLE_GROUP, publicOwner: 'user1' })
  let mortal = await startMortal(root, issuer.issuer, kill?.moment ?? '', kill?.times ?? 0)
  try {
    const startedAt = performance.now()
    const metadata = { filename: 'procol.csv', private: 'true' }
    const sent = uploadFile({ endpoint: mortal.uploads[0] ?? '', token: () => issuer.token(), path: file.path, metadata })
    // It may fail while the death of the service is waited for: it is heard of below.
    sent.catch(() => undefined)
    if (kill) {
      await death(mortal.child)
      mortal = await startMortal(root, issuer.issuer, '', 0, mortal.ports)
    }
    const { id } = await sent
    const announced: string[] = []
    const summaries: DepositSummary[] = []
    while ((await readdir(path.join(root, 'tusd', '.pending'))).length > 0) {
      if (kill) await heal(root, announced, summaries)
      await pause(50)
    }
    const seconds = (performance.now() - startedAt) / 1000
    await check(root, id, file, announced)
    return seconds
  } finally {
    if (mortal.child.exitCode === null && mortal.child.signalCode === null) {
      const ended = once(mortal.child, 'exit')
      mortal.child.kill('SIGKILL')
      await ended
    }
    await rm(root, { recursive: true, force: true })
  }
}

const DEATH_MS = 300_000

const death = async (child: ChildProcess): Promise<void> => {
  const [, signal] = child.signalCode === null ? await once(child, 'exit', { signal: AbortSignal.timeout(DEATH_MS) }) : [null, child.signalCode]
  if (signal !== 'SIGKILL') throw new Error(`the service ended by itself (${signal})`)
}

const check = async (root: string, id: string, file: Sent, announced: readonly string[]): Promise<void> => {
  const record = DepositRecord.parse(JSON.parse(await readFile(path.join(root, 'tusd', '.state', `${id}.json`), 'utf8')))
  const published = path.join(root, 'user1', `${id}.bin`)
  const [own, other] = [await lstat(path.join(root, 'tusd', `${id}.bin`)), await lstat(published)]
  const told = (await readFile(path.join(root, 'announced.log'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')
  const found = {
    state: record.state,
    recorded: record.sha256,
    published: await digest(published),
    isOneInode: own.ino === other.ino && own.nlink === 2,
    announced: [...new Set([...told, ...announced])],
  }
  const expected = { state: 'announced', recorded: file.sha256, published: file.sha256, isOneInode: true, announced: [id] }
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`)
}

const digest = async (name: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(name, { highWaterMark: MEBIBYTE })) hash.update(bytes)
  return hash.digest('hex')
}
