import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from './fixtures/instances.ts'
import { isReachableByAll, type Postgres, serverPidOf, startPostgres } from './postgres.ts'
import { isAlive } from './processes.ts'

let scratch: string
const query = async (server: Pick<Postgres, 'url'>, text: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: server.url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'postgres-test-'))
  await chmod(scratch, 0o711)
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

const scratchFor = async (name: string): Promise<string> => {
  const directory = path.join(scratch, name)
  await mkdir(directory, { recursive: true })
  return directory
}

describe('the embedded PostgreSQL', () => {
  test('sorts as French does, has the extensions, and never runs as root', async () => {
    const server = await startPostgres({ directory: path.join(scratch, 'plain'), scratch: await scratchFor('plain-run') })
    try {
      const sorted = await query(server, `select x from unnest(array['été', 'zoo', 'ete', 'Éa']) x order by x`)
      expect(sorted.map(({ x }) => x)).toEqual(['Éa', 'ete', 'été', 'zoo'])
      await query(server, 'create extension pg_trgm; create extension unaccent; create extension btree_gin')
      if (process.platform === 'linux') {
        const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
        expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe(String(process.getuid?.() === 0 ? 65_534 : process.getuid?.()))
      }
    } finally {
      await server.stop()
    }
    expect(isAlive(server.pid)).toBe(false)
  })

  test('keeps its data between two starts on the same directory', async () => {
    const options = { directory: path.join(scratch, 'kept'), scratch: await scratchFor('kept-run') }
    const first = await startPostgres(options)
    await query(first, 'create table memory as select 42 as answer')
    await first.stop()
    const second = await startPostgres({ ...options, scratch: await scratchFor('kept-run-2') })
    try {
      expect(await query(second, 'select answer from memory')).toEqual([{ answer: 42 }])
    } finally {
      await second.stop()
    }
  })

  test('a server left by a killed program is stopped, and what it had committed is there', async () => {
    const directory = path.join(scratch, 'killed')
    const run = await scratchFor('killed-run')
    const program = `
      import { startPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'postgres.ts'))}
      import { Client } from 'pg'
      const server = await startPostgres(${JSON.stringify({ directory, scratch: run })})
      const client = new Client({ connectionString: server.url })
      await client.connect()
      await client.query('create table memory as select 7 as answer')
      console.log('committed')
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: path.resolve(import.meta.dirname, '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    await until(() => output.includes('committed'))
    child.kill('SIGKILL')
    const leftover = await serverPidOf(path.join(directory, 'data'))
    expect(leftover).toBeDefined()
    const server = await startPostgres({ directory, scratch: await scratchFor('killed-run-2') })
    try {
      expect(await query(server, 'select answer from memory')).toEqual([{ answer: 7 }])
      expect(isAlive(leftover ?? 0)).toBe(false)
    } finally {
      await server.stop()
    }
  })

  /** Starts and stops in a process of its own. */
  const startElsewhere = async (name: string, before: string, identity: { uid?: number; gid?: number } = {}) => {
    const [directory, run] = [await scratchFor(name), await scratchFor(`${name}-run`)]
    for (const own of [directory, run]) if (identity.uid !== undefined) await chown(own, identity.uid, identity.uid)
    const options = JSON.stringify({ directory: path.join(directory, 'data'), scratch: run })
    const program = `
      import { startPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'postgres.ts'))}
      ${before}
      const server = await startPostgres(${options})
      await server.stop()
      console.log('stopped')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { ...identity, cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk
      })
    }
    await once(child, 'close')
    return output.trim()
  }

  test('starts under a umask that leaves nothing to others', async () => {
    expect(await startElsewhere('umask', 'process.umask(0o077)')).toBe('stopped')
  })

  test.runIf(process.getuid?.() === 0)('starts for somebody who may not write beside the packages', async ({ skip }) => {
    skip(!(await isReachableByAll(import.meta.dirname)), 'another user cannot read the code where it is')
    expect(await startElsewhere('ordinary', '', { uid: 65_534, gid: 65_534 })).toBe('stopped')
  })

  test('a folder that only its owner may enter is known as such', async () => {
    const closed = path.join(scratch, 'closed')
    await mkdir(path.join(closed, 'inside'), { recursive: true })
    await chmod(closed, 0o700)
    expect(await isReachableByAll(path.join(closed, 'inside'))).toBe(false)
    expect(await isReachableByAll(scratch)).toBe(true)
  })
})
