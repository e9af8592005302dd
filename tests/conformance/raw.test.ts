import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { expectedHashes, expectedOf, hasRaw, RAW, RAW_CASES, type RawEvent } from './raw-cases.ts'
import { runParseFile } from './raw-run.ts'

const directory = mkdtempSync(join(tmpdir(), 'raw-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** A CSV message of the reference depends on the version of a library: only its line is compared (raw-formats, appendix B). */
const comparable = (messages: readonly string[]): string[] =>
  messages.map((message) => (/(wrong number of fields|parse error)/.test(message) ? message.replace(/:.*/s, ': csv') : message))
const counters = ({ batchKey: _, ...event }: RawEvent & { batchKey?: string }) => ({
  ...event,
  headRejected: comparable(event.headRejected),
  headFatal: comparable(event.headFatal),
  summary: event.summary.replace(/^[^:]*\//, ''),
})

describe.runIf(hasRaw)('raw samples', () => {
  test.each(RAW_CASES)('$file gives the expected tuples, in order, and the expected report', async (example) => {
    const { tuples, event, status } = await runParseFile(['--type', example.type, ...example.args, RAW + example.file])
    const expected = expectedOf(example)
    expect(tuples).toEqual(expected.tuples)
    expect(counters(event.event)).toEqual(counters(expected.event))
    expect(event.parserCode).toBe(expected.parser)
    expect(status).toBe(0)
  })

  test.each(RAW_CASES)('$file compressed gives the same tuples', async (example) => {
    const path = join(directory, `${example.type}-${example.year}.csv.gz`)
    writeFileSync(path, gzipSync(readFileSync(RAW + example.file)))
    const { tuples } = await runParseFile(['--type', example.type, ...example.args, path])
    expect(tuples).toEqual(expectedOf(example).tuples)
  })

  test.each(hasRaw ? expectedHashes() : [])('$file gives the keys and hashes of the reference', async ({ file, keysAndHashes }) => {
    const example = RAW_CASES.find((one) => one.file === file)
    if (example === undefined) throw new Error(`no case for ${file}`)
    const args = example.type === 'admin_urssaf' ? ['--date-debut', '2019-01-01', '--date-fin', '2019-02-01'] : example.args
    const { tuples } = await runParseFile(['--type', example.type, ...args, '--envelope', RAW + file])
    expect(tuples.map(({ key, hash }) => [key, hash])).toEqual(keysAndHashes)
  })
})

test.skipIf(hasRaw)('the raw samples are not beside the repository: nothing compared', () => {
  console.warn('raw samples: skipped, ../shared/conformance/raw is not there')
})
