import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { noticeOf } from '../../functions/settle/notice.ts'
import { smtpMailer } from '../../shared/adapters/mail.ts'
import { clamdScanner } from '../../shared/adapters/storage/clamd.ts'
import { commandScanner, scannerOf } from '../../shared/adapters/storage/scanner.ts'
import { newRecord } from '../../shared/domain/deposit/record.ts'
import type { Scanner } from '../../shared/domain/deposit/storage.ts'
import { AppError } from '../../shared/domain/errors.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type Fake = { limit?: number; loses?: boolean; answer?: (bytes: Buffer) => string; silent?: boolean; slowMs?: number; where?: string; dies?: number }

/**
 * A clamd of a few lines, which does what a real one (1.4) does: INSTREAM with its framing, one signature, a refusal at the announcement of the
 * chunk that goes beyond its limit, and then the end of the connection, whatever is still on its way. With `loses` the refusal of a file that is under
 * way never arrives, as when the client writes into a connection that was just closed. With `dies` it is gone for good once it took that many bytes.
 */
const startClamd = async (options: Fake = {}) => {
  let taken = 0
  let calls = 0
  const sockets = new Set<Socket>()
  // Only TCP has a reset; the other kind of socket is simply gone.
  const cut = (socket: Socket) => (options.where === undefined ? socket.resetAndDestroy() : socket.destroy())
  const server: Server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
    let waiting = Buffer.alloc(0)
    const received: Buffer[] = []
    let started = false
    let total = 0
    calls += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', async (bytes: Buffer) => {
      waiting = Buffer.concat([waiting, bytes])
      taken += bytes.byteLength
      if (options.silent) return
      if (options.dies !== undefined && taken >= options.dies) {
        server.close()
        for (const open of sockets) cut(open)
        return
      }
      if (options.slowMs) {
        socket.pause()
        setTimeout(() => socket.resume(), options.slowMs)
      }
      if (!started) {
        if (waiting.byteLength < 10) return
        expect(waiting.subarray(0, 10).toString()).toBe('zINSTREAM\0')
        waiting = waiting.subarray(10)
        started = true
      }
      while (waiting.byteLength >= 4) {
        const length = waiting.readUInt32BE(0)
        if (length === 0) {
          const all = Buffer.concat(received)
          socket.end(options.answer?.(all) ?? `stream: ${all.includes('EICAR') ? 'Eicar-Signature FOUND' : 'OK'}\0`)
          return
        }
        if (options.limit !== undefined && total + length > options.limit) {
          if (options.loses && total + waiting.byteLength > 4) cut(socket)
          else socket.end('INSTREAM size limit exceeded. ERROR\0', () => socket.destroy())
          return
        }
        if (waiting.byteLength < 4 + length) return
        total += length
        if (total < 1_000_000) received.push(waiting.subarray(4, 4 + length))
        waiting = waiting.subarray(4 + length)
      }
    })
  })
  server.listen(options.where ?? 0)
  await once(server, 'listening')
  closing.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  )
  const address = server.address()
  return { address: typeof address === 'string' ? address : `127.0.0.1:${address?.port}`, taken: () => taken, calls: () => calls }
}

const pieces = (...texts: string[]) =>
  async function* () {
    for (const text of texts) yield Buffer.from(text)
  }

const scan = (scanner: Scanner, ...texts: string[]) => scanner(pieces(...texts), texts.join('').length)

