import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { isoInstant } from '../../shared/domain/canonical-json.ts'
import type { Mapping } from '../../shared/domain/mapping.ts'
import { countsOf } from '../../shared/sources/report.ts'
import { readMapping } from '../../shared/sources/rows-of-file.ts'
import type { Source } from '../../shared/sources/source.ts'
import type { SourceRun } from './run-source.ts'

/** Ten rows of each source under `<source>/`, with what must become of them in `expected.json`. All names, numbers and amounts are invented. */
const HERE = fileURLToPath(new URL('./', import.meta.url))

export type Sample = { name: string; bytes: Uint8Array; expected: unknown }

export const MONTHS = { debut: new Date('2018-03-01T00:00:00Z'), fin: new Date('2018-05-01T00:00:00Z') }

/** The sample of a source. Every source has one: the suite says which is missing. */
export const sampleOf = (source: string): Sample => {
  const [name] = existsSync(HERE + source) ? readdirSync(HERE + source).filter((file) => file !== 'expected.json') : []
  if (name === undefined) throw new Error(`no sample in tests/samples/${source}`)
  const expected = `${HERE + source}/expected.json`
  return {
    name,
    bytes: readFileSync(`${HERE + source}/${name}`),
    expected: existsSync(expected) ? z.unknown().parse(JSON.parse(readFileSync(expected, 'utf8'))) : undefined,
  }
}

/** The table compte → SIRET of the samples. */
export const sampleMapping = async (perimetre: ReadonlySet<string> | null = null): Promise<Mapping> => {
  const { name, bytes } = sampleOf('admin_urssaf')
  const built = await readMapping([{ name, open: () => once(bytes) }], perimetre)
  if (!built.ok) throw new Error(built.fatal)
  return built.mapping
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** What is compared: the counts, the errors and the tuples, dates as text. */
export const summaryOf = (source: Source, { tuples, report }: SourceRun): unknown =>
  JSON.parse(
    JSON.stringify(
      {
        counts: countsOf(report),
        errors: report.headRejected.map(({ record, message }) => `Line ${record}: ${message}`),
        rejected: report.firstRejected.map(({ message: _, ...rest }) => rest),
        tuples: tuples.map(({ key, hash, value }) => ({ key, hash, value: source.printed?.(value) ?? value })),
      },
      function (this: Record<string, unknown>, field: string, value: unknown) {
        const before = this[field]
        return before instanceof Date ? isoInstant(before) : value
      },
    ),
  )

/** Writes `expected.json` anew, to be reviewed by eye: `SF_SAMPLES=write`. */
export const writeExpected = (source: string, summary: unknown): void =>
  writeFileSync(`${HERE + source}/expected.json`, `${JSON.stringify(summary, null, 1)}\n`)
