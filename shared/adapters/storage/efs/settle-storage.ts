import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, link, lstat, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { infoOf } from '../../../domain/deposit/info.ts'
import { ownRights, placementOf, QUARANTINE_MODE, RECEIVING_MODE, type StorageLayout } from '../../../domain/deposit/placement.ts'
import type { DepositRecord } from '../../../domain/deposit/record.ts'
import type { Obstacle, Placed, SettleStorage } from '../../../domain/deposit/storage.ts'
import { AppError } from '../../../domain/errors.ts'
import { createFile, syncDirectory, writeJson } from './durable.ts'
import { hasCode, translateFsError } from './errors.ts'
import { type TusdPaths, tusdPaths } from './layout.ts'
import { fileLocks, REQUEST_LEASE_MS } from './lock.ts'
import { type Custodian, type Ownership, type OwnershipMode, ownership } from './ownership.ts'
import { lendPieces, readPieces } from './read-pieces.ts'
import { fileRecords } from './records.ts'
import type { Checkpoint } from './upload-storage.ts'

/** `base` holds `tusd/`, `public/` and the partners' directories. */
export type EfsSettleOptions = {
  base: string
  layout: StorageLayout
  custodian?: Custodian
  ownership?: OwnershipMode
  leaseMs?: number
  checkpoint?: Checkpoint
  /** Told of an owner that could not be set (upload §2.5). */
  onIntended?: (id: string) => void
}

const REASON_DIRECTORY = 'Le répertoire de destination n’est pas prêt.'
const REASON_FOREIGN = 'Un autre fichier occupe déjà la destination.'

/** Settlement on the POSIX storage (upload §4.3). */
export const efsSettleStorage = (options: EfsSettleOptions): SettleStorage => {
  const paths = tusdPaths(join(options.base, 'tusd'))
  const { layout, custodian } = options
  const owners = ownership(options.ownership ?? 'auto')
  const checkpoint: Checkpoint = options.checkpoint ?? (() => undefined)

  return {
    locks: fileLocks({ directory: paths.hidden('locks'), leaseMs: options.leaseMs ?? REQUEST_LEASE_MS, custodian }),
    records: fileRecords(paths, custodian),

    async size(record) {
      const found = await lstat(paths.bin(record.id)).catch(absent)
      return found?.isFile() ? found.size : undefined
    },

    open: (record) => readPieces(paths.bin(record.id)),

    async digest(record, signal) {
      const hash = createHash('sha256')
      for await (const piece of lendPieces(paths.bin(record.id))) {
        if (signal.aborted) throw new AppError('DEADLINE', 'the digest was interrupted', { cause: signal.reason })
        hash.update(piece)
        await checkpoint('settle.hashing', record.id)
      }
      return hash.digest('hex')
    },

    async describe(record) {
      const found = await lstat(paths.info(record.id)).catch(absent)
      if (found && found.nlink > 1) return // published already: a rename would separate the two names (upload §1.7)
      const info = infoOf(record, { bin: paths.bin(record.id), info: paths.info(record.id) })
      await writeJson(paths.info(record.id), info, { temporary: paths.hidden('tmp'), mode: RECEIVING_MODE, custodian })
    },

    async place(record) {
      try {
        const placement = placementOf(record, layout)
        const directory = join(options.base, placement.directory.path)
        const obstacle = await checkDirectory(directory, placement.directory.rights.uid, owners)
        if (obstacle) return { ok: false, obstacle }
        const intended = []
        for (const path of [paths.bin(record.id), paths.info(record.id)]) {
          const handle = await openOwn(path)
          try {
            intended.push(await owners.apply(handle, placement.file))
          } finally {
            await handle.close()
          }
          await checkpoint('settle.rights-set', record.id)
        }
        const what = intended.find((rights) => rights !== null) ?? null
        if (what) options.onIntended?.(record.id)
        return await publish(record, paths, directory, checkpoint, { ...record, intended: what })
      } catch (error) {
        throw translateFsError(error)
      }
    },

    async quarantine(record) {
      const handle = await openOwn(paths.bin(record.id))
      try {
        await owners.apply(handle, ownRights(layout, QUARANTINE_MODE))
      } finally {
        await handle.close()
      }
      const mark = await createFile(paths.quarantined(record.id), RECEIVING_MODE, custodian).catch((error: unknown) => {
        if (!hasCode(error, 'EEXIST')) throw error
      })
      await mark?.close()
    },

    unmark: (id) => rm(paths.pending(id), { force: true }),
  }
}

const absent = (error: unknown): undefined => {
  if (!hasCode(error, 'ENOENT')) throw translateFsError(error)
}

const openOwn = (path: string): Promise<FileHandle> => open(path, constants.O_RDONLY | constants.O_NOFOLLOW)

/** Verified each time: a directory, not a link to one, of the expected owner (upload §2.4). */
const checkDirectory = async (path: string, uid: number, owners: Ownership): Promise<Obstacle | undefined> => {
  const found = await lstat(path).catch(absent)
  if (!found) return { reason: REASON_DIRECTORY, cause: 'the directory is missing' }
  if (!found.isDirectory()) return { reason: REASON_DIRECTORY, cause: 'the destination is not a directory' }
  if (owners.enforced && found.uid !== uid) return { reason: REASON_DIRECTORY, cause: `the directory belongs to ${found.uid} instead of ${uid}` }
  return undefined
}

/** The data first: a reader who sees `.info` finds it (upload §4.3 step 6). */
const publish = async (record: DepositRecord, paths: TusdPaths, directory: string, checkpoint: Checkpoint, placed: DepositRecord): Promise<Placed> => {
  const names: readonly (readonly [string, string])[] = [
    [paths.bin(record.id), `${record.id}.bin`],
    [paths.info(record.id), `${record.id}.info`],
  ]
  for (const [source, name] of names) {
    const target = join(directory, name)
    try {
      await link(source, target)
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
      if (!(await isSameFile(source, target)))
        return { ok: false, obstacle: { reason: REASON_FOREIGN, cause: `something else is at the destination of ${name}` } }
    }
    await checkpoint('settle.linked', record.id)
  }
  await syncDirectory(directory)
  await syncDirectory(paths.root)
  return { ok: true, record: placed }
}

const isSameFile = async (source: string, target: string): Promise<boolean> => {
  const [one, other] = await Promise.all([lstat(source), lstat(target)])
  return one.dev === other.dev && one.ino === other.ino
}
