import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { efsUploadStorage } from '../../shared/adapters/storage/efs/upload-storage.ts'
import { custodianOf } from '../../shared/adapters/storage/identity-files.ts'
import type { UploadStorage } from '../../shared/domain/deposit/storage.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { Log } from '../../shared/ports.ts'
import { layout, ORIGIN, type PlatformOptions, startPlatform } from './support/platform.ts'
import { clientOf, expectCommon, expectProblem, idOf, metadata } from './support/target.ts'

let stop: (() => Promise<void>) | undefined
afterEach(async () => {
  await stop?.()
  stop = undefined
})

/** A platform; `change` replaces parts of the storage of `upload`. */
const start = async (options: PlatformOptions = {}, change: Partial<UploadStorage> = {}) => {
  const root = await mkdtemp(join(tmpdir(), 'upload-faults-'))
  const storage = { ...efsUploadStorage({ tusd: join(root, 'tusd'), custodian: custodianOf(layout().accounts) }), ...change }
  const running = await startPlatform({ ...options, root, upload: { storage, ...options.upload } })
  const client = clientOf({
    uploads: running.uploads,
    issuer: running.issuer.issuer,
    token: (partner, claims = {}) => running.issuer.token({ 'goup-path': partner, email: `${partner}@example.org`, ...claims }),
    origin: ORIGIN,
    root,
    placed: () => running.idle(),
  })
  stop = async () => {
    await running.stop()
    await rm(root, { recursive: true })
  }
  return { ...running, client }
}

/** A log that keeps every line as text. */
const keepingLog = (): { log: Log; lines: string[] } => {
  const lines: string[] = []
  const keep = (event: string, ...rest: unknown[]) => void lines.push(JSON.stringify([event, ...rest.map((one) => (one instanceof Error ? one.message : one))]))
  const log: Log = { info: keep, warn: keep, error: keep, with: () => log }
  return { log, lines }
}

const refusing = (error: unknown) => () => Promise.reject(error)

describe('what goes wrong behind the service is an answer of the table', () => {
  test('somebody else holds the upload: 423, to be asked again after a second', async () => {
    const { client } = await start({}, { locks: { acquire: refusing(new AppError('LOCKED', 'Une autre requête est en cours sur ce dépôt.')) } })
    // A creation takes the lock of its own id too.
    const answer = await client.post({ 'upload-length': '5' })
    expectProblem(answer, 423)
    expect(answer.headers['retry-after']).toBe('1')
  })

  test('the keys of the identity provider cannot be had: 503, to be asked again', async () => {
    const { client } = await start({ upload: { verify: refusing(new AppError('IDENTITY_DOWN', 'Le service d’identité ne répond pas.')) } })
    const answer = await client.post({ 'upload-length': '5' })
    expectProblem(answer, 503)
    expect(answer.headers['retry-after']).toMatch(/^\d+$/)
  })

  test('a fault of the system: 500 that shows nothing of it, on HEAD without body; the next request goes through', async () => {
    const fault = new Error("ENOENT: no such file or directory, open '/mnt/tusd/secret'")
    let fails = true
    const received = async () => {
      if (fails) throw fault
      return 0
    }
    const { client } = await start({}, { received })
    const path = await client.create(5)
    const answers = [await client.head(path), await client.patch(path, 0, 'hello')]
    expect(answers.map(({ status, body }) => [status, body.toString().includes('secret')])).toEqual([
      [500, false],
      [500, false],
    ])
    expect(answers[0]?.body.byteLength).toBe(0)
    for (const answer of answers) expectCommon(answer)
    fails = false
    expect((await client.patch(path, 0, 'hello')).status).toBe(204)
  })

  test('the bell of settle cannot be rung: the client has its success all the same, and rings again by an empty piece', async () => {
    const rung: string[] = []
    let fails = true
    const ring = async (id: string) => {
      if (fails) throw new Error('queue away')
      rung.push(id)
    }
    const { client } = await start({ upload: { ring } })
    const path = await client.finished('hello')
    expect([await client.offset(path), rung]).toEqual([5, []])
    fails = false
    expect((await client.patch(path, 5)).status).toBe(204)
    expect(rung).toEqual([idOf(path)])
  })
})

test('no line of the log holds a token, an address or the name of a file', async () => {
  const { log, lines } = keepingLog()
  const { client, idle, issuer } = await start({ upload: { log }, settle: { log } })
  const token = await issuer.token({ 'goup-path': 'user1', email: 'secret-address@example.org' })
  const headers = { authorization: `Bearer ${token}`, 'upload-metadata': metadata({ filename: 'secret-name.csv', note: 'secret-note' }) }
  await client.finished('hello', headers)
  await client.post({ ...headers, 'upload-length': 'secret-length' })
  await client.post({ ...headers, 'upload-length': '1', authorization: `Bearer ${token}x` })
  await client.head(`/files/${'secret-id'.repeat(5)}`, headers)
  await idle()
  expect(lines.length).toBeGreaterThan(3)
  const [, payload = ''] = token.split('.')
  for (const line of lines) expect(line).not.toMatch(new RegExp(`secret|${payload}`))
})
