import { Command, CommanderError } from 'commander'
import { beforeAll, describe, expect, test } from 'vitest'
import { COMMANDS, strict } from './index.ts'

/** Commands that do something, with the words that call them. */
const leavesOf = (command: Command, words: readonly string[]): { words: string[]; command: Command }[] =>
  command.commands.length === 0 ? [{ words: [...words], command }] : command.commands.flatMap((part) => leavesOf(part, [...words, part.name()]))

/** What they print is a value of JSON already, or lines of it. */
const ALWAYS_JSON = ['conformance', 'parse-file']

const program = strict(new Command('sf'))
let leaves: { words: string[]; command: Command }[] = []

beforeAll(async () => {
  for (const load of Object.values(COMMANDS)) program.addCommand(strict(await load()))
  leaves = leavesOf(program, [])
}, 120_000)

describe('every command of sf', () => {
  test('has a name, a description, and words for each of its options', () => {
    expect(leaves.length).toBeGreaterThan(30)
    for (const { words, command } of leaves) {
      expect(command.description(), words.join(' ')).not.toBe('')
      for (const { flags, description } of command.options) expect(description, `${words.join(' ')} ${flags}`).not.toBe('')
    }
  })

  test('prints JSON on request', () => {
    const without = leaves.filter(({ words, command }) => !ALWAYS_JSON.includes(words[0] ?? '') && !command.options.some(({ long }) => long === '--json'))
    expect(without.map(({ words }) => words.join(' '))).toEqual([])
  })

  test('refuses an option that it does not know, with its help, before it does anything', async () => {
    const written: string[] = []
    const told = (command: Command): void => {
      command.configureOutput({ writeErr: (text) => void written.push(text), writeOut: () => {} })
      for (const part of command.commands) told(part)
    }
    told(program)
    for (const { words, command } of leaves) {
      written.length = 0
      const mandatory = command.options.flatMap((option) => (option.mandatory ? [option.long ?? '', option.argChoices?.[0] ?? '1'] : []))
      const given = command.registeredArguments.map(({ argChoices }) => argChoices?.[0] ?? 'x')
      const error = await program.parseAsync(['node', 'sf', ...words, ...given, ...mandatory, '--nonsense']).catch((thrown: unknown) => thrown)
      expect(error, words.join(' ')).toBeInstanceOf(CommanderError)
      expect(error, words.join(' ')).toMatchObject({ code: 'commander.unknownOption' })
      expect(written.join(''), words.join(' ')).toContain(`Usage: sf ${words.join(' ')}`)
    }
  })
})
