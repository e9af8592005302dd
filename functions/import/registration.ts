import { batchKeyAt, isBatchKey } from '../../shared/domain/batch-key.ts'
import type { DepositRecord } from '../../shared/domain/deposit/record.ts'
import type { ImportDocument } from '../../shared/domain/spine/documents.ts'
import { detectSource } from '../../shared/sources/index.ts'
import type { Registration } from './core.ts'

/**
 * What a deposit says of itself: its source by the metadata, else by the name of the file; its batch by the metadata, else by the month of completion
 * in Paris (architecture §4). One that names neither a known source nor a valid batch is refused with a sentence for the partner.
 */
export const registrationOf = (record: DepositRecord, registeredAt: Date): Registration => {
  const { metadata } = record
  const completedAt = new Date(record.completedAt ?? record.createdAt)
  const source = detectSource({ filename: metadata.filename, typeSignauxFaibles: metadata.typeSignauxFaibles, 'goup-path': record.owner })
  const batch = metadata.batch || batchKeyAt(completedAt)
  const document: ImportDocument = {
    deposit: record.id,
    batch: isBatchKey(batch) ? batch : '',
    source: source ?? '',
    owner: record.owner,
    filename: metadata.filename ?? '',
    completedAt,
    sha256: record.sha256 ?? '',
    size: record.size,
    replaces: (metadata.replaces ?? '')
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
    confirmed: metadata.complete === 'true',
    withdrawn: false,
    closedRun: 0,
    settledRun: 0,
    registeredAt,
  }
  if (!isBatchKey(batch)) return { document, refused: `« ${batch} » n’est pas un lot : AAMM est attendu, ou AAMM_NN pour un complément.` }
  if (source !== undefined) return { document }
  const named = metadata.typeSignauxFaibles
  return {
    document,
    unknownType: named ?? '',
    refused: named
      ? `Le type de fichier « ${named} » est inconnu.`
      : `Le nom « ${document.filename} » ne correspond à aucun type de fichier connu ; précisez le type au dépôt.`,
  }
}
