import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { consequenceOf } from '../shared/domain/errors.ts'
import { COMMANDS, strict } from './commands/index.ts'

/** What a command answers where no platform runs: looking for one ends with exit 6. */
const answered = async (name: string, ...parameters: string[]): Promise<{ exit: number; message: string }> => {
  const command = await COMMANDS[name]?.()
  if (command === undefined) throw new Error(`no command ${name}`)
  // Its errors are read here; their help is looked at in `tests/cli/exit-codes.int.test.ts`.
  strict(command).configureOutput({ writeErr: () => {} })
  try {
    await command.parseAsync([...parameters, '--stack', '/nowhere/stack.json'], { from: 'user' })
    return { exit: 0, message: '' }
  } catch (error) {
    return { exit: error instanceof CommanderError ? 2 : consequenceOf(error).exit, message: error instanceof Error ? error.message : String(error) }
  }
}

test('without a mistake, the platform is looked for', async () => {
  expect(await answered('batch', 'show', '2512')).toMatchObject({ exit: 6 })
})

test.each([
  ['a batch of month 13 to show', ['batch', 'show', '2513'], '« 2513 » n’est pas un lot'],
  ['a batch of month 13 to edit', ['batch', 'edit', '2513', '--name', 'x'], '« 2513 » n’est pas un lot'],
  ['a batch of month 13 to open', ['batch', 'open', '2513'], '« 2513 » n’est pas un lot'],
  ['a batch of month 13 to import again', ['import', 'again', '2513', 'debit'], '« 2513 » n’est pas un lot'],
  ['a batch of month 13 to purge', ['purge', '--from', '2513', '--yes'], '« 2513 » n’est pas un lot'],
  ['a batch of month 13 to prune', ['prune-entities', '2513', '--count'], '« 2513 » n’est pas un lot'],
  ['a batch of month 13 in the journal', ['journal', '--batch', '2513'], '« 2513 » n’est pas un lot'],
  ['a purge that nobody confirmed', ['purge', '--from', '2510'], 'Rien n’est fait sans --yes'],
  ['a source both partial and whole', ['batch', 'edit', '2510', '--flux', 'debit', '--stock', 'debit'], 'debit est à la fois'],
  ['a shard without number', ['recompute', '--from', 'detect', '--shard', ''], '--shard'],
  ['a shard in hexadecimal', ['recompute', '--from', 'detect', '--shard', '0x1'], '--shard'],
  ['a limit beyond what is shown', ['journal', '--limit', '99999999999999999999'], '--limit'],
  ['a type of data that nobody knows', ['explain', 'siret', '01234567800012', '--type', 'nonsense'], 'nonsense'],
  ['two formats at once', ['export', 'features', '--format', 'csv', '--json'], '--json'],
])('%s is refused before the platform is looked for', async (_, [name = '', ...parameters], sentence) => {
  const { exit, message } = await answered(name, ...parameters)
  expect(message).toContain(sentence)
  expect(exit).toBe(2)
})
