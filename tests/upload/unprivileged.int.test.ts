import { execFile } from 'node:child_process'
import { chmod, chown, lstat, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { checkStorage } from '../../shared/adapters/storage/provision.ts'
import { EXAMPLE_GROUP, EXAMPLE_PASSWD } from '../../shared/domain/deposit/identity.ts'

const NOBODY = 65_534

/** Needs root to become somebody else; as an ordinary user the other tests show the same fallback. */
test.runIf(process.geteuid?.() === 0)('without root a deposit is placed all the same, and what could not be set is recorded and can be repaired', async () => {
  const root = await mkdtemp(join(tmpdir(), 'upload-nobody-'))
  await chown(root, NOBODY, NOBODY)
  await chmod(root, 0o755)
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'support', 'unprivileged.ts'), root], {
    uid: NOBODY,
    gid: NOBODY,
    env: { ...process.env, HOME: root },
  })
  const { id, warned } = JSON.parse(stdout)
  expect(warned).toEqual([id])
  const record = JSON.parse((await readFile(join(root, 'tusd', '.state', `${id}.json`))).toString())
  expect(record).toMatchObject({ state: 'announced', intended: { uid: 11_001, gid: 10_001, mode: '660' } })
  for (const suffix of ['bin', 'info']) {
    const [own, published] = [await lstat(join(root, 'tusd', `${id}.${suffix}`)), await lstat(join(root, 'user1', `${id}.${suffix}`))]
    expect({ ino: published.ino, nlink: published.nlink, uid: published.uid, mode: published.mode & 0o777 }).toEqual({
      ino: own.ino,
      nlink: 2,
      uid: NOBODY,
      mode: 0o660,
    })
  }
  const settings = { base: root, passwd: EXAMPLE_PASSWD, group: EXAMPLE_GROUP, publicOwner: 'user1' }
  expect((await checkStorage(settings)).map(({ path }) => path)).toEqual(expect.arrayContaining(['tusd', 'public', 'user1', `user1/${id}.bin`]))
  expect(await checkStorage({ ...settings, repair: true })).toEqual([])
  await rm(root, { recursive: true })
})