describe('clamd', () => {
  test('clean and infected, over TCP and over a Unix socket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'clamd-'))
    closing.push(() => rm(directory, { recursive: true, force: true }))
    for (const where of [undefined, join(directory, 'clamd.sock')]) {
      const { address } = await startClamd(where === undefined ? {} : { where })
      const scanner = clamdScanner({ address })
      expect(await scan(scanner, 'a;b\n', 'c;d\n')).toEqual({ result: 'clean', reason: null })
      expect(await scan(scanner, 'X5O!P%@AP', 'EICAR-TEST')).toEqual({ result: 'infected', reason: null })
    }
  })

  test('a file beyond its limit is not scanned because too large, whoever knows the limit', async () => {
    const { address } = await startClamd({ limit: 1000 })
    expect(await scan(clamdScanner({ address }), 'x'.repeat(600), 'x'.repeat(600), 'x'.repeat(600))).toEqual({ result: 'not-scanned', reason: 'too-large' })
    expect(await scan(clamdScanner({ address: '127.0.0.1:1', maxBytes: 10 }), 'x'.repeat(11))).toEqual({ result: 'not-scanned', reason: 'too-large' })
  })

  test('a refusal that is lost with its connection is asked again: too large, not an antivirus that fails', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'clamd-'))
    closing.push(() => rm(directory, { recursive: true, force: true }))
    for (const where of [undefined, join(directory, 'clamd.sock')]) {
      const { address, calls } = await startClamd({ limit: 1000, loses: true, ...(where === undefined ? {} : { where }) })
      expect(await scan(clamdScanner({ address }), 'x'.repeat(600), 'x'.repeat(600))).toEqual({ result: 'not-scanned', reason: 'too-large' })
      expect(calls()).toBe(2)
    }
  })

  test('a file in pieces of any size stops soon after the refusal', async () => {
    for (const size of [1, 1000, 64 * 1024, 8 * 1024 * 1024]) {
      const { address } = await startClamd({ limit: 1000 })
      let given = 0
      const open = async function* () {
        for (; given < 64 * 1024 * 1024; given += size) yield Buffer.alloc(size)
      }
      expect(await clamdScanner({ address })(open, 64 * 1024 * 1024)).toEqual({ result: 'not-scanned', reason: 'too-large' })
      expect(given).toBeLessThan(1000 + Math.max(4 * size, 256 * 1024))
    }
  })

  test('what it gave up reading because of its other limits is too large, not infected', async () => {
    const { address } = await startClamd({ answer: () => 'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0' })
    expect(await scan(clamdScanner({ address }), 'abc')).toEqual({ result: 'not-scanned', reason: 'too-large' })
  })

  test('one that dies in the middle is an error, and so is a file that cannot be read, by its own name', async () => {
    const { address } = await startClamd({ dies: 1000 })
    await expect(scan(clamdScanner({ address, silenceMs: 300 }), ...Array.from({ length: 50 }, () => 'x'.repeat(600)))).rejects.toMatchObject({
      code: 'STORAGE_DOWN',
    })
    const other = await startClamd()
    const broken = async function* () {
      yield Buffer.from('abc')
      throw new AppError('UPLOAD_UNKNOWN', 'gone')
    }
    await expect(clamdScanner({ address: other.address })(broken, 10)).rejects.toMatchObject({ code: 'UPLOAD_UNKNOWN' })
  })

  test('nothing is said on the standard streams, which belong to the log', async () => {
    const said = [vi.spyOn(console, 'error'), vi.spyOn(console, 'log'), vi.spyOn(console, 'warn')]
    const { address } = await startClamd({ limit: 1000, loses: true })
    await scan(clamdScanner({ address }), 'x'.repeat(600), 'x'.repeat(600))
    await scan(clamdScanner({ address: '127.0.0.1:1' }), 'abc').catch(() => undefined)
    for (const spy of said) {
      expect(spy).not.toHaveBeenCalled()
      spy.mockRestore()
    }
  })

  test.each([
    ['does not answer', { silent: true }],
    ['fails', { answer: () => 'stream: Broken ERROR\0' }],
    ['says something else', { answer: () => 'hello\0' }],
    ['says nothing', { answer: () => '' }],
  ])('one that %s is an error, never a verdict', async (_, options) => {
    const { address } = await startClamd(options)
    await expect(scan(clamdScanner({ address, silenceMs: 300 }), 'abc')).rejects.toMatchObject({ code: 'STORAGE_DOWN' })
  })

  test('one that is not there is an error', async () => {
    await expect(scan(clamdScanner({ address: '127.0.0.1:1' }), 'abc')).rejects.toMatchObject({ code: 'STORAGE_DOWN' })
  })

  test('a file larger than the memory allowed is sent no faster than it is taken', async () => {
    const { address, taken } = await startClamd({ slowMs: 1 })
    let given = 0
    let most = 0
    const open = async function* () {
      for (let piece = 0; piece < 60; piece++) {
        most = Math.max(most, given - taken())
        given += 1024 * 1024
        yield Buffer.alloc(1024 * 1024)
      }
    }
    expect(await clamdScanner({ address })(open, 60 * 1024 * 1024)).toEqual({ result: 'clean', reason: null })
    expect(most).toBeLessThan(20 * 1024 * 1024)
  })
})

describe('a command', () => {
  test.each([
    ['exit 0', 'clean'],
    ['exit 1', 'infected'],
  ])('%s is %s', async (script, result) => {
    expect(await scan(commandScanner(`${process.execPath} -e process.${script.replace(' ', '(')})`), 'abc')).toEqual({ result, reason: null })
  })
  test('it reads the file on its standard input', async () => {
    const script = "let%s='';process.stdin.on('data',d=>s+=d).on('end',()=>process.exit(s==='abcdef'?1:0))".replace('%s', '\u00a0s')
    expect(await scan(commandScanner(`${process.execPath} -e ${script.replace('\u00a0', '/**/')}`), 'abc', 'def')).toEqual({ result: 'infected', reason: null })
  })
  test('another exit code, or no such program, is an error', async () => {
    await expect(scan(commandScanner(`${process.execPath} -e process.exit(2)`), 'abc')).rejects.toMatchObject({ code: 'STORAGE_DOWN' })
    await expect(scan(commandScanner('/no/such/program'), 'abc')).rejects.toMatchObject({ code: 'STORAGE_DOWN' })
  })
})

test('a scanner that is not configured is refused at start', () => {
  expect(() => scannerOf({ kind: 'clamd', clamd: 'nowhere', command: '' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  expect(() => scannerOf({ kind: 'command', clamd: '', command: ' ' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})

test('without a scanner a deposit is recorded as not scanned', async () => {
  expect(await scan(scannerOf({ kind: 'none', clamd: '', command: '' }), 'abc')).toEqual({ result: 'not-scanned', reason: null })
})

test('a notice arrives at a real SMTP server, in French, with nothing of the client in its headers', async () => {
  const mails: { to: string; text: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, callback) {
      let text = ''
      stream.on('data', (bytes) => {
        text += bytes
      })
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address).join(), text })
        callback()
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  closing.push(() => new Promise((resolve) => server.close(() => resolve())))
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  const record = {
    ...newRecord(
      { id: 'a'.repeat(32), size: 10, owner: 'user1', sub: 's', email: 'p@example.org', metadata: { filename: 'x\r\nBcc: evil@example.org' } },
      new Date(0),
    ),
    reason: 'Une raison.',
  }
  const notice = noticeOf('quarantined', record)
  await smtpMailer(`smtp://127.0.0.1:${address.port}`, 'sf@example.org')({ to: 'p@example.org', ...notice })
  expect(mails).toHaveLength(1)
  const [headers = ''] = (mails[0]?.text ?? '').split('\r\n\r\n')
  expect(mails[0]?.to).toBe('p@example.org')
  expect(headers).not.toMatch(/evil|Bcc/i)
  expect(notice.text).toContain('Une raison.')
  expect(notice.text).toContain('Fichier : x Bcc: evil@example.org\n')
})
