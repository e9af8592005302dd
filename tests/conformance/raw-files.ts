import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type RawRun, runParseFile } from './raw-run.ts'

/** `parse-file` on what is given: a directory for the tests of one file, removed after them. */
export const parserOfContents = (name: string) => {
  const directory = mkdtempSync(join(tmpdir(), `${name}-`))
  afterAll(() => rmSync(directory, { recursive: true }))
  let files = 0
  const file = (content: string | Uint8Array, fileName = `f${files++}.csv`): string => {
    const path = join(directory, fileName)
    writeFileSync(path, content)
    return path
  }
  const parse = (type: string, content: string | Uint8Array, ...args: string[]): Promise<RawRun> => runParseFile(['--type', type, ...args, '--', file(content)])
  return { directory, file, parse }
}

/** Parsed, rejected, skipped, valid. */
export const countersOf = ({ event: { event } }: RawRun): number[] => [event.linesParsed, event.linesRejected, event.linesSkipped, event.linesValid]
