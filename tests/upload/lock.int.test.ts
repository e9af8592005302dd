import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileLocks } from '../../shared/adapters/storage/efs/lock.ts'

test('six processes, two of which die holding the lock, lose no increment', async () => {
  const base = await mkdtemp(join(tmpdir(), 'lock-stress-'))
  const directory = join(base, 'locks')
  const counter = join(base, 'counter')
  await mkdir(directory)
  await writeFile(counter, '0')
  const run = async (times: number, dies: boolean) => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'support', 'locker.ts'), directory, counter, String(times), '1000', dies ? 'dies' : 'lives'],
      { stdio: 'inherit' },
    )
    await once(child, 'exit')
  }
  await Promise.all([run(50, false), run(50, false), run(50, false), run(50, false), run(20, true), run(20, true)])
  expect(Number(await readFile(counter, 'utf8'))).toBe(240)
  // One that died last leaves its lock: whoever comes next takes it over, and leaves nothing.
  await (await fileLocks({ directory, leaseMs: 1000, custodian: undefined }).acquire('counter', { waitMs: 5000 })).release()
  expect(await readdir(directory)).toEqual([])
  await rm(base, { recursive: true })
})
