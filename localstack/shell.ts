import { AppError } from '../shared/domain/errors.ts'
import type { StorageBackend } from './environment.ts'

/** How deposits are received, scanned and told of. `serverless.yml` takes them from the shell that deploys, `npm start` from its own. */
export const DEPOSIT_VARIABLES = [
  'UPLOAD_MAX_BYTES',
  'UPLOAD_MAX_CHUNK_BYTES',
  'UPLOAD_EXPIRE_AFTER_HOURS',
  'UPLOAD_QUOTA_OPEN_COUNT',
  'UPLOAD_QUOTA_OPEN_BYTES',
  'SCANNER',
  'CLAMD_ADDRESS',
  'SCANNER_COMMAND',
  'SCANNER_MAX_BYTES',
  'SCAN_TOO_LARGE',
  'SMTP_URL',
  'MAIL_FROM',
] as const

/** Variables of the shell that choose how the platform starts. */
export const SHELL_VARIABLES = ['LOCAL_TIME_SCALE', 'MONGODB_URI', 'UPLOAD_BACKEND', ...DEPOSIT_VARIABLES] as const

/** What a shell chooses; what it does not name is left to the defaults of the stack. `environment` goes to the functions as it is. */
export type ShellChoices = {
  timeScale: number | undefined
  mongodb: { uri?: string }
  backend: StorageBackend | undefined
  environment: Readonly<Record<string, string>>
}

/** Reads `SHELL_VARIABLES`. Throws `INPUT_INVALID`. A test says what it wants, and does not ask the shell of whoever runs it. */
export const shellChoices = (shell: Readonly<Record<string, string | undefined>>): ShellChoices => ({
  timeScale: timeScaleOf(shell.LOCAL_TIME_SCALE),
  mongodb: shell.MONGODB_URI ? { uri: shell.MONGODB_URI } : {},
  backend: backendOf(shell.UPLOAD_BACKEND),
  environment: Object.fromEntries(DEPOSIT_VARIABLES.flatMap((name) => (shell[name] ? [[name, shell[name]]] : []))),
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
