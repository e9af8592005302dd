import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { send } from './support/http.ts'
import { type Platform, startPlatform } from './support/platform.ts'

let platform: Platform
beforeAll(async () => {
  platform = await startPlatform()
})
afterAll(() => platform.stop())

test('a file that is sent in two pieces is published', async () => {
  const token = await platform.issuer.token()
  const common = { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0' }
  const created = await send({ method: 'POST', url: platform.uploads[0], headers: { ...common, 'upload-length': '10' } })
  expect({ status: created.status, body: created.body.toString() }).toEqual({ status: 201, body: '' })
  const url = new URL(created.headers.location ?? '', platform.uploads[1]).href
  for (const offset of [0, 5]) {
    const sent = await send({ method: 'PATCH', url, headers: { ...common, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }, body: 'abcde' })
    expect({ status: sent.status, body: sent.body.toString() }).toEqual({ status: 204, body: '' })
  }
  await platform.idle()
  expect(await readdir(`${platform.root}/public`)).toHaveLength(2)
  const [bin = ''] = await readdir(`${platform.root}/public`)
  expect((await readFile(`${platform.root}/public/${bin}`)).toString()).toBe('abcdeabcde')
  expect(platform.announced).toHaveLength(1)
})
