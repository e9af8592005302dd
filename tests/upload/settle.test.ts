import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { efsSettleStorage } from '../../shared/adapters/storage/efs/settle-storage.ts'
import { checkStorage, provisionStorage } from '../../shared/adapters/storage/provision.ts'
import { EXAMPLE_GROUP, EXAMPLE_PASSWD, gidOf, type Profile, uidOf } from '../../shared/domain/deposit/identity.ts'
import { DepositRecord } from '../../shared/domain/deposit/record.ts'
import { layout, ORIGIN, type Platform, type PlatformOptions, startPlatform } from './support/platform.ts'
import { clientOf, idOf, metadata } from './support/target.ts'

const isRoot = process.geteuid?.() === 0
let platform: Platform | undefined
afterEach(async () => {
  await platform?.stop()
  platform = undefined
})

const start = async (options: PlatformOptions = {}) => {
  const running = await startPlatform(options)
  platform = running
  const client = clientOf({
    uploads: running.uploads,
    issuer: running.issuer.issuer,
    token: (partner, claims = {}) => running.issuer.token({ 'goup-path': partner, ...claims }),
    origin: ORIGIN,
    root: running.root,
    placed: () => running.idle(),
  })
  const record = async (id: string) => DepositRecord.parse(JSON.parse((await readFile(join(running.root, 'tusd', '.state', `${id}.json`))).toString()))
  const deposit = async (content: string, partner: 'user1' | 'user2', isPrivate: boolean) => {
    const authorization = `Bearer ${await running.issuer.token({ 'goup-path': partner })}`
    const created = await client.post(
      {
        authorization,
        'upload-length': String(content.length),
        'content-type': 'application/offset+octet-stream',
        'upload-metadata': metadata({ private: String(isPrivate), filename: 'f.csv' }),
      },
      content,
    )
    expect(created.status).toBe(201)
    const id = idOf(created.headers.location ?? '')
    await running.idle()
    return id
  }
  return { ...running, client, record, deposit }
}

/** Owner, group and mode of every file and directory that is not hidden, by path. */
const tree = async (root: string, profile: Profile, names: Readonly<Record<string, string>>) => {
  const { accounts } = layout(profile)
  const userOf = new Map([...accounts.users].map(([name, { uid }]) => [uid, name]))
  const groupOf = new Map([...accounts.groups].map(([name, { gid }]) => [gid, name]))
  const found: Record<string, string> = {}
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1)
    if (path.includes('/.') || path.startsWith('work')) continue
    const stats = await lstat(join(root, path))
    const shown = path.replace(/[0-9a-f]{32}/, (id) => names[id] ?? id)
    found[entry.isDirectory() ? `${shown}/` : shown] =
      `${userOf.get(stats.uid)}:${groupOf.get(stats.gid)} ${(stats.mode & 0o777).toString(8)}${entry.isDirectory() ? '' : ` ×${stats.nlink}`}`
  }
  return found
}

const four = async ({ deposit }: Awaited<ReturnType<typeof start>>) => ({
  [await deposit('one', 'user1', false)]: 'file1',
  [await deposit('two', 'user1', true)]: 'file2',
  [await deposit('three', 'user2', false)]: 'file3',
  [await deposit('four', 'user2', true)]: 'file4',
})

