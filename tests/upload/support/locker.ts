/** Increments a counter in a file under the lock, many times; may die holding it. Arguments: directory, counter, times, lease, whether it dies. */
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileLocks } from '../../../shared/adapters/storage/efs/lock.ts'

const [directory = '', counter = '', times = '0', leaseMs = '0', dies = ''] = process.argv.slice(2)
const locks = fileLocks({ directory, leaseMs: Number(leaseMs), custodian: undefined })
for (let time = 0; time < Number(times); time++) {
  const lease = await locks.acquire('counter', { waitMs: 60_000 })
  const value = Number(readFileSync(counter, 'utf8'))
  await pause(Math.random() * 3)
  writeFileSync(counter, String(value + 1))
  if (dies === 'dies' && time === Number(times) - 1) process.kill(process.pid, 'SIGKILL')
  await lease.release()
}
