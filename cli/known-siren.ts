import { ledgerRows } from '../shared/adapters/mongo/status.ts'
import { AppError } from '../shared/domain/errors.ts'
import type { LedgerDocument } from '../shared/domain/spine/documents.ts'
import type { Platform } from './platform.ts'

/** What the ledger says of a SIREN. Throws `SIREN_UNKNOWN`. */
export const checkKnown = async (db: Platform['db'], siren: string): Promise<LedgerDocument> => {
  const [row] = await ledgerRows(db, [siren])
  if (row === undefined) throw new AppError('SIREN_UNKNOWN', `Rien n’a été importé pour ${siren}.`)
  return row
}
