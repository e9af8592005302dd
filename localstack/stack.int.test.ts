import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { notesOf, until } from './fixtures/instances.ts'
import { isAlive } from './processes.ts'
import { type Stack, startStack } from './stack.ts'

const FIXTURE = path.join(import.meta.dirname, 'fixtures', 'serverless.yml')
const SMALL = path.join(import.meta.dirname, 'fixtures', 'small.yml')
const Document = z.object({
  edge: z.string(),
  efs: z.string(),
  pid: z.number(),
  processes: z.record(z.string(), z.number()),
  postgres: z.string(),
  mongodb: z.string(),
  sqs: z.string(),
})

describe('the stack', () => {
  let stack: Stack
  let directory: string
  let journal: string

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'stack-'))
    journal = path.join(directory, 'journal')
    stack = await startStack({ description: FIXTURE, schedules: false, deliverTwice: true, environment: { JOURNAL: journal } })
  })
  afterAll(async () => {
    await stack?.stop()
    await rm(directory, { recursive: true, force: true })
  })

  test('gives each function the variables that serverless.yml names, with the values of the stack', async () => {
    const { environment } = Object.fromEntries(stack.description.functions.map((fn) => [fn.name, fn])).datapi ?? {}
    expect(Object.keys(environment ?? {}).sort()).toEqual(['JOURNAL', 'LEVEL', 'POSTGRES_URL', 'WHO', 'WORK_QUEUE_URL'])
    expect((await fetch(`${stack.datapi}/x`)).headers.get('x-who')).toBe('datapi')
  })

  test('has a process per function, two for upload, each known by its name', () => {
    expect(Object.keys(stack.processes()).sort()).toEqual(['datapi', 'depots', 'order', 'sweep', 'upload-1', 'upload-2', 'work'])
  })

  test('runs a scheduled function on request', async () => {
    expect(await stack.fire('sweep')).toMatchObject({ ok: true })
    expect(await readFile(journal, 'utf8')).toContain('tick')
  })

  test('delivers every message twice when asked to', async () => {
    const queue = stack.queues.byLogicalId.get('WorkQueue')
    await stack.queues.client.send(new SendMessageCommand({ QueueUrl: queue?.url, MessageBody: JSON.stringify({ do: 'ok', id: 'x' }) }))
    await until(async () => (await readFile(journal, 'utf8')).split('\n').filter((line) => line.includes('"end"')).length === 2)
  })

  test('refuses to start without a handler, unless it is told to', async () => {
    await expect(startStack({ description: FIXTURE, root: directory })).rejects.toThrow('no handler for upload')
  })
})

/** Processes whose parent or command has to do with a run are found by the temporary directory and the ports of the run. */
const descendants = async (): Promise<Map<number, number>> => {
  const found = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    if (fields[0] !== 'Z' && fields[1] !== undefined) found.set(Number(name), Number(fields[1]))
  }
  return found
}

const familyOf = (parents: ReadonlyMap<number, number>, ancestor: number): number[] => {
  const children = [...parents].filter(([, parent]) => parent === ancestor).map(([pid]) => pid)
  return children.flatMap((pid) => [pid, ...familyOf(parents, pid)])
}

describe.skipIf(process.platform !== 'linux')('ending', () => {
  const run = async (): Promise<{ child: ChildProcess; document: z.infer<typeof Document>; family: number[] }> => {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'fixtures', 'run-stack.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    const line = await until(() => output.includes('\n') && output.split('\n')[0], 60_000)
    const family = familyOf(await descendants(), child.pid ?? 0)
    return { child, document: Document.parse(JSON.parse(line)), family }
  }

  test.each(['SIGINT', 'SIGKILL'] as const)('after %s no process and no file is left', async (signal) => {
    const { child, document, family } = await run()
    // Three function processes, PostgreSQL with its workers, the MongoDB stand-in, the guardian.
    expect(family.length).toBeGreaterThanOrEqual(7)
    expect(await stat(document.efs)).toBeDefined()
    child.kill(signal)
    await until(() => !family.some(isAlive), 20_000)
    await until(
      () =>
        stat(document.efs).then(
          () => false,
          () => true,
        ),
      20_000,
    )
    expect(isAlive(document.pid)).toBe(false)
  })
})

test('a stack with a data directory finds its messages and files again', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'stack-kept-'))
  const journal = path.join(directory, 'journal')
  const options = {
    description: SMALL,
    schedules: false,
    pages: false as const,
    dataDirectory: path.join(directory, 'data'),
    environment: { JOURNAL: journal },
  }
  try {
    const first = await startStack(options)
    const url = first.queues.byLogicalId.get('WorkDeadLetters')?.url
    await first.queues.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'kept' }))
    await first.stop()
    const second = await startStack(options)
    try {
      expect((await second.queues.depth('WorkDeadLetters')).waiting).toBe(1)
      await second.queues.client.send(
        new SendMessageCommand({ QueueUrl: second.queues.byLogicalId.get('WorkQueue')?.url, MessageBody: JSON.stringify({ do: 'ok', id: 'again' }) }),
      )
      await until(async () => (await notesOf(journal)).some(({ what, id }) => what === 'end' && id === 'again'))
    } finally {
      await second.stop()
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
