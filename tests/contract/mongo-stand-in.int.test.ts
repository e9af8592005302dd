import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Document } from 'mongodb'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type ResolvedMongo, resolveMongo } from '../../localstack/mongo/resolve.ts'
import { startStandIn } from '../../localstack/mongo/server.ts'
import { connectMongo, translateMongoError } from '../../shared/adapters/mongo/connect.ts'
import { consequenceOf } from '../../shared/domain/errors.ts'

/** What is true of the stand-in alone, and the order in which a server is chosen. */
type Doc = Document & { _id: string }

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mongo-stand-in-'))
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(directory, { recursive: true, force: true })
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const main = fileURLToPath(new URL('../../localstack/mongo/main.ts', import.meta.url))

/** The process itself, to be able to kill it. */
const start = async (...options: string[]) => {
  const child = spawn(process.execPath, [main, '--with-parent', ...options], { stdio: ['pipe', 'pipe', 'inherit'] })
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve))
  const { port } = JSON.parse(line) as { port: number }
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { child, gone, uri: `mongodb://127.0.0.1:${port}/` }
}

it('documents, indexes and their order survive a restart', async () => {
  // The mongod of a machine has its own ways of keeping documents.
  vi.stubEnv('PATH', '')
  const first = await resolveMongo({ directory })
  const a = await connectMongo(first.uri, { database: 'kept' })
  const c = a.db.collection<Doc>('c')
  await c.createIndex({ n: 1 }, { unique: true })
  await c.insertMany(Array.from({ length: 300 }, (_, i): Doc => ({ _id: `z${300 - i}`, n: i, text: 'é'.repeat(i) })))
  await c.deleteMany({ n: { $lt: 100 } })
  await c.updateOne({ n: 100 }, { $set: { text: 'changed' } })
  await a.db.collection('dropped').insertOne({ x: 1 })
  await a.db.collection('dropped').drop()
  const expected = await c.find({}).toArray()
  await a.close()
  await first.stop()

  const second = await resolveMongo({ directory })
  const b = await connectMongo(second.uri, { database: 'kept' })
  const again = b.db.collection<Doc>('c')
  expect(await again.find({}).toArray()).toEqual(expected)
  expect(expected).toHaveLength(200)
  await expect(again.insertOne({ _id: 'new', n: 150 })).rejects.toMatchObject({ code: 11_000, keyPattern: { n: 1 } })
  await again.insertOne({ _id: 'new', n: 1000 })
  expect((await b.db.listCollections().toArray()).map(({ name }) => name)).toEqual(['c'])
  await b.close()
  await second.stop()
})

it('what was acknowledged survives a kill', async () => {
  const { child, gone, uri } = await start('--directory', directory)
  const a = await connectMongo(uri, { database: 'kept' })
  const c = a.db.collection<Doc>('c')
  const acknowledged: string[] = []
  const writing = Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; ; i++) {
        const _id = `${writer}-${i}`
        await c.updateOne({ _id }, { $inc: { n: 1 } }, { upsert: true })
        acknowledged.push(_id)
        if (acknowledged.length === 500) child.kill('SIGKILL')
      }
    }),
  )
  const lost = await writing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(translateMongoError(lost)).toMatchObject({ code: 'DATABASE_DOWN', cause: lost })
  await gone
  const before = [...acknowledged]
  await a.close()

  const second = await start('--directory', directory)
  const b = await connectMongo(second.uri, { database: 'kept' })
  const kept = new Set((await b.db.collection<Doc>('c').find({}).toArray()).map(({ _id }) => _id))
  expect(before.filter((id) => !kept.has(id))).toEqual([])
  expect(before.length).toBeGreaterThanOrEqual(500)
  await b.close()
  second.child.stdin.end()
  expect(await second.gone).toBe(0)
})

it('it listens on loopback only', async () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.1', 'example.org']) {
    await expect(startStandIn({ host })).rejects.toThrow(/127\.0\.0\.1 only/)
  }
})

it('it goes when its parent goes, even killed', async () => {
  const script = `
    import { resolveMongo } from ${JSON.stringify(new URL('../../localstack/mongo/resolve.ts', import.meta.url).href)}
    process.env.PATH = ''
    const { uri } = await resolveMongo({})
    const { MongoClient } = await import(${JSON.stringify(import.meta.resolve('mongodb'))})
    const client = await new MongoClient(uri).connect()
    console.log(JSON.stringify(await client.db().command({ buildInfo: 1 })))
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await new Promise<string>((resolve) => createInterface({ input: parent.stdout }).once('line', resolve))
  const { pid } = JSON.parse(line) as { pid: number }
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000, interval: 20 })
})

it('bytes that are not the protocol close the connection, and only that one', async () => {
  const standIn = await startStandIn()
  const { connect } = await import('node:net')
  const socket = connect(standIn.port, '127.0.0.1')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await closed
  const mongo = await connectMongo(`mongodb://127.0.0.1:${standIn.port}/`, { database: 'x' })
  expect(await mongo.db.command({ ping: 1 })).toMatchObject({ ok: 1 })
  await mongo.close()
  await standIn.close()
})

