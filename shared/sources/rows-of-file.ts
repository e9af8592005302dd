import { type Bad, type Row, readCsv } from '../csv/read-csv.ts'
import { buildMapping, type Mapping, type MappingFailure } from '../domain/mapping.ts'
import { type Fatal, type Perimetre, readFiltre } from '../domain/perimetre.ts'
import { adminUrssaf } from './admin-urssaf.ts'
import { type OpenBytes, toPlainCsv } from './plain.ts'
import type { Source } from './source.ts'

/** A file as it was sent: its name tells of a compression. */
export type RawFile = { readonly name: string; readonly open: OpenBytes }

/** The rows of a whole file, whatever its container and encoding; the header first. */
export async function* rowsOfFile(source: Pick<Source, 'container' | 'dialect'>, file: RawFile): AsyncGenerator<readonly (Row | Bad)[]> {
  const { bytes } = await toPlainCsv(source, file.open, file.name)
  yield* readCsv(bytes, source.dialect)
}

/** The table compte → SIRET of files `admin_urssaf`, in the order in which they count (raw-formats §1.10). */
export const readMapping = (
  files: readonly RawFile[],
  perimetre: Perimetre | null,
): Promise<{ ok: true; mapping: Mapping } | ({ ok: false } & MappingFailure)> =>
  buildMapping(
    files.map((file) => rowsOfFile(adminUrssaf, file)),
    perimetre,
  )

/** The périmètre of filter files (§1.9). */
export const readPerimetre = (files: readonly RawFile[]): Promise<{ ok: true; perimetre: Set<string> } | Fatal> =>
  readFiltre(files.map((file) => rowsOfFile(FILTRE, file)))

/** Separator and quotes of a filter file. */
export const FILTRE = {
  container: 'csv',
  dialect: { sep: ';', quotes: 'strict' },
} as const
