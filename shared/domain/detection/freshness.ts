import { formatMonth, monthFromIndex } from '../month.ts'
import type { Artefact } from './artefact.ts'

/** Last month of each source in the data of a list, `AAAA-MM`; a source that never came is absent. */
export type DataDates = Record<string, string>

/** `reason` holds the list in `building` until newer data come; no SIREN fails for it (detect §2.4). */
export type Freshness =
  | { fresh: true }
  | { fresh: false; code: 'DETECT_STALE_SOURCE'; source: string; last: string | undefined; needed: string; reason: string }

const indexOf = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1

/**
 * A property of the list, not of a SIREN. `dateFin` is the excluded end of the window of the batch, so that the scored month is the one before.
 * Of several old sources, the first in the order of their names is told.
 */
export const freshnessOf = (artefact: Pick<Artefact, 'maxSourceAgeMonths'>, window: { dateFin: Date }, dataDates: DataDates): Freshness => {
  const scored = indexOf(formatMonth(window.dateFin)) - 1
  for (const source of Object.keys(artefact.maxSourceAgeMonths).sort()) {
    const oldest = scored - (artefact.maxSourceAgeMonths[source] as number)
    const last = dataDates[source]
    if (last !== undefined && indexOf(last) >= oldest) continue
    const needed = formatMonth(monthFromIndex(oldest))
    const known = last === undefined ? 'aucune donnée' : `dernier mois ${last}`
    return {
      fresh: false,
      code: 'DETECT_STALE_SOURCE',
      source,
      last,
      needed,
      reason: `Source « ${source} » trop ancienne : ${known}, ${needed} attendu au moins`,
    }
  }
  return { fresh: true }
}
