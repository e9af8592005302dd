import { createHash, randomBytes } from 'node:crypto'
import { lstat, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { uploadFile } from '../../cli/tus-client.ts'
import { accountOf } from '../../localstack/accounts.ts'
import { type Stack, startStack } from '../../localstack/stack.ts'
import { mintToken } from '../../localstack/tokens.ts'
import { DepotDetail, DepotPage } from '../../shared/domain/deposit/view.ts'
import { describeConformance } from '../upload/conformance.ts'
import { clientOf, idOf, metadata, type Target } from '../upload/support/target.ts'

let stack: Stack
let target: Target

/** The same cases through the whole edge: gateway's events, processes of their own, queues. */
beforeAll(async () => {
  stack = await startStack({
    allowMissing: true,
    backend: 'posix',
    pages: false,
    concurrency: 1,
    environment: { UPLOAD_QUOTA_OPEN_COUNT: '100000', UPLOAD_QUOTA_OPEN_BYTES: String(1024 ** 5) },
  })
  target = {
    uploads: stack.uploads,
    issuer: stack.issuer,
    token: (partner, claims = {}) => {
      const account = accountOf(partner === 'user1' ? 'partner1' : 'partner2')
      if (!account) throw new Error('the stack has no such account')
      return mintToken(stack.directory, { account, issuer: stack.issuer, claims })
    },
    origin: stack.edge,
    root: stack.efs,
    placed: (id) =>
      vi.waitFor(
        async () => {
          const record = JSON.parse((await readFile(join(stack.efs, 'tusd', '.state', `${id}.json`))).toString())
          expect(record.placedAt).not.toBeNull()
        },
        { timeout: 20_000, interval: 50 },
      ),
  }
})
afterAll(() => stack?.stop())

describeConformance(() => target)

const json = async (path: string, token: string) => {
  const answer = await fetch(`${stack.edge}${path}`, { headers: { authorization: `Bearer ${token}` } })
  return { status: answer.status, body: await answer.json() }
}

test('a partner sees its deposit through the edge, another does not', async () => {
  const client = clientOf(target)
  const path = await client.finished('a;b', { 'upload-metadata': metadata({ filename: 'inconnu.bin', private: 'true' }) })
  const id = idOf(path)
  await target.placed(id)
  const token = await target.token('user1')
  const detail = await vi.waitFor(
    async () => {
      const found = await json(`/api/depots/${id}`, token)
      expect(found.status).toBe(200)
      return DepotDetail.parse(found.body)
    },
    { timeout: 20_000, interval: 100 },
  )
  expect(detail).toMatchObject({
    id,
    filename: 'inconnu.bin',
    size: 3,
    private: true,
    sha256: createHash('sha256').update('a;b').digest('hex'),
    scan: { result: 'not-scanned', reason: null },
  })
  expect(DepotPage.parse((await json('/api/depots?limit=100', token)).body).deposits.map((deposit) => deposit.id)).toContain(id)
  expect((await json(`/api/depots/${id}`, await target.token('user2'))).status).toBe(404)
  expect((await json('/api/depots?limit=0', token)).status).toBe(400)
})

test('the functions killed in the middle of an upload by the real client: the file is whole, once, in its place', async () => {
  const content = randomBytes(40_000_000)
  const directory = await mkdtemp(join(tmpdir(), 'upload-e2e-'))
  const file = join(directory, 'f.csv')
  await writeFile(file, content)
  const victims = ['upload-1', 'upload-2', 'settle']
  const { id } = await uploadFile({
    endpoint: `${stack.edge}/files`,
    token: () => target.token('user1'),
    path: file,
    metadata: { filename: 'f.csv', private: 'true' },
    onProgress: (sent) => {
      if (sent > 8_000_000) {
        const victim = victims.shift()
        if (victim) stack.kill(victim)
      }
    },
  })
  expect(victims).toEqual([])
  await vi.waitFor(() => target.placed(id), { timeout: 120_000 })
  expect((await readFile(join(stack.efs, 'user1', `${id}.bin`))).equals(content)).toBe(true)
  expect((await lstat(join(stack.efs, 'user1', `${id}.bin`))).nlink).toBe(2)
  await rm(directory, { recursive: true })
})
