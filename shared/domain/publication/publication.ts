import { createHash } from 'node:crypto'
import { canonicalJson, compareBytes } from '../canonical-json.ts'
import { CODES_DEPARTEMENTS } from '../reference/departements.ts'
import type { Facts } from './facts.ts'
import type { Publication } from './rows.ts'
import { feuilletsOf } from './sheets.ts'
import { alertesOf, resumesOf, scoresOf } from './summary.ts'

const KNOWN = new Set(CODES_DEPARTEMENTS)

/** Raised when the same facts publish otherwise: everything is then written again at the next pass. */
const FORMAT = 1

/** The rows that these facts publish: no clock, no current list, one order (datapi §4.3). */
export const publicationOfFacts = (facts: Facts): Publication => {
  const sorted: Facts = {
    ...facts,
    etablissements: facts.etablissements.toSorted((a, b) => compareBytes(a.siret, b.siret)),
    scores: facts.scores.toSorted((a, b) => compareBytes(a.batch, b.batch) || compareBytes(a.algo, b.algo) || compareBytes(a.siret, b.siret)),
  }
  const resumes = resumesOf(sorted, KNOWN)
  const scores = scoresOf(sorted)
  return { siren: facts.siren, feuillets: feuilletsOf(sorted), resumes, scores, alertes: alertesOf(scores, resumes) }
}

/** Names the content of a publication, whatever the order of properties. */
export const fingerprintOf = (publication: Publication): string =>
  createHash('sha256').update(`${FORMAT}\n${canonicalJson(publication)}`).digest('hex')
