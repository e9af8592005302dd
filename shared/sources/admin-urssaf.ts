import { contentHash } from '../domain/content-hash.ts'
import type { Tuple } from '../domain/entity.ts'
import { comptesOf, countComptes, MAPPING_COLUMNS, type Mapping, siretAt } from '../domain/mapping.ts'
import { formatDay, monthSeries } from '../domain/month.ts'
import type { RowError, RowOutcome } from './parser.ts'
import { source, urssafFile } from './source.ts'

/**
 * The URSSAF's table of accounts (raw-formats §2.1): gives the mapping compte → SIRET, and one tuple `compte` per month. Its rows are not parsed one by
 * one: `buildMapping` reads the file, `parseMapping` walks the comptes.
 */
export const adminUrssaf = source({
  name: 'admin_urssaf',
  tupleType: 'compte',
  scope: 'etablissement',
  delivery: 'stock',
  dialect: { sep: ';', quotes: 'strict' },
  malformed: 'file',
  emitsFaulty: true,
  fileNames: urssafFile(3, 'etablissement_utf8'),
  columns: MAPPING_COLUMNS,
  open: () => () => {},
})

/** The months [debut, fin), `debut` being the first of a month; none when absent. */
export type Months = { readonly debut: Date; readonly fin: Date }

export type MappingWalk = {
  readonly months?: Months | undefined
  /** Rank of the file that is imported: the comptes whose list comes from another one are left to it. All of them when absent. */
  readonly file?: number
  /** Some comptes of that file, in order, for whoever walks them in several times; `from`: rank of the first of them. */
  readonly comptes?: readonly string[]
  readonly from?: number
  readonly hash?: boolean
}

/**
 * One outcome per compte, in increasing order of the comptes; the rank of a compte stands for a line number. A month without SIRET is an error, and the
 * other months of the compte are still given. The périmètre is already in the mapping.
 */
export function* parseMapping(
  mapping: Mapping,
  { months, file, comptes = comptesOf(mapping, file), from = 0, hash = true }: MappingWalk = {},
): Generator<RowOutcome & { compte: string }> {
  const dates = months === undefined ? [] : monthSeries(months.debut, months.fin)
  for (const [i, compte] of comptes.entries()) {
    const record = from + i + 1
    const tuples: Tuple[] = []
    const errors: RowError[] = []
    for (const periode of dates) {
      const siret = siretAt(mapping, compte, periode)
      if (siret === undefined) {
        const day = formatDay(periode)
        errors.push({
          record,
          line: record,
          message: `Pas de siret associé au compte ${compte} à la période ${day} 00:00:00 +0000 UTC`,
          reason: `Le compte ${compte} n’a pas de SIRET à la date du ${day}.`,
          column: 'compte',
          value: compte,
        })
        continue
      }
      const value = { siret, numero_compte: compte, periode }
      tuples.push({
        type: 'compte',
        scope: 'etablissement',
        key: siret,
        hash: hash ? contentHash('compte', siret, value, { extensions: false }) : '',
        value,
      })
    }
    yield {
      compte,
      tuples,
      errors,
      skipped: false,
      status: errors.length > 0 ? 'rejected' : 'imported',
      records: 1,
    }
  }
}

/** Rows of a file that are not the first of a compte that it gives: the platform counts them as ignored (§1.7). */
export const ignoredRows = (mapping: Mapping, file: number): number => (mapping.records[file] ?? 0) - countComptes(mapping, file)
