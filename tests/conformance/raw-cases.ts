import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'

/** The raw samples handed over with the project, beside the repository: the tests that need them say so when they are not there. */
export const RAW = fileURLToPath(new URL('../../../shared/conformance/raw/', import.meta.url))
export const hasRaw = existsSync(RAW)

export type RawCase = {
  file: string
  expected: string
  type: string
  args: string[]
  year: 2023 | 2026
}

const MAPPING = ['--comptes', `${RAW}_mapping/comptes-toujours-ouverts.csv`]
const OF_2026 = ['departementFrom=commune', 'apeWithDot=true', 'skipNonNafRev2=true', 'extensions=true'].flatMap((setting) => ['--switch', setting])

export const RAW_CASES: RawCase[] = [
  {
    file: 'admin_urssaf/comptesTestData.csv',
    expected: 'admin_urssaf/expectedComptes.json',
    type: 'admin_urssaf',
    args: ['--date-debut', '2018-12-01', '--date-fin', '2019-01-01'],
    year: 2023,
  },
  {
    file: 'cotisation/cotisationTestData.csv',
    expected: 'cotisation/expectedCotisation.json',
    type: 'cotisation',
    args: MAPPING,
    year: 2023,
  },
  {
    file: 'debit/debitTestData.csv',
    expected: 'debit/expectedDebit.json',
    type: 'debit',
    args: MAPPING,
    year: 2023,
  },
  {
    file: 'debit/debitCorrompuTestData.csv',
    expected: 'debit/expectedDebitCorrompu.json',
    type: 'debit',
    args: MAPPING,
    year: 2023,
  },
  {
    file: 'effectif/effectifTestData.csv',
    expected: 'effectif/expectedEffectif.json',
    type: 'effectif',
    args: [],
    year: 2023,
  },
  {
    file: 'sirene/sireneTestData.csv',
    expected: 'sirene/expectedSirene.json',
    type: 'sirene',
    args: [],
    year: 2023,
  },
  {
    file: 'apdemande/apdemandeTestData.csv',
    expected: 'apdemande/expectedApdemande.json',
    type: 'apdemande',
    args: [],
    year: 2023,
  },
  {
    file: 'bdf/bdfTestData.csv',
    expected: 'bdf/expectedBdfOutput.json',
    type: 'bdf',
    args: [],
    year: 2023,
  },
  {
    file: 'diane/dianeTestData.txt',
    expected: 'diane/expectedDiane.json',
    type: 'diane',
    args: [],
    year: 2023,
  },
  {
    file: 'cotisation/2026/cotisationTestData.csv',
    expected: 'cotisation/2026/expectedCotisation.json',
    type: 'cotisation',
    args: OF_2026,
    year: 2026,
  },
  {
    file: 'debit/2026/debitTestData.csv',
    expected: 'debit/2026/expectedDebit.json',
    type: 'debit',
    args: OF_2026,
    year: 2026,
  },
  {
    file: 'debit/2026/debitCorrompuTestData.csv',
    expected: 'debit/2026/expectedDebitCorrompu.json',
    type: 'debit',
    args: OF_2026,
    year: 2026,
  },
  {
    file: 'sirene/2026/sireneTestData.csv',
    expected: 'sirene/2026/expectedSirene.json',
    type: 'sirene',
    args: OF_2026,
    year: 2026,
  },
]

const Tuples = z.array(z.record(z.string(), z.unknown()))
const Event = z.object({
  headFatal: z.array(z.string()),
  headRejected: z.array(z.string()),
  isFatal: z.boolean(),
  linesParsed: z.int(),
  linesRejected: z.int(),
  linesSkipped: z.int(),
  linesValid: z.int(),
  summary: z.string(),
})
const Expected2023 = z.object({
  tuples: Tuples,
  events: z.tuple([z.object({ event: Event, parserCode: z.string() })]),
})
const Expected2026 = z.object({
  tuples: Tuples,
  reports: z.tuple([
    z.object({
      parser: z.string(),
      head_fatal: z.array(z.string()),
      head_rejected: z.array(z.string()),
      is_fatal: z.boolean(),
      lines_parsed: z.int(),
      lines_rejected: z.int(),
      lines_skipped: z.int(),
      lines_valid: z.int(),
      summary: z.string(),
    }),
  ]),
})
const Hashes = z.array(
  z.object({
    file: z.string(),
    keysAndHashes: z.array(z.tuple([z.string(), z.string()])),
  }),
)

const json = (path: string): unknown => JSON.parse(readFileSync(RAW + path, 'utf8'))

export type RawEvent = z.infer<typeof Event>

/** The expected tuples, under the names of 2023, and the counters of the report. */
export const expectedOf = ({
  expected,
  year,
}: RawCase): {
  tuples: Record<string, unknown>[]
  event: RawEvent
  parser: string
} => {
  if (year === 2023) {
    const { tuples, events } = Expected2023.parse(json(expected))
    return { tuples, event: events[0].event, parser: events[0].parserCode }
  }
  const { tuples, reports } = Expected2026.parse(json(expected))
  const [report] = reports
  return {
    tuples: tuples.map(({ periode_debut, periode_fin, DebitID, categorie_juridique, ...rest }) => ({
      ...rest,
      ...(periode_debut !== undefined && {
        periode: { start: periode_debut, end: periode_fin },
      }),
      ...(DebitID !== undefined && { debit_id: DebitID }),
      ...(categorie_juridique !== undefined && {
        statut_juridique: categorie_juridique,
      }),
    })),
    event: {
      headFatal: report.head_fatal,
      headRejected: report.head_rejected,
      isFatal: report.is_fatal,
      linesParsed: report.lines_parsed,
      linesRejected: report.lines_rejected,
      linesSkipped: report.lines_skipped,
      linesValid: report.lines_valid,
      summary: report.summary,
    },
    parser: report.parser,
  }
}

export const expectedHashes = (): z.infer<typeof Hashes> => Hashes.parse(json('content-hashes.json'))
