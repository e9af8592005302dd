/** Files of the local disk as deposits: no driver is loaded, so that a process that only reads has the memory of reading. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { DepositFiles } from '../shared/domain/deposit/files.ts'
import type { ImportDocument } from '../shared/domain/spine/documents.ts'

/** Files of the local disk in the place of deposits: the id is the path. */
export const localFiles: DepositFiles = {
  record: async () => undefined,
  open: (id, range) => createReadStream(id, { highWaterMark: 1024 * 1024, ...(range === undefined ? {} : { start: range.start, end: range.end }) }),
  work: {
    write: async () => {
      throw new Error('a plain file needs no copy')
    },
    open: () => {
      throw new Error('a plain file has no copy')
    },
    remove: async () => {},
    async *list() {},
  },
}

export const documentOf = async (deposit: string, batch: string, source: string): Promise<ImportDocument> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(deposit)) hash.update(chunk)
  const now = new Date()
  return {
    deposit,
    batch,
    source,
    owner: 'user1',
    filename: deposit,
    completedAt: now,
    sha256: hash.digest('hex'),
    size: (await stat(deposit)).size,
    replaces: [],
    confirmed: false,
    withdrawn: false,
    closedRun: 0,
    settledRun: 0,
    registeredAt: now,
  }
}
