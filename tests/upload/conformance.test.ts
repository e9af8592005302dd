import { afterAll, beforeAll } from 'vitest'
import { describeConformance } from './conformance.ts'
import { ORIGIN, type Platform, startPlatform } from './support/platform.ts'
import type { Target } from './support/target.ts'

let platform: Platform
let target: Target

beforeAll(async () => {
  platform = await startPlatform()
  target = {
    uploads: platform.uploads,
    issuer: platform.issuer.issuer,
    token: (partner, claims = {}) =>
      platform.issuer.token({
        'goup-path': partner,
        email: `${partner}@example.org`,
        ...Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, value ?? undefined])),
      }),
    origin: ORIGIN,
    root: platform.root,
    placed: () => platform.idle(),
  }
})
afterAll(() => platform.stop())

describeConformance(() => target)
