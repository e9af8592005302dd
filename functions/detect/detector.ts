import { createHash } from 'node:crypto'
import { freshnessOf, type LoadedArtefact, NO_RULES, scoreSiren } from '../../shared/domain/detection/index.ts'
import type { FeatureColumns } from '../../shared/domain/features.ts'
import { parseFeatures } from '../../shared/domain/variables/storage.ts'
import type { Detector } from './core.ts'

/** The exclusions were found by refine, from the register; scoring has nothing to look up. */
const NO_BLACK_LIST = { id: 'done-by-refine', categories: [], activities: [], seat: false }

/** Scores with one artefact (detect §5). */
export const detectorOf = (loaded: LoadedArtefact): Detector => {
  const { artefact } = loaded
  return {
    describe: { artefact: artefact.sha256, algo: artefact.id, ruleset: NO_RULES.id, thresholds: { F1: artefact.thresholds.F1, F2: artefact.thresholds.F2 } },
    staleness(window, dataDates) {
      const freshness = freshnessOf(artefact, window, dataDates)
      return freshness.fresh ? undefined : freshness.reason
    },
    score({ siren, list, features }) {
      const columns = features.flatMap((document): FeatureColumns[] => (document.columns === undefined ? [] : [parseFeatures(document.columns)]))
      if (columns.length === 0) return excluded('hors-perimetre', artefact.sha256)
      const exclusion = columns.find((entity) => entity.entreprise !== undefined)?.entreprise?.exclu
      if (exclusion) return excluded(exclusion, artefact.sha256)
      const result = scoreSiren(loaded, { siren, list, features: columns, facts: { hasSeat: true }, blackList: NO_BLACK_LIST })
      if ('score' in result) return { key: result.score.key, content: result.score }
      return excluded('excluded' in result ? result.excluded : result.stale, artefact.sha256)
    },
  }
}

const excluded = (reason: string, artefact: string) => ({ key: createHash('sha256').update(`${reason}\n${artefact}`).digest('hex'), excluded: reason })
