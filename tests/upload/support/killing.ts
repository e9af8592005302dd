/** A platform that is killed at a given moment of an upload, and what brings the upload to its end afterwards. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { settleDeposit } from '../../../functions/settle/settle.ts'
import { silentLog } from '../../../shared/adapters/log.ts'
import { efsSettleStorage } from '../../../shared/adapters/storage/efs/settle-storage.ts'
import { efsSweepStorage } from '../../../shared/adapters/storage/efs/sweep-storage.ts'
import { custodianOf } from '../../../shared/adapters/storage/identity-files.ts'
import { sweepUploads } from '../../../shared/adapters/storage/sweep.ts'
import type { DepositSummary } from '../../../shared/domain/deposit/record.ts'
import { layout } from './platform.ts'

/** Number of the point in upload §4.3, the moment, how many times it must come before the process dies, what the point is. */
export type KillPoint = readonly [number, string, number, string]

/** The twelve points of an upload of so many pieces, which `settle` reads in so many. */
export const killPoints = (pieces: number, reads: number): readonly KillPoint[] => [
  [1, 'create.data-made', 1, 'the data is made, the record is not'],
  [2, 'append.part-written', Math.ceil(pieces / 2), 'a part of a piece is written'],
  [3, 'append.durable', pieces, 'the last byte is durable, the record does not know'],
  [4, 'upload.ring', 1, 'the upload is complete, settle was not rung'],
  [5, 'settle.hashing', Math.ceil(reads / 2), 'in the middle of the hash'],
  [6, 'settle.described', 1, 'the final .info is in place, the record says complete'],
  [7, 'settle.rights-set', 1, 'the data has its rights, .info has not'],
  [8, 'settle.linked', 1, 'the data is linked, .info is not'],
  [9, 'settle.linked', 2, 'both are linked, the record says scanned'],
  [10, 'settle.place-recorded', 1, 'the record says placed, no message has left'],
  [11, 'settle.sent', 1, 'the message has left, the record says placed'],
  [12, 'settle.announce-recorded', 1, 'the record says announced, the summary is not written'],
]

export type Mortal = { child: ChildProcess; uploads: string[]; ports: number[] }

/** Kills itself when `moment` comes for the `times`th time; never, when `times` is 0. `ports` are those of its two instances. */
export const startMortal = async (root: string, issuer: string, moment: string, times: number, ports: readonly number[] = [0, 0]): Promise<Mortal> => {
  const given = [root, issuer, moment, String(times), ...ports.map(String)]
  const child = spawn(process.execPath, [join(import.meta.dirname, 'mortal.ts'), ...given], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const uploads = JSON.parse(String(line)) as string[]
  return { child, uploads, ports: uploads.map((url) => Number(new URL(url).port)) }
}

/** What `sweep` and the second delivery of the message do afterwards, in this process. */
export const heal = async (root: string, announced: string[], summaries: DepositSummary[]) => {
  const { accounts } = layout()
  const storage = efsSettleStorage({ base: root, layout: layout(), custodian: custodianOf(accounts), leaseMs: 1500 })
  const writeSummary = async (summary: DepositSummary) => void summaries.push(summary)
  const ring = (id: string) =>
    settleDeposit(
      {
        storage,
        scan: async () => ({ result: 'not-scanned', reason: null }),
        scanTooLarge: 'announce',
        announce: async (message) => {
          announced.push(message)
          return { id: 'again' }
        },
        writeSummary,
        notify: async () => {},
        now: () => new Date(),
        log: silentLog,
      },
      id,
      new AbortController().signal,
    )
  const written = async (states: ReadonlyMap<string, string>) =>
    new Set([...states].flatMap(([id, state]) => (summaries.some((summary) => summary.id === id && summary.state === state) ? [id] : [])))
  const limits = { ringAfterMs: -1, ringBlockedEveryMs: -1, expireAfterMs: 3_600_000, orphanAfterMs: -1 }
  return sweepUploads({
    storage: efsSweepStorage({ base: root, custodian: custodianOf(accounts) }),
    ring,
    summaries: { write: writeSummary, written },
    limits,
    now: () => new Date(),
    log: silentLog,
  })
}
