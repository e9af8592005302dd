import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DepositFiles } from '../../domain/deposit/files.ts'
import { AppError } from '../../domain/errors.ts'
import { hasCode, translateFsError } from './efs/errors.ts'
import { tusdPaths } from './efs/layout.ts'
import { readPieces } from './efs/read-pieces.ts'
import { fileRecords } from './efs/records.ts'

/** `root` is the base of the storage. The files of deposits are opened for reading only; `work/` is made when it is missing. */
export const depositFiles = ({ root }: { root: string }): DepositFiles => {
  const paths = tusdPaths(join(root, 'tusd'))
  const records = fileRecords(paths, undefined)
  const workRoot = join(root, 'work')
  const work = (name: string) => join(workRoot, checkedName(name))
  return {
    record: async (id) => (await records.read(id))?.record,
    open: (id, range) => readPieces(paths.bin(id), range),
    work: {
      async write(name, bytes) {
        const target = work(name)
        const draft = join(workRoot, `.${randomUUID()}`)
        await mkdir(workRoot, { recursive: true, mode: 0o700 })
        const handle = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)
        let total = 0
        try {
          for await (const piece of bytes) {
            await handle.writeFile(piece)
            total += piece.byteLength
          }
          await handle.datasync()
          await handle.close()
          await rename(draft, target)
          return { bytes: total }
        } catch (error) {
          await handle.close().catch(() => undefined)
          await rm(draft, { force: true })
          throw translateFsError(error)
        }
      },
      open: (name, range) => readPieces(work(name), range),
      // drafts too: those of workers that died are listed, and go like copies
      remove: (name) => rm(DRAFT.test(name) ? join(workRoot, name) : work(name), { force: true }),
      async *list() {
        for (const name of await readdir(workRoot).catch(noNames)) {
          const found = await lstat(join(workRoot, name)).catch(() => undefined) // removed meanwhile
          if (found?.isFile()) yield { name, bytes: found.size, modifiedAt: found.mtime }
        }
      },
    },
  }
}

const DRAFT = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A plain name: no separator, nothing hidden. Throws `INPUT_INVALID`. */
export const checkedName = (name: string): string => {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(name)) return name
  throw new AppError('INPUT_INVALID', 'This is not the name of a work file.')
}

const noNames = (error: unknown): string[] => {
  if (hasCode(error, 'ENOENT')) return []
  throw translateFsError(error)
}
