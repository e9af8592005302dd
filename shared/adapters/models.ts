import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { type LoadedArtefact, loadArtefact } from '../domain/detection/index.ts'
import { AppError } from '../domain/errors.ts'

/** The pointer that says which artefact the next list takes; `sf model activate` moves it. */
export const POINTER = 'active.json'

const Pointer = z.object({ id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/) })

/** Artefacts of a directory, read once each: their files never change. */
export const modelDirectory = (root: string) => {
  const loaded = new Map<string, Promise<LoadedArtefact>>()
  const load = (id: string): Promise<LoadedArtefact> => {
    const known = loaded.get(id)
    if (known !== undefined) return known
    const reading = readFile(join(root, `${id}.sfm.json.gz`)).then((bytes) => loadArtefact(bytes), missing(id))
    loaded.set(id, reading)
    reading.catch(() => loaded.delete(id))
    return reading
  }
  return {
    /** The artefact of this id. Throws `CONFIG_INVALID` when it is not there, or `ARTEFACT_INVALID`. */
    load,
    /** The active artefact, by the pointer as it is now. */
    async active(): Promise<LoadedArtefact> {
      const text = await readFile(join(root, POINTER), 'utf8').catch(missing(POINTER))
      return load(Pointer.parse(JSON.parse(text)).id)
    },
  }
}

const missing =
  (name: string) =>
  (cause: unknown): never => {
    throw new AppError('CONFIG_INVALID', `no model ${name} in the directory of models`, { cause })
  }
