import { createHash } from 'node:crypto'
import type { FeaturesDocument, RawDocument } from '../../shared/domain/spine/documents.ts'
import type { Reading } from '../../shared/domain/spine/reading.ts'

/** Everything that the variables of a SIREN are computed from, in one text (refine §6.2). `version` names the rules. */
export const fingerprintOf = (
  version: string,
  current: NonNullable<Reading['current']>,
  inside: boolean,
  documents: readonly Pick<RawDocument, 'key' | 'version'>[],
): string => {
  const { dateDebut, dateFin, dateFinEffectif } = current.window
  const hash = createHash('sha256')
  hash.update([version, current.key, dateDebut.toISOString(), dateFin.toISOString(), dateFinEffectif.toISOString(), inside].join('\n'))
  for (const document of documents) hash.update(`\n${document.key}=${document.version}`)
  return hash.digest('hex').slice(0, 32)
}

/**
 * The fingerprint that each of the `count` documents of a SIREN carries. Their number is part of it: a pass that died between two of them leaves
 * fewer than they say, and the next one sees it.
 */
export const storedFingerprint = (fingerprint: string, count: number): string => `${fingerprint}:${count}`

/** Are these all the documents of the SIREN, and is each the current one? */
export const isUpToDate = (known: readonly FeaturesDocument[], fingerprint: string): boolean =>
  known.length > 0 && known.every((document) => document.fingerprint === storedFingerprint(fingerprint, known.length))
