import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** Samples of datapi, beside the repository. Undefined where they are not: the tests that need them say that they were skipped. */
const directory = path.resolve(fileURLToPath(import.meta.url), '../../../../shared/conformance/datapi')
export const SAMPLES: string | undefined = existsSync(directory) ? directory : undefined

/** The clock of the recorded answers. */
export const AT = new Date('2023-03-10T00:00:00Z')

export const readJson = (file: string): unknown => {
  const content = readFileSync(path.join(directory, file))
  return JSON.parse((file.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8'))
}

export const readLines = (file: string): unknown[] =>
  gunzipSync(readFileSync(path.join(directory, file)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
