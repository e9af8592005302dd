/**
 * What an entreprise publishes whose établissements do not fit in memory together (refine §6.4): a first pass over them leaves what they say together,
 * the second gives their rows a few at a time. The rows are those of `publicationOf`.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'
import type { RawValue } from '../entity.ts'
import { byRules } from '../rules-error.ts'
import type { EtablissementFacts, Facts } from './facts.ts'
import { entrepriseOfRaw, etablissementOfRaw } from './from-raw.ts'
import { attachedScores, FORMAT, type Outside, type PublicationInput } from './publication.ts'
import type { Publication } from './rows.ts'
import { feuilletsEntreprise, feuilletsEtablissements, feuilletsScores } from './sheets.ts'
import { alertesOf, resumesOf, scoresOf } from './summary.ts'
import { addEtablissement, noEtablissement, type Together } from './together.ts'

/** `etablissements` gives all of them, a few at a time, and is called twice. */
export type LargeInput = Omit<PublicationInput, 'etablissements'> & { etablissements: () => AsyncIterable<readonly RawValue[]> }

/** What is said of the whole: nothing that grows with the number of établissements. */
export type Outline = { facts: Omit<Facts, 'etablissements'>; together: Together; unattachedScores: number }

/** The first pass. */
export const outlineOf = async (input: LargeInput): Promise<Outline | Outside> => {
  const { facts, holds } = byRules(() => entrepriseOfRaw(input.siren, input.entreprise, input.batch))
  const together = noEtablissement()
  for await (const values of input.etablissements()) for (const site of sitesOf(values, input)) byRules(() => addEtablissement(together, site))
  if (!holds && together.etablissements === 0) return { outside: true }
  const { scores, unattachedScores } = byRules(() => attachedScores(input, together))
  return { facts: { ...facts, scores }, together, unattachedScores }
}

/** The second pass: the rows of the entreprise and of its scores, then those of its établissements, as they come. */
export async function* partsOf(input: LargeInput, { facts, together }: Outline): AsyncGenerator<Publication> {
  const { siren } = facts
  const scores = byRules(() => scoresOf(facts))
  const feuillets = byRules(() => [...feuilletsEntreprise(facts, together), ...feuilletsScores(facts)])
  yield { siren, feuillets, resumes: [], scores, alertes: [] }
  for await (const values of input.etablissements()) {
    const sites = sitesOf(values, input)
    yield byRules(() => {
      const resumes = resumesOf(facts, together, sites)
      return { siren, feuillets: feuilletsEtablissements(siren, sites), resumes, scores: [], alertes: alertesOf(scores, resumes) }
    })
  }
}

const sitesOf = (values: readonly RawValue[], { batch }: LargeInput): EtablissementFacts[] =>
  byRules(() => values.flatMap((value) => etablissementOfRaw(value, batch) ?? []))

/** Names what is published by what it is computed from: its rows are never there all together. `versions` are those of its documents, in order. */
export const inputsFingerprint = (
  { siren, scores, closedUnpublishedLists, batch }: Omit<LargeInput, 'etablissements' | 'entreprise'>,
  versions: readonly string[],
): string =>
  createHash('sha256')
    .update(`${FORMAT}\n${canonicalJson({ siren, scores, closedUnpublishedLists, batch, versions })}`)
    .digest('hex')
