import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixtureInstance } from '../fixtures/instances.ts'
import type { Instance } from './instance.ts'

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const pieceOf = (bytes: Buffer) => ({
  requestContext: { http: { method: 'PATCH', path: '/files' } },
  rawQueryString: '',
  headers: {},
  isBase64Encoded: true,
  body: bytes.toString('base64'),
})

let echo: Instance
const lines: string[] = []
const started: Instance[] = []
const receiving = (exported: string): Instance => {
  const instance = fixtureInstance(exported, { name: `${exported}-pieces`, receivesPieces: true, onLine: (line) => lines.push(line) })
  started.push(instance)
  return instance
}

beforeAll(async () => {
  echo = receiving('echo')
  await echo.ready()
})
afterAll(() => Promise.all(started.map((instance) => instance.stop())))

describe('a function that receives pieces', () => {
  test('gets the exact bytes of several large pieces at once, one after the other in the same memory', async () => {
    for (let round = 0; round < 2; round++) {
      const pieces = Array.from({ length: 3 }, () => randomBytes(4 * 1024 * 1024))
      const answers = await Promise.all(pieces.map((bytes) => echo.invoke(pieceOf(bytes))))
      const decoded = answers.map((answer) => {
        if (!answer.ok) throw new Error(answer.message)
        const { body } = answer.payload as { body: string }
        return Buffer.from((JSON.parse(body) as { decoded: string }).decoded, 'base64')
      })
      expect(decoded.map(sha256)).toEqual(pieces.map(sha256))
    }
  })

  test('is not called with more than an invocation takes', async () => {
    expect(await echo.invoke(pieceOf(randomBytes(5 * 1024 * 1024)))).toMatchObject({ ok: false, why: 'too-large' })
    expect(await echo.invoke(pieceOf(randomBytes(10)))).toMatchObject({ ok: true })
  })

  test('an error of the handler fails the call, is said, and leaves the process', async () => {
    const broken = receiving('broken')
    expect(await broken.invoke({ how: 'throw' })).toMatchObject({ ok: false, why: 'failed', message: 'broken on purpose' })
    expect(broken.restarts()).toBe(0)
    expect(lines.join('\n')).toContain('broken on purpose')
  })
})
