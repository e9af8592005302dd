import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import { accountOf } from '../../localstack/accounts.ts'
import { type Stack, startStack } from '../../localstack/stack.ts'
import { mintToken } from '../../localstack/tokens.ts'
import { describeConformance } from '../upload/conformance.ts'
import type { Target } from '../upload/support/target.ts'

let stack: Stack
let target: Target

/** The same cases through the whole edge: gateway's events, processes of their own, queues. */
beforeAll(async () => {
  stack = await startStack({ allowMissing: true, pages: false, environment: { UPLOAD_QUOTA_OPEN_COUNT: '100000', UPLOAD_QUOTA_OPEN_BYTES: String(1024 ** 5) } })
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
