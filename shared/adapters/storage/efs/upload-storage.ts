import { constants } from 'node:fs'
import { type FileHandle, open, readdir, rm } from 'node:fs/promises'
import { infoOf } from '../../../domain/deposit/info.ts'
import { countOpenUploads } from '../../../domain/deposit/open-uploads.ts'
import { RECEIVING_MODE } from '../../../domain/deposit/placement.ts'
import type { UploadStorage } from '../../../domain/deposit/storage.ts'
import { AppError } from '../../../domain/errors.ts'
import { createFile, writeJson } from './durable.ts'
import { hasCode, translateFsError } from './errors.ts'
import { tusdPaths } from './layout.ts'
import { fileLocks, REQUEST_LEASE_MS } from './lock.ts'
import type { Custodian } from './ownership.ts'
import { fileRecords } from './records.ts'

/**
 * Names of the moments at which a process may die (upload §4.3). `checkpoint` is called at each of them; tests stop the process
 * there.
 */
export type Checkpoint = (moment: string, id: string) => void | Promise<void>

/** `tusd` is the directory of uploads. `custodian` is set when the process is root (local runs). */
export type EfsUploadOptions = { tusd: string; custodian?: Custodian; leaseMs?: number; checkpoint?: Checkpoint; onLockLost?: (id: string) => void }

/** Uploads on a POSIX directory shared by every instance of the function. */
export const efsUploadStorage = (options: EfsUploadOptions): UploadStorage => {
  const paths = tusdPaths(options.tusd)
  const custodian = options.custodian
  const records = fileRecords(paths, custodian)
  const checkpoint: Checkpoint = options.checkpoint ?? (() => undefined)
  const settings = { directory: paths.hidden('locks'), leaseMs: options.leaseMs ?? REQUEST_LEASE_MS, custodian }
  const remove = async (id: string) => {
    for (const path of [paths.state(id), paths.info(id), paths.bin(id), paths.pending(id)]) await rm(path, { force: true })
  }

  return {
    records,
    locks: fileLocks({ ...settings, ...(options.onLockLost ? { onLost: options.onLockLost } : {}) }),

    async create(record) {
      try {
        await (await createFile(paths.pending(record.id), RECEIVING_MODE, custodian)).close()
        await (await createFile(paths.bin(record.id), RECEIVING_MODE, custodian)).close()
        await checkpoint('create.data-made', record.id)
        const info = infoOf(record, { bin: paths.bin(record.id), info: paths.info(record.id) })
        await writeJson(paths.info(record.id), info, { temporary: paths.hidden('tmp'), mode: RECEIVING_MODE, custodian })
        return await records.create(record)
      } catch (error) {
        await remove(record.id).catch(() => undefined)
        throw translateFsError(error)
      }
    },

    discard: remove,

    async received(record) {
      const handle = await openData(paths.bin(record.id), constants.O_RDONLY)
      try {
        return (await handle.stat()).size
      } finally {
        await handle.close()
      }
    },

    async append(record, offset, piece, lease) {
      const handle = await openData(paths.bin(record.id), constants.O_RDWR)
      try {
        const { size } = await handle.stat()
        if (size !== offset) throw new AppError('OFFSET_CONFLICT', `La position attendue est ${size}.`, { details: { offset: size } })
        await write(handle, offset, piece, () => checkpoint('append.part-written', record.id))
      } finally {
        await handle.close()
      }
      await checkpoint('append.durable', record.id)
      if (!(await lease.held())) throw new AppError('LOCKED', 'Le verrou de ce dépôt a été perdu.')
      return offset + piece.byteLength
    },

    openUploads: async (owner) => countOpenUploads(records, await readdir(paths.hidden('pending')), owner),
  }
}

const openData = async (path: string, flags: number): Promise<FileHandle> => {
  try {
    return await open(path, flags | constants.O_NOFOLLOW)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ELOOP')) throw new AppError('UPLOAD_UNKNOWN', 'Ce dépôt est inconnu.', { cause: error })
    throw translateFsError(error)
  }
}

/** All of `piece` or nothing: what the disk could not take is cut off again. `halfway` is called once a part has been written. */
const write = async (handle: FileHandle, offset: number, piece: Uint8Array, halfway: () => void | Promise<void>): Promise<void> => {
  try {
    let done = 0
    while (done < piece.byteLength) {
      const { bytesWritten } = await handle.write(piece, done, piece.byteLength - done, offset + done)
      done += bytesWritten
    }
    await halfway()
    await handle.datasync()
  } catch (error) {
    await handle.truncate(offset).catch(() => undefined)
    throw translateFsError(error)
  }
}
