import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { COMMANDS } from '../../cli/commands/index.ts'

const root = path.resolve(import.meta.dirname, '..', '..')
const directory = mkdtempSync(path.join(tmpdir(), 'sf-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const sf = (...parameters: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'cli', 'main.ts'), ...parameters], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('sf', () => {
  it('explains itself and every command', () => {
    const { status, stdout } = sf('--help')
    expect(status).toBe(0)
    const commands = Object.keys(COMMANDS)
    for (const command of commands) expect(stdout).toContain(`\n  ${command} `)
  })

  it.each([
    ['an unknown command', ['nonsense']],
    ['an unknown option', ['status', '--nonsense']],
    ['an unknown option of a part of a command', ['batch', 'list', '--nonsense']],
    ['a missing argument', ['depots', 'show']],
    ['a list without its date', ['list', 'publish', '2511']],
    ['nothing to compute again', ['recompute']],
  ])('answers %s with exit 2 and the help', (_, parameters) => {
    const { status, stderr } = sf(...parameters)
    expect(status).toBe(2)
    expect(stderr).toMatch(/^error: /)
    expect(stderr).toContain('Usage: sf')
  })

  it('compares with another implementation: what is no document, or not the one expected, is refused with exit 2', () => {
    const conformance = (input: string) =>
      spawnSync(process.execPath, [path.join(root, 'cli', 'main.ts'), 'conformance', 'features'], { encoding: 'utf8', input })
    expect(conformance('{')).toMatchObject({ status: 2, stdout: '', stderr: 'sf: L’entrée n’est pas un document JSON\n' })
    const { status, stderr } = conformance('{"params":{"batch":"2511"}}')
    expect(status).toBe(2)
    expect(stderr).toContain('params.date_debut')
  })

  it('ends without a fault when its reader has seen enough', () => {
    const cases = Array.from({ length: 20_000 }, () => ({ type: 'ccsf', key: '01234567800012', entry: { action: 'a' } }))
    const file = path.join(directory, 'cases.json')
    writeFileSync(file, JSON.stringify({ cases }))
    const script = `"${process.execPath}" "${path.join(root, 'cli', 'main.ts')}" conformance hash < "${file}" | head -1; echo "\${PIPESTATUS[0]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^\{"hash":"[0-9a-f]{32}"\}\n0\n$/)
  })

  it.skipIf(!existsSync('/dev/full'))('says with exit 6 that its output cannot be written', () => {
    const script = `"${process.execPath}" "${path.join(root, 'cli', 'main.ts')}" sample --companies 10 --directory "${path.join(directory, 'sample')}" > /dev/full`
    const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
    expect(stderr).toMatch(/^sf: le résultat ne peut pas être écrit : ENOSPC.*\n$/)
    expect(status).toBe(6)
  })

  it('says which folder cannot be written, without a stack', () => {
    const file = path.join(directory, 'file')
    writeFileSync(file, '')
    const { status, stderr } = sf('sample', '--companies', '10', '--directory', path.join(file, 'folder'))
    expect(stderr).toMatch(/^sf: ENOTDIR.*\n$/)
    expect(status).toBe(2)
  })

  it('refuses a name of artefact before it learns', () => {
    const { status, stderr } = sf('model', 'train', '--features', '2511', '-o', directory, '--id', '../x', '--stack', path.join(directory, 'absent.json'))
    expect(stderr).toContain('« ../x » n’est pas un nom de modèle')
    expect(status).toBe(2)
  })

  it('says with exit 6 that no platform runs where the stack file points', () => {
    const { status, stderr } = sf('status', '--stack', path.join(directory, 'absent.json'))
    expect(status).toBe(6)
    expect(stderr).toMatch(/^sf: .*absent\.json ne peut pas être lu/)
  })

  it('refuses a file that is not one of a stack', () => {
    const file = path.join(directory, 'other.json')
    writeFileSync(file, '{"hello": 1}')
    const { status, stderr } = sf('status', '--stack', file)
    expect(status).toBe(6)
    expect(stderr).toContain('n’est pas le fichier d’une plateforme')
  })

  it('refuses what is mistyped before it looks for the platform', () => {
    const { status, stdout, stderr } = sf('batch', 'show', '2513', '--stack', path.join(directory, 'absent.json'))
    expect(stderr).toContain('« 2513 » n’est pas un lot')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })

  it('names each file that is absent or is a directory with exit 4', () => {
    const debits = path.join(directory, 'sigfaible_debits.csv')
    writeFileSync(debits, 'num_cpte\n')
    for (const option of ['--comptes', '--filter']) {
      const absent = path.join(directory, 'rien.csv')
      expect(sf('check', debits, option, absent, directory)).toMatchObject({ status: 4, stderr: `sf: Fichier(s) absent(s) : ${absent}, ${directory}\n` })
    }
    const sending = ['upload', '--to', 'http://127.0.0.1:9/files', '--token-file', debits]
    expect(sf(...sending, debits, directory)).toMatchObject({ status: 4, stderr: `sf: Fichier(s) absent(s) : ${directory}\n` })
  })
})