it('what it cannot do is answered with 238, never done halfway', async () => {
  const standIn = await startStandIn()
  const mongo = await connectMongo(`mongodb://127.0.0.1:${standIn.port}/`, { database: 'x' })
  const c = mongo.db.collection<Doc>('c')
  await c.insertOne({ _id: 'a', l: [{ k: 1 }] })
  const refused = [
    () => c.aggregate([{ $lookup: { from: 'x', localField: 'a', foreignField: 'b', as: 'c' } }]).toArray(),
    () => c.find({ $where: 'true' }).toArray(),
    () => c.find({}, { collation: { locale: 'fr' } }).toArray(),
    () => c.createIndex({ text: 'text' }),
    () => c.createIndex({ at: 1 }, { expireAfterSeconds: 10 }),
    () => c.updateOne({ 'l.k': 1 }, { $set: { 'l.$.k': 2 } }),
    () => c.updateOne({ _id: 'a' }, { $set: { 'l.$[x].k': 2 } }, { arrayFilters: [{ 'x.k': 1 }] }),
    () => c.updateOne({ _id: 'a' }, { $currentDate: { at: true } } as never),
  ]
  for (const work of refused) await expect(work()).rejects.toMatchObject({ code: 238 })
  expect(await c.findOne({})).toEqual({ _id: 'a', l: [{ k: 1 }] })
  await mongo.close()
  await standIn.close()
})

it('the server is the one given, else a mongod of the machine, else the stand-in', async () => {
  expect(await resolveMongo({ uri: 'mongodb://user:secret@db.example:27017,other.example/x' })).toMatchObject({
    kind: 'uri',
    describe: 'MongoDB : le serveur de MONGODB_URI (db.example)',
  })

  vi.stubEnv('PATH', '')
  const standIn: ResolvedMongo = await resolveMongo({})
  expect(standIn.kind).toBe('stand-in')
  expect(standIn.describe).toContain('développement')
  await standIn.stop()

  // A stand-in in the guise of a mongod: what is tried is how one is found, started and stopped.
  const server = new URL('../../localstack/mongo/server.ts', import.meta.url).href
  const script = `import { startStandIn } from '${server}'
    await startStandIn({ port: Number(process.argv[process.argv.indexOf('--port') + 1]) })
    console.log('{"msg":"Waiting for connections"}')
    process.on('SIGINT', () => process.exit(0))`
  const install = (text: string) => {
    writeFileSync(join(directory, 'mongod'), text)
    chmodSync(join(directory, 'mongod'), 0o755)
  }
  writeFileSync(join(directory, 'mongod.mjs'), script)
  install(`#!/bin/sh\nexec '${process.execPath}' '${join(directory, 'mongod.mjs')}' "$@"\n`)
  vi.stubEnv('PATH', directory)
  const official = await resolveMongo({})
  expect(official.kind).toBe('mongod')
  const mongo = await connectMongo(official.uri, { database: 'x' })
  const { pid } = await mongo.db.command({ buildInfo: 1 })
  await mongo.close()
  await official.stop()
  expect(isAlive(pid)).toBe(false)

  install('#!/bin/sh\nexit 14\n')
  // The library says at length what the error says in one sentence.
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  await expect(resolveMongo({})).rejects.toMatchObject({ code: 'DATABASE_DOWN', message: expect.stringContaining('mongod de cette machine') })
  warn.mockRestore()
})

it('a download that fails says so in one sentence and exits 6', async () => {
  vi.stubEnv('PATH', '')
  vi.stubEnv('MONGOMS_DOWNLOAD_MIRROR', 'http://127.0.0.1:1')
  vi.stubEnv('MONGOMS_USE_HTTP', 'true')
  vi.stubEnv('MONGOMS_DOWNLOAD_DIR', directory)
  vi.stubEnv('MONGOMS_PREFER_GLOBAL_PATH', 'false')
  vi.stubEnv('MONGOMS_MAX_RETRIES', '0')
  const error = await resolveMongo({ download: true }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'DATABASE_DOWN', message: expect.stringContaining('téléchargé') })
  expect(consequenceOf(error).exit).toBe(6)
})
