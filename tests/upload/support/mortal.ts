/**
 * A platform in a process of its own, which kills itself at a given moment. Arguments: root, identity provider, moment, how many
 * times the moment must come, two ports. Announcements and summaries go to files, which outlive it.
 */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Issuer } from './issuer.ts'
import { startPlatform } from './platform.ts'

const [root = '', issuer = '', moment = '', times = '1', first = '0', second = '0'] = process.argv.slice(2)
let left = Number(times)

const noted = (name: string, id: string) => appendFileSync(join(root, name), `${id}\n`)

const platform = await startPlatform({
  root,
  issuer: { issuer } as Issuer,
  ports: [Number(first), Number(second)],
  leaseMs: 1500,
  checkpoint: (reached) => {
    if (reached === moment && --left === 0) process.kill(process.pid, 'SIGKILL')
  },
  settle: {
    announce: async (id) => {
      noted('announced.log', id)
      return { id: 'message' }
    },
    writeSummary: async ({ id, state }) => noted('summaries.log', `${id} ${state}`),
  },
})
process.stdout.write(`${JSON.stringify(platform.uploads)}\n`)
