import { enableCompileCache } from 'node:module'
import path from 'node:path'
import { Command, CommanderError } from 'commander'
import { CONSEQUENCES, consequenceOf } from '../shared/domain/errors.ts'
import { COMMANDS, strict } from './commands/index.ts'

// Loading a command is most of what a short one takes. Where nothing can be kept, nothing is.
enableCompileCache(path.join(import.meta.dirname, '..', 'node_modules', '.cache', 'sf'))

const main = async (): Promise<number> => {
  const program = new Command('sf').description('signaux faibles: deposits, batches, lists and what they wait for').showHelpAfterError().exitOverride()
  const asked = COMMANDS[process.argv[2] ?? '']
  try {
    for (const load of asked === undefined ? Object.values(COMMANDS) : [asked]) {
      program.addCommand(strict(await load()))
    }
    await program.parseAsync(process.argv)
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return exitCodeOf(error)
  }
}

/** What the system says of a file or a folder that a person named: it is no bug of the command. */
const FILE_FAULTS = new Set(['EACCES', 'EEXIST', 'EISDIR', 'ENOENT', 'ENOTDIR', 'EPERM', 'EROFS', 'ENAMETOOLONG'])
const FULL = new Set(['ENOSPC', 'EDQUOT'])

const isFileFault = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'syscall' in error && 'code' in error && (FILE_FAULTS.has(String(error.code)) || FULL.has(String(error.code)))

const told = ({ message }: Error, exit: number): number => {
  process.stderr.write(`sf: ${message}\n`)
  return exit
}

const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (isFileFault(error)) return told(error, FULL.has(error.code) ? CONSEQUENCES.unavailable.exit : CONSEQUENCES.invalid.exit)
  const { exit } = consequenceOf(error)
  process.stderr.write(exit === 70 && error instanceof Error ? `${error.stack}\n` : `sf: ${error instanceof Error ? error.message : String(error)}\n`)
  return exit
}

// a reader that has seen enough (`| head`) is no fault of the command
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`sf: le résultat ne peut pas être écrit : ${error.message}\n`)
  process.exit(CONSEQUENCES.unavailable.exit)
})

process.exitCode = await main()
