import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'

/** A part of the stack in a process of its own. Its lines are told with its name before them. */
type Part = {
  name: string
  file: string
  directory: string
  environment?: Readonly<Record<string, string>>
  /** Of Node. */
  flags?: readonly string[]
  onLine: (line: string) => void
}

/** Code that V8 has compiled, for the processes and containers that come after: loading modules is most of what a small run costs. */
const CODE_CACHE = path.join(import.meta.dirname, '..', 'node_modules', '.cache', 'localstack')

export const startPart = ({ name, file, directory, environment = {}, flags = [], onLine }: Part): ChildProcess => {
  // A group of its own, or Ctrl-C would end it before those who call it have put their work in order.
  const child = fork(file, [], {
    detached: true,
    cwd: directory,
    env: { ...inherited(), ...environment },
    execArgv: ['--disable-warning=ExperimentalWarning', ...flags],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  for (const stream of [child.stdout, child.stderr]) splitLines(stream, (line) => onLine(`${name}: ${line}`))
  child.on('error', (error) => onLine(`${name}: ${error.message}`))
  return child
}

/** Nothing else of the developer's shell, so that a variable which a function misses shows here as it would on AWS. */
const inherited = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  TMPDIR: process.env.TMPDIR ?? '/tmp',
  NODE_COMPILE_CACHE: CODE_CACHE,
})

const splitLines = (stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void => {
  let rest = ''
  stream?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') onLine(line)
  })
}