describe.runIf(isRoot)('as root, owners and modes of the four files of the example', () => {
  test('profile seed', async () => {
    const running = await start()
    const both = (path: string, rights: string) => ({ [`${path}.bin`]: `${rights} ×2`, [`${path}.info`]: `${rights} ×2` })
    expect(await tree(running.root, 'seed', await four(running))).toEqual({
      'tusd/': 'goup:goup 770',
      ...both('tusd/file1', 'user1:users 660'),
      ...both('tusd/file2', 'user1:goup 660'),
      ...both('tusd/file3', 'user2:users 660'),
      ...both('tusd/file4', 'user2:goup 660'),
      'public/': 'user1:users 770',
      ...both('public/file1', 'user1:users 660'),
      ...both('public/file3', 'user2:users 660'),
      'user1/': 'user1:goup 770',
      ...both('user1/file2', 'user1:goup 660'),
      'user2/': 'user2:goup 770',
      ...both('user2/file4', 'user2:goup 660'),
    })
    expect(await checkStorage({ base: running.root, passwd: EXAMPLE_PASSWD, group: EXAMPLE_GROUP, publicOwner: 'user1' })).toEqual([])
  })

  test('profile strict', async () => {
    const running = await start({ profile: 'strict' })
    const both = (path: string, rights: string) => ({ [`${path}.bin`]: `${rights} ×2`, [`${path}.info`]: `${rights} ×2` })
    expect(await tree(running.root, 'strict', await four(running))).toEqual({
      'tusd/': 'goup:goup 750',
      ...both('tusd/file1', 'goup:public 640'),
      ...both('tusd/file2', 'goup:user1 640'),
      ...both('tusd/file3', 'goup:public 640'),
      ...both('tusd/file4', 'goup:user2 640'),
      'public/': 'goup:public 750',
      ...both('public/file1', 'goup:public 640'),
      ...both('public/file3', 'goup:public 640'),
      'user1/': 'goup:user1 750',
      ...both('user1/file2', 'goup:user1 640'),
      'user2/': 'goup:user2 750',
      ...both('user2/file4', 'goup:user2 640'),
    })
    const { accounts } = layout('strict')
    const base = await lstat(running.root)
    expect([base.uid, base.gid, base.mode & 0o777]).toEqual([uidOf('goup', accounts), gidOf('goup', accounts), 0o750])
    const settings = { base: running.root, passwd: EXAMPLE_PASSWD, group: EXAMPLE_GROUP, profile: 'strict' as const }
    expect(await checkStorage(settings)).toEqual([])
    await chmod(running.root, 0o755)
    expect((await checkStorage(settings)).map(({ path }) => path)).toEqual(['.'])
    expect((await provisionStorage(settings)).filter(({ done }) => done !== 'kept')).toEqual([{ path: '.', done: 'mended', intended: null }])
    expect(await checkStorage(settings)).toEqual([])
  })

  test('what the service keeps for itself is goup:goup, the record 640', async () => {
    const { root, deposit, client } = await start()
    const id = await deposit('one', 'user1', true)
    const open = await client.create(5)
    const { accounts } = layout()
    const goup = { uid: uidOf('goup', accounts), gid: gidOf('goup', accounts) }
    for (const [path, mode] of [
      [`.state/${id}.json`, 0o640],
      [`.state/${idOf(open)}.json`, 0o640],
      [`.pending/${idOf(open)}`, 0o660],
      [`${idOf(open)}.bin`, 0o660],
      [`${idOf(open)}.info`, 0o660],
    ] as const) {
      const stats = await lstat(join(root, 'tusd', path))
      expect({ path, uid: stats.uid, gid: stats.gid, mode: stats.mode & 0o777 }).toEqual({ path, ...goup, mode })
    }
  })

  test('provisioning mends what differs, keeps the rest and never touches a file; check says what differs and repair applies it', async () => {
    const { root, deposit } = await start()
    const id = await deposit('one', 'user1', true)
    const settings = { base: root, passwd: EXAMPLE_PASSWD, group: EXAMPLE_GROUP, publicOwner: 'user1' }
    await chmod(join(root, 'user2'), 0o777)
    await chmod(join(root, 'user1', `${id}.bin`), 0o600)
    expect((await checkStorage(settings)).map(({ path }) => path)).toEqual(['user2', `tusd/${id}.bin`, `user1/${id}.bin`])
    const done = await provisionStorage(settings)
    expect(done.filter(({ done: what }) => what !== 'kept')).toEqual([{ path: 'user2', done: 'mended', intended: null }])
    expect((await lstat(join(root, 'user1', `${id}.bin`))).mode & 0o777).toBe(0o600)
    expect(await checkStorage({ ...settings, repair: true })).toEqual([])
    expect((await lstat(join(root, 'user1', `${id}.bin`))).mode & 0o777).toBe(0o660)
    expect((await checkStorage({ ...settings, base: join(root, 'nothing') })).map(({ found }) => found)).toContain('missing')
  })

  test('check misses no file that was taken away downstream, nor what was freed since; one that lost its bytes under a published name it does', async () => {
    const { root, deposit, client } = await start()
    const settings = { base: root, passwd: EXAMPLE_PASSWD, group: EXAMPLE_GROUP, publicOwner: 'user1' }
    const [taken, lost] = [await deposit('one', 'user1', true), await deposit('two', 'user1', true)]
    await rm(join(root, 'user1', `${taken}.bin`)) // its description may stay
    expect(await checkStorage(settings)).toEqual([])
    for (const name of [`${taken}.bin`, `${taken}.info`]) await rm(join(root, 'tusd', name))
    expect(await checkStorage(settings)).toEqual([])
    await rm(join(root, 'tusd', `${lost}.bin`))
    await rm(join(root, 'tusd', `${idOf(await client.create(3))}.info`))
    const missed = (await checkStorage(settings)).map(({ path, found }) => `${path.replace(/[0-9a-f]{32}/, 'x')} ${found}`)
    expect(missed.toSorted()).toEqual(['tusd/x.bin missing', 'tusd/x.info missing'])
  })

  test('check does not miss what left quarantine', async () => {
    const { root, deposit, record } = await start({ settle: { scan: async () => ({ result: 'infected', reason: null }) } })
    const settings = { base: root, passwd: EXAMPLE_PASSWD, group: EXAMPLE_GROUP, publicOwner: 'user1' }
    const id = await deposit('evil', 'user1', true)
    expect([(await record(id)).state, await checkStorage(settings)]).toEqual(['quarantined', []])
    await chmod(join(root, 'tusd', `${id}.bin`), 0o660)
    expect((await checkStorage(settings)).map(({ path }) => path)).toEqual([`tusd/${id}.bin`])
    await rm(join(root, 'tusd', `${id}.bin`))
    expect(await checkStorage(settings)).toEqual([])
  })

  test('a directory of the wrong owner blocks the deposit until it is mended', async () => {
    const { root, deposit, record, settle, announced } = await start()
    const { chown } = await import('node:fs/promises')
    await chown(join(root, 'user1'), 12345, 12345)
    const id = await deposit('one', 'user1', true)
    expect(await record(id)).toMatchObject({ state: 'blocked', reason: expect.stringContaining('répertoire') })
    await provisionStorage({ base: root, passwd: EXAMPLE_PASSWD, group: EXAMPLE_GROUP, publicOwner: 'user1' })
    await settle(id)
    expect(await record(id)).toMatchObject({ state: 'announced', reason: null })
    expect(announced).toEqual([id])
  })
})

