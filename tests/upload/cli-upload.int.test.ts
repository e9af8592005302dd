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
  expect(first.error()).toMatch(/^debit_2511\.csv \d+ % de 60\.0 Mo, \d+\.\d Mo\/s$/m)

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

test('several files at once, by a token that is read from its file, with what they replace and that they are complete', async () => {
  const [one, two, tokenFile] = ['one.csv', 'two.csv', 'token'].map((name) => join(directory, name)) as [string, string, string]
  await writeFile(one, 'a;b')
  await writeFile(two, '')
  await writeFile(tokenFile, `${await platform.issuer.token()}\n`)
  const replaced = ['1'.repeat(32), '2'.repeat(32)] as const
  const { code, out } = await sf(['--token-file', tokenFile, '--replaces', replaced[0], '--replaces', replaced[1], '--complete', one, two], undefined).ended
  const { deposits } = JSON.parse(out)
  expect([code, deposits.map(({ file, bytes }: { file: string; bytes: number }) => [file, bytes])]).toEqual([
    0,
    [
      [one, 3],
      [two, 0],
    ],
  ])
  await platform.idle()
  for (const { id } of deposits) {
    const info = JSON.parse((await readFile(join(platform.root, 'public', `${id}.info`))).toString())
    expect(info.MetaData).toMatchObject({ private: 'false', replaces: replaced.join(','), complete: 'true', 'goup-path': 'user1' })
  }
})

test('a deposit that the server has forgotten is begun again', async () => {
  const file = join(directory, 'forgotten.csv')
  await writeFile(file, 'a;b')
  const token = await platform.issuer.token()
  const [first] = JSON.parse((await sf([file], token).ended).out).deposits
  await platform.idle()
  await rm(join(platform.root, 'tusd', '.state', `${first.id}.json`))
  const { code, out } = await sf([file], token).ended
  const [again] = JSON.parse(out).deposits
  expect([code, again.sent, again.id === first.id]).toEqual([0, 3, false])
})

test('an error has its exit code: 2 an unknown option, 3 a refused token, 4 no such file', async () => {
  const file = join(directory, 'small.csv')
  await writeFile(file, 'a;b')
  expect((await sf(['--nope', file], 'x').ended).code).toBe(2)
  expect((await sf([file], undefined).ended).code).toBe(3)
  expect((await sf([file], 'garbage').ended).code).toBe(3)
  expect((await sf([join(directory, 'absent.csv')], await platform.issuer.token()).ended).code).toBe(4)
})

test('a token is obtained from another device, waited for, and renewed; the command deposits with it', async () => {
  const valid = await platform.issuer.token()
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
          ? { access_token: valid, expires_in: 600 }
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
  expect([await token(), await token()]).toEqual([valid, valid])
  expect(asked.filter((line) => line.includes('refresh_token'))).toHaveLength(1)
  const file = join(directory, 'from-a-device.csv')
  await writeFile(file, 'a;b')
  const sent = await sf(['--issuer', `http://127.0.0.1:${address.port}`, '--client', 'cli', file], undefined).ended
  expect([sent.code, sent.err]).toEqual([0, expect.stringContaining('vérifiez le code ABCD')])
  await new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)))
})
