import { Command, CommanderError } from 'commander'
import { consequenceOf } from '../shared/domain/errors.ts'
import { batchCommand } from './commands/batch.ts'
import { conformanceCommand } from './commands/conformance.ts'
import { depotsCommand } from './commands/depots.ts'
import { modelCommand } from './commands/model.ts'
import { parseFileCommand } from './commands/parse-file.ts'
import { recomputeCommand } from './commands/recompute.ts'
import { retryCommand } from './commands/retry.ts'
import { sampleCommand } from './commands/sample.ts'
import { statusCommand } from './commands/status.ts'
import { storageCommand } from './commands/storage.ts'
import { tokenCommand } from './commands/token.ts'
import { uploadCommand } from './commands/upload.ts'

/** Commands of operators and partners. Exit codes follow the table of errors: 2 bad arguments, 3 refused, 4 unknown, 5 conflict, 6 unavailable, 70 bug. */
const COMMANDS = [
  statusCommand,
  sampleCommand,
  uploadCommand,
  depotsCommand,
  batchCommand,
  retryCommand,
  recomputeCommand,
  parseFileCommand,
  conformanceCommand,
  modelCommand,
  storageCommand,
  tokenCommand,
]

const main = async (): Promise<number> => {
  const program = new Command('sf').description('signaux faibles: deposits, batches, lists and what they wait for').showHelpAfterError().exitOverride()
  for (const make of COMMANDS) {
    const command = make()
    command.exitOverride().showHelpAfterError()
    program.addCommand(command)
  }
  try {
    await program.parseAsync(process.argv)
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return exitCodeOf(error)
  }
}

const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const { exit } = consequenceOf(error)
  process.stderr.write(exit === 70 && error instanceof Error ? `${error.stack}\n` : `sf: ${error instanceof Error ? error.message : String(error)}\n`)
  return exit
}

process.exitCode = await main()
