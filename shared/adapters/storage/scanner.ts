import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import type { Scanner } from '../../domain/deposit/storage.ts'
import { AppError } from '../../domain/errors.ts'
import { clamdScanner } from './clamd.ts'

/** `SCANNER` and what goes with it (upload §4.3 step 3). `command` is a program and its arguments, separated by spaces. */
export type ScannerOptions = { kind: 'none' | 'clamd' | 'command'; clamd: string; command: string; maxBytes?: number | undefined }

/** Throws `CONFIG_INVALID` when what the kind needs is missing. */
export const scannerOf = ({ kind, clamd, command, maxBytes }: ScannerOptions): Scanner => {
  if (kind === 'none') return async () => ({ result: 'not-scanned', reason: null })
  if (kind === 'clamd') {
    if (!/^(\/.+|[^:/\s]+:\d+)$/.test(clamd)) throw new AppError('CONFIG_INVALID', 'CLAMD_ADDRESS: host:port or the path of a socket is expected')
    return clamdScanner({ address: clamd, maxBytes })
  }
  if (command.trim() === '') throw new AppError('CONFIG_INVALID', 'SCANNER_COMMAND: a program is expected')
  return commandScanner(command)
}

/**
 * A program that reads the file on its standard input and says with its exit code what it found: 0 nothing, 1 something (as clamscan
 * does). Anything else throws `STORAGE_DOWN`. Nothing of the deposit is on its command line.
 */
export const commandScanner =
  (command: string): Scanner =>
  async (open) => {
    const [program = '', ...parameters] = command.trim().split(/\s+/)
    const child = spawn(program, parameters, { stdio: ['pipe', 'ignore', 'ignore'] })
    const ended = once(child, 'close')
    // A scanner that has seen enough closes its input: its exit code counts, not that.
    const fed = pipeline(open(), child.stdin).catch(() => undefined)
    try {
      const [code] = await ended
      await fed
      if (code === 0) return { result: 'clean', reason: null }
      if (code === 1) return { result: 'infected', reason: null }
      throw new Error(`the scanner ended with ${code}`)
    } catch (cause) {
      child.kill('SIGKILL')
      throw new AppError('STORAGE_DOWN', 'the antivirus does not answer', { cause })
    }
  }
