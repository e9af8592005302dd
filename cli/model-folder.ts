import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { artefactFile, type LoadedArtefact, loadArtefact, POINTER_NAME, type Pointer, parsePointer } from '../shared/domain/detection/index.ts'
import { AppError } from '../shared/domain/errors.ts'

/** The artefacts that come with the program; `--models` or `MODELS_ROOT` name another folder. */
export const MODELS = resolve(import.meta.dirname, '..', 'models')

const missing =
  (what: string) =>
  (cause: unknown): never => {
    throw new AppError('FILE_MISSING', `${what} : fichier absent`, { cause })
  }

/** By the path of a file, else by id in the folder. Throws `FILE_MISSING` or `ARTEFACT_INVALID`. */
export const readModel = async (folder: string, model: string): Promise<{ loaded: LoadedArtefact; bytes: Uint8Array }> => {
  const path = model.includes('/') || model.endsWith('.gz') || model.endsWith('.json') ? model : join(folder, artefactFile(model))
  const bytes = await readFile(path).catch(missing(path))
  return { loaded: loadArtefact(bytes), bytes }
}

export const activeModel = async (folder: string): Promise<Pointer | undefined> => {
  const text = await readFile(join(folder, POINTER_NAME), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : parsePointer(text)
}

export const modelIds = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch(missing(folder))
  return names.flatMap((name) => (name.endsWith('.sfm.json.gz') ? [name.slice(0, -'.sfm.json.gz'.length)] : [])).sort()
}
