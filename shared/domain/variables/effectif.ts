import { documented } from './documentation-types.ts'
import { type Columns, columnOf, type EntriesOfType, exactMonth, type Frame, write } from './frame.ts'

const LAGS = [6, 12, 18, 24] as const

const describe = (prefix: string, always: string, present: string) =>
  documented('effectifs', [
    [
      prefix,
      'integer',
      'persons',
      always,
      'unknown and nothing to carry',
      'headcount of the month, else the carried value (2026: accounts added up, carried forward only, no longer than headcounts lag)',
    ],
    [`${prefix}_reporte`, '0/1', '-', present, '-', '1 when the month itself is missing (2023: or zero)'],
    [
      `${prefix}_past_N`,
      'integer',
      'persons',
      `${present}, and the source month is known`,
      '-',
      'headcount N + offset + 1 months apart, offset = months from the end of the window to the last headcounts',
      LAGS,
    ],
  ])

export const EFFECTIF_VARIABLES = describe('effectif', 'always', 'the type effectif is present')
export const EFFECTIF_ENT_VARIABLES = describe('effectif_ent', 'the type effectif_ent is present', 'the type effectif_ent is present')

/** Headcounts of the établissement or of the entreprise, under `prefix` (refine §3.6, §5.5). */
export const writeEffectifs = (columns: Columns, frame: Frame, prefix: 'effectif' | 'effectif_ent', entries: EntriesOfType): void => {
  if (entries === undefined) return
  const byMonth = frame.rules.effectifs === '2026' ? addedByMonth(entries) : lastByMonth(entries)
  const values = columnOf(columns, prefix, frame.count)
  const reported = columnOf(columns, `${prefix}_reporte`, frame.count)
  const carriedAt = frame.rules.effectifs === '2026' ? carriedForward(frame, byMonth) : carriedEverywhere(frame, byMonth)
  for (let place = 0; place < frame.count; place++) {
    const known = byMonth.get(frame.first + place)
    const isKnown = frame.rules.effectifs === '2026' ? known !== undefined : Boolean(known)
    values[place] = isKnown ? known : carriedAt(place)
    reported[place] = isKnown ? 0 : 1
  }
  for (const [month, headcount] of byMonth) {
    for (const lag of LAGS) write(columns, frame, `${prefix}_past_${lag}`, month - frame.first + lag - frame.offsetEffectif - 1, headcount)
  }
}

/** 2023: of the accounts of a month the last one in document order counts. */
const lastByMonth = (entries: NonNullable<EntriesOfType>): Map<number, number> => {
  const byMonth = new Map<number, number>()
  for (const entry of entries.values()) {
    const month = exactMonth(entry['periode'])
    const headcount = entry['effectif']
    if (month !== undefined && typeof headcount === 'number') byMonth.set(month, headcount)
  }
  return byMonth
}

/** 2026, and the public series: the accounts of a month are added up. */
export const addedByMonth = (entries: NonNullable<EntriesOfType>): Map<number, number> => {
  const byMonth = new Map<number, number>()
  for (const entry of entries.values()) {
    const month = exactMonth(entry['periode'])
    const headcount = entry['effectif']
    if (month !== undefined && typeof headcount === 'number') byMonth.set(month, (byMonth.get(month) ?? 0) + headcount)
  }
  return byMonth
}

/** 2023: the headcount of the last month available fills every gap, before as after it (T11). */
const carriedEverywhere = (frame: Frame, byMonth: ReadonlyMap<number, number>): ((place: number) => number | null) => {
  const carried = byMonth.get(frame.first + frame.count + frame.offsetEffectif) ?? null
  return () => carried
}

/**
 * 2026: the most recent known headcount before the month, as long as headcounts lag behind the window: an établissement that closed does not
 * keep its last staff for ever, and no month depends on a later one.
 */
const carriedForward = (frame: Frame, byMonth: ReadonlyMap<number, number>): ((place: number) => number | null) => {
  const longest = Math.max(0, -frame.offsetEffectif - 1)
  return (place) => {
    for (let back = 1; back <= longest; back++) {
      const known = byMonth.get(frame.first + place - back)
      if (known !== undefined) return known
    }
    return null
  }
}
