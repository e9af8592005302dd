/** What people type, checked before anything is opened: a mistake is told as one, whatever the state of the platform. */
import { stat } from 'node:fs/promises'
import { isBatchKey } from '../shared/domain/batch-key.ts'
import { AppError } from '../shared/domain/errors.ts'
import { isSiren } from '../shared/domain/siren.ts'

/** `AAMM` or `AAMM_NN` (raw-formats §4.2). Throws `BATCH_INVALID`. */
export const checkedBatch = (text: string): string => {
  if (isBatchKey(text)) return text
  throw new AppError('BATCH_INVALID', `« ${text} » n’est pas un lot : AAMM ou AAMM_NN est attendu.`)
}

/** Throws `INPUT_INVALID`. */
export const checkedSiren = (text: string): string => {
  if (isSiren(text)) return text
  throw new AppError('INPUT_INVALID', `« ${text} » n’est pas un SIREN : 9 chiffres sont attendus.`)
}

/** Decimal digits only, from `least` to `most`. Throws `INPUT_INVALID`, which names the option. */
export const checkedNumber = (option: string, text: string, least: number, most: number): number => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new AppError('INPUT_INVALID', `« ${text} » : ${option} est un nombre entier de ${least} à ${most}.`)
}

/** Throws `FILE_MISSING`, which names all those that are absent or are no files: each is read more than once. */
export const checkFiles = async (paths: readonly string[]): Promise<void> => {
  const missing = await Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch(() => undefined)
      return found?.isFile() ? [] : [path]
    }),
  )
  if (missing.flat().length > 0) throw new AppError('FILE_MISSING', `Fichier(s) absent(s) : ${missing.flat().join(', ')}`)
}
