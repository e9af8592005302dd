/** `npm start` as a program of its own, and what it says. */
import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import * as z from 'zod'
import { SHELL_VARIABLES } from '../../localstack/shell.ts'

type Ended = { code: number | null; out: string; err: string }

/** What the shell of whoever runs the tests chooses is not what they are about. */
const CHOSEN: ReadonlySet<string> = new Set(SHELL_VARIABLES)

export const startProgram = (...parameters: string[]): { child: ChildProcess; ended: Promise<Ended> } => {
  const program = path.join(import.meta.dirname, '..', '..', 'localstack', 'start.ts')
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !CHOSEN.has(name)))
  const child = spawn(process.execPath, [program, ...parameters], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    output.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.err += chunk
  })
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, ...output })))
  return { child, ended }
}

const count = z.number().int().nonnegative()
/** What `npm start -- --json` says in the end. */
export const Outcome = z.looseObject({
  ok: z.boolean(),
  uploads: count,
  files: count,
  rows: z.object({ read: count, imported: count, filtered: count, rejected: count, ignored: count }),
  sirens: count,
  stages: z.record(z.string(), count),
  alerts: z.object({ F1: count, F2: count, none: count }),
  published: count,
  lists: z.array(z.looseObject({ key: z.string(), state: z.string() })),
  seconds: z.number(),
  digest: z.object({ mongodb: z.record(z.string(), z.string()), postgres: z.record(z.string(), z.string()) }),
})

/** What `--ready-file` says once everything answers. */
export const Ready = z.looseObject({
  edge: z.url(),
  uploads: z.tuple([z.url(), z.url()]),
  datapi: z.url(),
  issuer: z.url(),
  mongodb: z.string(),
  postgres: z.string(),
  sqs: z.url(),
  efs: z.string(),
  accounts: z.array(z.object({ username: z.string(), label: z.string() })),
})
