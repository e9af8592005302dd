import { compareBytes } from '../canonical-json.ts'
import { formatDay } from '../month.ts'
import { libelleOf } from '../spine/lists.ts'
import { type Alert, F1, F2, SANS_ALERTE, type ScoreFacts } from './facts.ts'
import type { ScoreDocument } from './score-document.ts'

const ALERTS: readonly [Alert, Alert, Alert] = [SANS_ALERTE, F2, F1]

/** Decimals of what agents see (detect §6.5). */
const round = (value: number): number => Math.round(value * 1e6) / 1e6

/**
 * Scores of one SIREN as they are shown, by list, on one of its établissements. A change is counted from the list before, if both were made
 * by the same artefact (detect §8.2).
 */
export const scoreFactsOf = (documents: readonly ScoreDocument[], siret: string): ScoreFacts[] => {
  const ordered = documents.toSorted((a, b) => compareBytes(a.list, b.list))
  return ordered.map((document, index) => {
    const previous = ordered[index - 1]
    const comparable = previous !== undefined && previous.artefact === document.artefact
    return {
      siret,
      libelle: libelleOf(document.list),
      batch: document.list,
      algo: document.algo,
      periode: formatDay(document.periode),
      score: round(document.score),
      diff: comparable ? round(document.score - previous.score) : null,
      probability: document.probability == null ? null : round(document.probability),
      alert: ALERTS[document.level],
      alertPreRedressements: ALERTS[document.levelBefore],
      redressements: document.redressements,
      macroRadar: roundAll(document.macroRadar),
      macroExpl: contributions(document.macroExpl, document.score),
      microExpl: contributions(document.microExpl, document.score),
      selectConcerning: document.explSelection?.selectConcerning ?? [],
      selectReassuring: document.explSelection?.selectReassuring ?? [],
    }
  })
}

const OFFSET = 'model_offset'

const roundAll = (values: Record<string, number> | null | undefined): Record<string, number> | null =>
  values == null ? null : Object.fromEntries(Object.entries(values).map(([name, value]) => [name, round(value)]))

/** The offset takes what rounding moved, so that the sum is still the rounded score. */
const contributions = (values: Record<string, number> | null | undefined, score: number): Record<string, number> | null => {
  const rounded = roundAll(values)
  if (rounded === null || rounded[OFFSET] === undefined) return rounded
  const others = Object.entries(rounded).reduce((sum, [name, value]) => (name === OFFSET ? sum : sum + value), 0)
  return { ...rounded, [OFFSET]: round(round(score) - others) }
}
