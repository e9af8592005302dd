import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deviceTokens } from '../../cli/device-flow.ts'
import { type Platform, startPlatform } from './support/platform.ts'

let platform: Platform
let directory: string
beforeAll(async () => {
  platform = await startPlatform()
  directory = await mkdtemp(join(tmpdir(), 'sf-upload-'))
})
afterAll(async () => {
  await platform.stop()
  await rm(directory, { recursive: true })
})

const sf = (args: readonly string[], token: string | undefined) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'cli', 'main.ts'), 'upload', '--to', platform.uploads[0], '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SF_STATE: join(directory, 'state'), SF_TOKEN: token ?? '', SF_ISSUER: '' },
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (bytes) => {
    out += bytes
  })
  child.stderr.on('data', (bytes) => {
    err += bytes
  })
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, out, err }))
  return { child, ended, error: () => err }
}

test('a command that was killed goes on where it stopped; sent again, the file is one HEAD', async () => {
  const content = randomBytes(60_000_000)
  const file = join(directory, 'debit_2511.csv')
  await writeFile(file, content)
  const token = await platform.issuer.token()
  const first = sf([file, '--private', '--batch', '2511', '--type', 'debit'], token)
  while (!/ [1-4]0 % /.test(first.error())) await once(first.child.stderr, 'data')
  first.child.kill('SIGKILL')
  expect(await first.ended).toMatchObject({ signal: 'SIGKILL' })

  const second = await sf([file, '--private', '--batch', '2511', '--type', 'debit'], token).ended
  expect(second).toMatchObject({ code: 0 })
  const [sent] = JSON.parse(second.out).deposits
  expect(sent.sent).toBeGreaterThan(0)
  expect(sent.sent).toBeLessThan(content.byteLength)
  await platform.idle()
  expect((await readFile(join(platform.root, 'user1', `${sent.id}.bin`))).equals(content)).toBe(true)
  const info = JSON.parse((await readFile(join(platform.root, 'user1', `${sent.id}.info`))).toString())
  expect(info.MetaData).toMatchObject({ filename: 'debit_2511.csv', private: 'true', batch: '2511', typeSignauxFaibles: 'debit' })

  const third = await sf([file, '--private', '--batch', '2511', '--type', 'debit'], token).ended
  expect(JSON.parse(third.out).deposits[0]).toMatchObject({ id: sent.id, sent: 0 })
  const other = await sf([file, '--private', '--batch', '2512', '--type', 'debit'], token).ended
  expect(JSON.parse(other.out).deposits[0].id).not.toBe(sent.id)
})

test('an error has its exit code: 2 an unknown option, 3 a refused token, 4 no such file', async () => {
  const file = join(directory, 'small.csv')
  await writeFile(file, 'a;b')
  expect((await sf(['--nope', file], 'x').ended).code).toBe(2)
  expect((await sf([file], undefined).ended).code).toBe(3)
  expect((await sf([file], 'garbage').ended).code).toBe(3)
  expect((await sf([join(directory, 'absent.csv')], await platform.issuer.token()).ended).code).toBe(4)
})

test('a token is obtained from another device, waited for, and renewed', async () => {
  const asked: string[] = []
  let polls = 0
  const server = createServer((incoming, outgoing) => {
    let body = ''
    incoming.on('data', (bytes) => {
      body += bytes
    })
    incoming.on('end', () => {
      const grant = new URLSearchParams(body).get('grant_type') ?? ''
      const origin = `http://${incoming.headers.host}`
      const answers: Record<string, unknown> = {
        '/.well-known/openid-configuration': { token_endpoint: `${origin}/token`, device_authorization_endpoint: `${origin}/device` },
        '/device': { device_code: 'secret', user_code: 'ABCD', verification_uri: `${origin}/activate`, expires_in: 60, interval: 0.01 },
      }
      const answer =
        answers[incoming.url ?? ''] ??
        (grant === 'refresh_token'
          ? { access_token: 'second', expires_in: 600 }
          : polls++ < 2
            ? { error: 'authorization_pending' }
            : { access_token: 'first', refresh_token: 'r', expires_in: 1 })
      asked.push(`${incoming.url} ${grant}`)
      outgoing.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  const said: string[] = []
  const token = await deviceTokens({ issuer: `http://127.0.0.1:${address.port}`, client: 'cli', say: (line) => void said.push(line) })
  expect(said.join()).toContain('ABCD')
  expect(polls).toBe(3)
  expect([await token(), await token()]).toEqual(['second', 'second'])
  expect(asked.filter((line) => line.includes('refresh_token'))).toHaveLength(1)
  await new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)))
})
