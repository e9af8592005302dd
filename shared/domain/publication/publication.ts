/** What one SIREN publishes, from what is known of it: pure, and equal for equal inputs (datapi §4.3). */
import { createHash } from 'node:crypto'
import { canonicalJson, compareBytes } from '../canonical-json.ts'
import type { RawValue } from '../entity.ts'
import type { Facts, ScoreFacts } from './facts.ts'
import { entrepriseOfRaw, etablissementOfRaw, type PublicationBatch } from './from-raw.ts'
import { scoreFactsOf } from './from-scores.ts'
import type { Publication } from './rows.ts'
import type { ScoreDocument } from './score-document.ts'
import { feuilletsOf } from './sheets.ts'
import { alertesOf, resumesOf, scoresOf } from './summary.ts'
import { type Together, togetherOf } from './together.ts'

/** Raised when the same facts publish otherwise: everything is then written again at the next pass. */
export const FORMAT = 1

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
  const { facts, holds } = entrepriseOfRaw(input.siren, input.entreprise, input.batch)
  const etablissements = input.etablissements.flatMap((value) => etablissementOfRaw(value, input.batch) ?? [])
  if (!holds && etablissements.length === 0) return { outside: true }
  const { scores, unattachedScores } = attachedScores(input, togetherOf(etablissements))
  return { ...publicationOfFacts({ ...facts, etablissements, scores }), unattachedScores }
}

/** The scores that count, on the établissement that carries them. */
export const attachedScores = (
  { scores, closedUnpublishedLists }: Pick<PublicationInput, 'scores' | 'closedUnpublishedLists'>,
  { porteur }: Together,
): { scores: ScoreFacts[]; unattachedScores: number } => {
  const counted = scores.filter((score) => !closedUnpublishedLists.includes(score.list))
  const attached = porteur === undefined ? [] : scoreFactsOf(counted, porteur.siret)
  return { scores: inOrder(attached), unattachedScores: counted.length - attached.length }
}

const inOrder = (scores: readonly ScoreFacts[]): ScoreFacts[] =>
  scores.toSorted((a, b) => compareBytes(a.batch, b.batch) || compareBytes(a.algo, b.algo) || compareBytes(a.siret, b.siret))

/** The rows that these facts publish: no clock, no current list, one order (datapi §4.3). */
export const publicationOfFacts = ({ etablissements, ...entreprise }: Facts): Publication => {
  const facts = { ...entreprise, scores: inOrder(entreprise.scores) }
  const sites = etablissements.toSorted((a, b) => compareBytes(a.siret, b.siret))
  const together = togetherOf(sites)
  const resumes = resumesOf(facts, together, sites)
  const scores = scoresOf(facts)
  return {
    siren: facts.siren,
    feuillets: feuilletsOf(facts, together, sites),
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
