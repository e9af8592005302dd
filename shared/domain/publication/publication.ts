/** What one SIREN publishes, from what is known of it: pure, and equal for equal inputs (datapi §4.3). */
import { createHash } from 'node:crypto'
import { canonicalJson, compareBytes } from '../canonical-json.ts'
import type { RawValue } from '../entity.ts'
import { CODES_DEPARTEMENTS } from '../reference/departements.ts'
import type { Facts } from './facts.ts'
import { factsOfRaw, type PublicationBatch } from './from-raw.ts'
import { scoreFactsOf, siretOfScores } from './from-scores.ts'
import type { Publication } from './rows.ts'
import type { ScoreDocument } from './score-document.ts'
import { feuilletsOf } from './sheets.ts'
import { alertesOf, resumesOf, scoresOf } from './summary.ts'

const KNOWN = new Set(CODES_DEPARTEMENTS)

/** Raised when the same facts publish otherwise: everything is then written again at the next pass. */
const FORMAT = 1

/**
 * `scores`: those of every list, tombstones left out. `closedUnpublishedLists`: keys of the lists that were closed before they were
 * published, which count nowhere (datapi §4.3). `batch`: the current one.
 */
export type PublicationInput = {
  siren: string
  entreprise?: RawValue | undefined
  etablissements: readonly RawValue[]
  scores: readonly ScoreDocument[]
  closedUnpublishedLists: readonly string[]
  batch: PublicationBatch
}

/** No entry of the SIREN is left: it is outside, and leaves a tombstone. */
export type Outside = { outside: true }

/** `unattachedScores`: scores that no établissement could carry; they show nowhere and are to be counted (detect §8.3). */
export const publicationOf = (input: PublicationInput): (Publication & { unattachedScores: number }) | Outside => {
  const facts = factsOfRaw(input.siren, input.entreprise, input.etablissements, input.batch)
  if (facts === undefined) return { outside: true }
  const counted = input.scores.filter((score) => !input.closedUnpublishedLists.includes(score.list))
  const siret = siretOfScores(facts.etablissements)
  const scores = siret === undefined ? [] : scoreFactsOf(counted, siret)
  return {
    ...publicationOfFacts({ ...facts, scores }),
    unattachedScores: counted.length - scores.length,
  }
}

/** The rows that these facts publish: no clock, no current list, one order (datapi §4.3). */
export const publicationOfFacts = (facts: Facts): Publication => {
  const sorted: Facts = {
    ...facts,
    etablissements: facts.etablissements.toSorted((a, b) => compareBytes(a.siret, b.siret)),
    scores: facts.scores.toSorted((a, b) => compareBytes(a.batch, b.batch) || compareBytes(a.algo, b.algo) || compareBytes(a.siret, b.siret)),
  }
  const resumes = resumesOf(sorted, KNOWN)
  const scores = scoresOf(sorted)
  return {
    siren: facts.siren,
    feuillets: feuilletsOf(sorted),
    resumes,
    scores,
    alertes: alertesOf(scores, resumes),
  }
}

/** Names the content of a publication, whatever the order of properties. */
export const fingerprintOf = ({ siren, feuillets, resumes, alertes, scores }: Publication): string =>
  createHash('sha256')
    .update(`${FORMAT}\n${canonicalJson({ siren, feuillets, resumes, alertes, scores })}`)
    .digest('hex')
