import { AppError } from '../shared/domain/errors.ts'
import type { StorageBackend } from './environment.ts'

/** Variables of the shell that choose how the platform starts. */
export const SHELL_VARIABLES = ['LOCAL_TIME_SCALE', 'MONGODB_URI', 'UPLOAD_BACKEND'] as const

/** What a shell chooses; what it does not name is left to the defaults of the stack. */
export type ShellChoices = { timeScale: number | undefined; mongodb: { uri?: string }; backend: StorageBackend | undefined }

/** Reads `SHELL_VARIABLES`. Throws `INPUT_INVALID`. A test says what it wants, and does not ask the shell of whoever runs it. */
export const shellChoices = (shell: Readonly<Record<string, string | undefined>>): ShellChoices => ({
  timeScale: timeScaleOf(shell.LOCAL_TIME_SCALE),
  mongodb: shell.MONGODB_URI ? { uri: shell.MONGODB_URI } : {},
  backend: backendOf(shell.UPLOAD_BACKEND),
})

const timeScaleOf = (text: string | undefined): number | undefined => {
  if (text === undefined || text === '') return undefined
  if (Number(text) > 0) return Number(text)
  throw new AppError('INPUT_INVALID', `LOCAL_TIME_SCALE must be a positive number, not ${text}`)
}

const backendOf = (text: string | undefined): StorageBackend | undefined => {
  if (text === undefined || text === '') return undefined
  if (text === 'posix' || text === 's3') return text
  throw new AppError('INPUT_INVALID', `UPLOAD_BACKEND must be posix or s3, not ${text}`)
}
