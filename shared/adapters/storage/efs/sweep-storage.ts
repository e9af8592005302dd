import { lstat, opendir, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SweepStorage } from '../../../domain/deposit/storage.ts'
import { hasCode, translateFsError } from './errors.ts'
import { tusdPaths } from './layout.ts'
import { fileLocks, REQUEST_LEASE_MS } from './lock.ts'
import type { Custodian } from './ownership.ts'
import { fileRecords } from './records.ts'

export type EfsSweepOptions = { base: string; custodian?: Custodian; now?: () => number }

/** The storage as `sweep` sees it: flat directories of what is under way, never the history (upload §10 trap 21). */
export const efsSweepStorage = ({ base, custodian, now = Date.now }: EfsSweepOptions): SweepStorage => {
  const paths = tusdPaths(join(base, 'tusd'))
  const records = fileRecords(paths, custodian)
  const stat = (path: string) => lstat(path).catch(absent)
  return {
    records,
    locks: fileLocks({ directory: paths.hidden('locks'), leaseMs: REQUEST_LEASE_MS, custodian }),
    marks: () => namesOf(paths.hidden('pending')),
    async facts(id) {
      const [stored, mark, data, state, tokens] = await Promise.all([
        records.read(id),
        stat(paths.pending(id)),
        stat(paths.bin(id)),
        stat(paths.state(id)),
        readdir(join(paths.hidden('locks'), `${id}.lck`)).catch((): string[] => []),
      ])
      return {
        record: stored?.record,
        received: data?.isFile() ? data.size : undefined,
        markedAt: mark?.mtimeMs ?? now(),
        dataWrittenAt: data?.mtimeMs,
        recordWrittenAt: state?.mtimeMs,
        isLocked: tokens.some((token) => expiryOf(token) > now()),
      }
    },
    unmark: (id) => rm(paths.pending(id), { force: true }),
    async removeData(id) {
      await rm(paths.info(id), { force: true })
      await rm(paths.bin(id), { force: true })
    },
    async *quarantinedBefore(before) {
      for await (const id of namesOf(paths.hidden('quarantine'))) {
        const mark = await stat(paths.quarantined(id))
        if (mark && mark.mtimeMs < before.getTime()) yield id
      }
    },
    release: (id) => rm(paths.quarantined(id), { force: true }),
    async isTakenAway(id) {
      const data = await stat(paths.bin(id))
      return data?.isFile() === true && data.nlink === 1
    },
    async clean(before) {
      let removed = 0
      for await (const name of namesOf(paths.hidden('tmp'))) {
        const path = join(paths.hidden('tmp'), name)
        const draft = await stat(path)
        if (!draft || draft.mtimeMs >= before.getTime()) continue
        await rm(path, { force: true })
        removed += 1
      }
      for await (const name of namesOf(paths.hidden('locks'))) removed += await cleanLock(join(paths.hidden('locks'), name), before.getTime())
      return removed
    },
  }
}

/** Only tokens whose lease ended long ago, each by its name; then the directory, if it is empty. */
const cleanLock = async (path: string, before: number): Promise<number> => {
  const tokens = await readdir(path).catch((): string[] => [])
  if (tokens.some((token) => expiryOf(token) >= before)) return 0
  const found = await lstat(path).catch(absent)
  if (!found || found.mtimeMs >= before) return 0
  for (const token of tokens) await rm(join(path, token), { force: true })
  return rmdir(path).then(
    () => 1,
    () => 0, // taken meanwhile
  )
}

const expiryOf = (token: string): number => Number(token.split('-')[0])

const absent = (error: unknown): undefined => {
  if (!hasCode(error, 'ENOENT')) throw translateFsError(error)
}

async function* namesOf(directory: string): AsyncGenerator<string, void, undefined> {
  for await (const entry of await opendir(directory)) yield entry.name
}
