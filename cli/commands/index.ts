import type { Command } from 'commander'

/**
 * Commands of operators and partners, in the order of the help. Each is loaded only when it is asked for, because drivers and models are
 * slow to load. Exit codes follow the table of errors: 2 bad arguments, 3 refused, 4 unknown, 5 conflict, 6 unavailable, 70 bug.
 */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  status: async () => (await import('./status.ts')).statusCommand(),
  sample: async () => (await import('./sample.ts')).sampleCommand(),
  upload: async () => (await import('./upload.ts')).uploadCommand(),
  depots: async () => (await import('./depots.ts')).depotsCommand(),
  batch: async () => (await import('./batch.ts')).batchCommand(),
  list: async () => (await import('./list.ts')).listCommand(),
  import: async () => (await import('./import-again.ts')).importCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  validate: async () => (await import('./validate.ts')).validateCommand(),
  journal: async () => (await import('./journal.ts')).journalCommand(),
  queue: async () => (await import('./queue.ts')).queueCommand(),
  purge: async () => (await import('./purge.ts')).purgeCommand(),
  'prune-entities': async () => (await import('./prune-entities.ts')).pruneEntitiesCommand(),
  retry: async () => (await import('./retry.ts')).retryCommand(),
  recompute: async () => (await import('./recompute.ts')).recomputeCommand(),
  'parse-file': async () => (await import('./parse-file.ts')).parseFileCommand(),
  conformance: async () => (await import('./conformance.ts')).conformanceCommand(),
  model: async () => (await import('./model.ts')).modelCommand(),
  storage: async () => (await import('./storage.ts')).storageCommand(),
  token: async () => (await import('./token.ts')).tokenCommand(),
}

/** Errors of arguments are thrown and followed by the help, down to the parts of a command. */
export const strict = (command: Command): Command => {
  for (const part of command.commands) strict(part)
  return command.exitOverride().showHelpAfterError()
}
