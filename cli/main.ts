import { Command, CommanderError } from 'commander'
import { consequenceOf } from '../shared/domain/errors.ts'

/**
 * Commands of operators and partners, in the order of the help. Each is loaded only when it is asked for, because drivers and models are
 * slow to load. Exit codes follow the table of errors: 2 bad arguments, 3 refused, 4 unknown, 5 conflict, 6 unavailable, 70 bug.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  status: async () => (await import('./commands/status.ts')).statusCommand(),
  sample: async () => (await import('./commands/sample.ts')).sampleCommand(),
  upload: async () => (await import('./commands/upload.ts')).uploadCommand(),
  depots: async () => (await import('./commands/depots.ts')).depotsCommand(),
  batch: async () => (await import('./commands/batch.ts')).batchCommand(),
  list: async () => (await import('./commands/list.ts')).listCommand(),
  import: async () => (await import('./commands/import-again.ts')).importCommand(),
  explain: async () => (await import('./commands/explain.ts')).explainCommand(),
  export: async () => (await import('./commands/export.ts')).exportCommand(),
  check: async () => (await import('./commands/check.ts')).checkCommand(),
  validate: async () => (await import('./commands/validate.ts')).validateCommand(),
  journal: async () => (await import('./commands/journal.ts')).journalCommand(),
  queue: async () => (await import('./commands/queue.ts')).queueCommand(),
  purge: async () => (await import('./commands/purge.ts')).purgeCommand(),
  'prune-entities': async () => (await import('./commands/prune-entities.ts')).pruneEntitiesCommand(),
  retry: async () => (await import('./commands/retry.ts')).retryCommand(),
  recompute: async () => (await import('./commands/recompute.ts')).recomputeCommand(),
  'parse-file': async () => (await import('./commands/parse-file.ts')).parseFileCommand(),
  conformance: async () => (await import('./commands/conformance.ts')).conformanceCommand(),
  model: async () => (await import('./commands/model.ts')).modelCommand(),
  storage: async () => (await import('./commands/storage.ts')).storageCommand(),
  token: async () => (await import('./commands/token.ts')).tokenCommand(),
}

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

/** Errors of arguments are thrown and followed by the help, down to the parts of a command. */
const strict = (command: Command): Command => {
  for (const part of command.commands) strict(part)
  return command.exitOverride().showHelpAfterError()
}

const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const { exit } = consequenceOf(error)
  process.stderr.write(exit === 70 && error instanceof Error ? `${error.stack}\n` : `sf: ${error instanceof Error ? error.message : String(error)}\n`)
  return exit
}

// a reader that has seen enough (`| head`) is no fault of the command
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await main()
