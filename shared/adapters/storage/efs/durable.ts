import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Custodian } from './ownership.ts'

/**
 * A new file that cannot be an existing one nor a link, with `mode` whatever the umask. Throws EEXIST.
 */
export const createFile = async (path: string, mode: number, custodian: Custodian): Promise<FileHandle> => {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, mode)
  try {
    await handle.chmod(mode)
    if (custodian) await handle.chown(custodian.uid, custodian.gid)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/**
 * Writes JSON so that a reader sees the old text or the new one, whole, whatever is interrupted: a temporary file of the same
 * file system, synced, then renamed. `temporary` is a directory that `sweep` cleans. Gives the text.
 */
export const writeJson = async (path: string, value: unknown, options: { temporary: string; mode: number; custodian: Custodian }): Promise<string> => {
  const text = `${JSON.stringify(value)}\n`
  const draft = join(options.temporary, randomUUID())
  const handle = await createFile(draft, options.mode, options.custodian)
  try {
    await handle.writeFile(text)
    await handle.sync()
    await handle.close()
    await rename(draft, path)
    return text
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(draft, { force: true })
    throw error
  }
}

/** Makes names in a directory durable. */
export const syncDirectory = async (path: string): Promise<void> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
