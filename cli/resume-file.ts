import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import * as z from 'zod'

/** What makes two sendings the same deposit: where, who, which file as it is now, and what is said of it. */
export type Sending = { endpoint: string; space: string; file: string; metadata: Readonly<Record<string, string>> }

/** Addresses of deposits that were begun, one small file each, so that a command that was killed goes on where it stopped. */
export type ResumeFiles = { find(sending: Sending): Promise<string | undefined>; keep(sending: Sending, url: string): Promise<void> }

const Kept = z.object({ url: z.url() })

/** `directory`: `SF_STATE`, else that of the person's applications. */
export const resumeFiles = (
  directory = process.env.SF_STATE || path.join(process.env.XDG_STATE_HOME || path.join(homedir(), '.local', 'state'), 'signaux-faibles', 'uploads'),
): ResumeFiles => {
  const fileOf = async ({ endpoint, space, file, metadata }: Sending): Promise<string> => {
    const { size, mtimeMs } = await stat(file)
    const pairs = Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1))
    const key = JSON.stringify([endpoint, space, path.resolve(file), size, mtimeMs, pairs])
    return path.join(directory, `${createHash('sha256').update(key).digest('hex')}.json`)
  }
  return {
    async find(sending) {
      const text = await readFile(await fileOf(sending), 'utf8').catch(() => undefined)
      if (text === undefined) return undefined
      try {
        return Kept.parse(JSON.parse(text)).url
      } catch {
        return undefined // cut off by a crash: the file is sent anew
      }
    },
    async keep(sending, url) {
      const target = await fileOf(sending)
      await mkdir(directory, { recursive: true, mode: 0o700 })
      await writeFile(`${target}.tmp`, JSON.stringify({ url }), { mode: 0o600 })
      await rename(`${target}.tmp`, target)
    },
  }
}