describe('a deposit that meets an obstacle', () => {
  const squatters: readonly (readonly [string, (path: string, root: string) => Promise<void>])[] = [
    ['a file', (path) => writeFile(path, 'foreign')],
    ['a directory', async (path) => void (await mkdir(path))],
    ['a link to a file', async (path, root) => (await writeFile(join(root, 'victim'), 'victim'), symlink(join(root, 'victim'), path))],
    ['a link to a directory', async (path, root) => (await mkdir(join(root, 'other')), symlink(join(root, 'other'), path))],
    ['a link to nothing', (path, root) => symlink(join(root, 'nothing'), path)],
  ]
  test.each(squatters)('%s at the destination: blocked, untouched, and published once it is gone', async (_, squat) => {
    const { root, client, record, settle, rung, announced } = await start({ settles: false })
    const path = await client.create(5, { 'upload-metadata': metadata({ private: 'true' }) })
    const id = idOf(path)
    const destination = join(root, 'user1', `${id}.bin`)
    await squat(destination, root)
    const before = await lstat(destination)
    await client.patch(path, 0, 'hello')
    expect(rung).toEqual([id])
    await settle(id)
    expect(await record(id)).toMatchObject({ state: 'blocked', placedAt: null, reason: expect.stringContaining('destination') })
    const after = await lstat(destination)
    expect({ ino: after.ino, mode: after.mode, uid: after.uid, size: after.size }).toEqual({
      ino: before.ino,
      mode: before.mode,
      uid: before.uid,
      size: before.size,
    })
    expect(announced).toEqual([])
    expect((await client.head(path)).headers['upload-offset']).toBe('5')
    await rm(destination, { recursive: true })
    await settle(id)
    expect(await record(id)).toMatchObject({ state: 'announced', reason: null })
    expect((await readFile(destination)).toString()).toBe('hello')
  })

  test('a missing directory, or a link in its place, blocks it', async () => {
    const { root, deposit, record } = await start()
    await rm(join(root, 'user1'), { recursive: true })
    expect(await record(await deposit('one', 'user1', true))).toMatchObject({ state: 'blocked' })
    await symlink(join(root, 'public'), join(root, 'user1'))
    expect(await record(await deposit('one', 'user1', true))).toMatchObject({ state: 'blocked' })
    expect(await readdir(join(root, 'public'))).toEqual([])
  })

  test('data that is not as long as announced blocks it', async () => {
    const { root, client, settle, record } = await start({ settles: false })
    const id = idOf(await client.finished('hello'))
    await truncate(join(root, 'tusd', `${id}.bin`), 3)
    await settle(id)
    expect(await record(id)).toMatchObject({ state: 'blocked', reason: expect.stringContaining('taille') })
  })

  test('an infected file is shut away: neither linked nor announced, and its partner is told', async () => {
    const told: string[] = []
    const { root, deposit, record, announced, summaries } = await start({
      settle: { scan: async () => ({ result: 'infected', reason: null }), notify: async (notice) => void told.push(notice) },
    })
    const id = await deposit('evil', 'user1', false)
    expect(await record(id)).toMatchObject({ state: 'quarantined', scan: { result: 'infected' }, reason: expect.stringContaining('antivirus'), placedAt: null })
    expect([await readdir(join(root, 'public')), announced, told]).toEqual([[], [], ['quarantined']])
    expect((await lstat(join(root, 'tusd', `${id}.bin`))).mode & 0o777).toBe(0o600)
    expect(summaries.get(id)).toMatchObject({ state: 'quarantined' })
    expect(await readdir(join(root, 'tusd', '.pending'))).toEqual([])
    expect(await readdir(join(root, 'tusd', '.quarantine'))).toEqual([id])
  })

  test('a file too large for the scanner is announced, or blocked where the configuration says so', async () => {
    const scan = async () => ({ result: 'not-scanned', reason: 'too-large' }) as const
    const first = await start({ settle: { scan } })
    expect(await first.record(await first.deposit('big', 'user1', false))).toMatchObject({
      state: 'announced',
      scan: { result: 'not-scanned', reason: 'too-large' },
    })
    await first.stop()
    const second = await start({ settle: { scan, scanTooLarge: 'block' } })
    expect(await second.record(await second.deposit('big', 'user1', false))).toMatchObject({ state: 'blocked', placedAt: null })
  })

  test('a scanner that fails is a step to run again, never a verdict', async () => {
    let fails = true
    const { client, settle, record } = await start({
      settles: false,
      settle: {
        scan: async () => {
          if (fails) throw new Error('no answer')
          return { result: 'clean', reason: null }
        },
      },
    })
    const id = idOf(await client.finished('hello'))
    await expect(settle(id)).rejects.toThrow('no answer')
    expect(await record(id)).toMatchObject({ state: 'complete', scan: null, sha256: createHash('sha256').update('hello').digest('hex') })
    fails = false
    await settle(id)
    expect(await record(id)).toMatchObject({ state: 'announced', scan: { result: 'clean' } })
  })

  test('without MongoDB the deposit goes on and keeps its mark', async () => {
    const { root, deposit, record, announced } = await start({
      settle: {
        writeSummary: async () => {
          throw new Error('away')
        },
      },
    })
    const id = await deposit('one', 'user1', false)
    expect(await record(id)).toMatchObject({ state: 'announced' })
    expect([announced, await readdir(join(root, 'tusd', '.pending'))]).toEqual([[id], [id]])
  })

  test('a mail that cannot be sent changes nothing', async () => {
    const { deposit, record } = await start({
      settle: {
        notify: async () => {
          throw new Error('no server')
        },
      },
    })
    expect(await record(await deposit('one', 'user1', false))).toMatchObject({ state: 'announced' })
  })

  test('settled twice at once, a deposit is announced once', async () => {
    const { client, settle, announced, record } = await start({ settles: false })
    const id = idOf(await client.finished('hello'))
    await Promise.all([settle(id), settle(id)])
    expect([announced, (await record(id)).state]).toEqual([[id], 'announced'])
  })

  test('a deposit nobody knows is no work', async () => {
    const { settle } = await start()
    await expect(settle('b'.repeat(32))).rejects.toMatchObject({ code: 'UPLOAD_UNKNOWN' })
  })
})

test('the .info file is not written again once it is linked', async () => {
  const { root, deposit, record } = await start()
  const id = await deposit('one', 'user1', false)
  const before = await lstat(join(root, 'tusd', `${id}.info`))
  await efsSettleStorage({ base: root, layout: layout() }).describe(await record(id))
  expect((await lstat(join(root, 'tusd', `${id}.info`))).ino).toBe(before.ino)
})
