import { AppError } from '../../../domain/errors.ts'

/** Whether a system call failed with one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)

/** The system's words stay in the cause: an answer never shows a path. */
export const translateFsError = (error: unknown): unknown => {
  if (error instanceof AppError) return error
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) return new AppError('STORAGE_FULL', 'L’espace de stockage est épuisé.', { cause: error })
  if (hasCode(error, 'EIO', 'ESTALE', 'ETIMEDOUT', 'EROFS')) return new AppError('STORAGE_DOWN', 'Le stockage ne répond pas.', { cause: error })
  return error
}
