import type { DepositRecord } from '../../shared/domain/deposit/record.ts'

/** What is to be done with a file that the scanner refuses for its size (upload §4.3). */
export type ScanTooLarge = 'announce' | 'block'

/** The next step of a completed upload. Each can be run again; what is known is skipped (upload §4.3). */
export type Step =
  | { do: 'nothing' }
  | { do: 'block'; reason: string }
  | { do: 'hash' }
  | { do: 'scan' }
  | { do: 'describe' }
  | { do: 'place' }
  | { do: 'announce' }
  | { do: 'quarantine' }
  | { do: 'finish' }

export const REASON_SIZE = 'La taille du fichier reçu n’est plus celle qui a été annoncée.'
export const REASON_TOO_LARGE = 'Le fichier est trop volumineux pour être analysé par l’antivirus.'
export const REASON_INFECTED = 'L’antivirus a reconnu un fichier malveillant.'

/**
 * Decides from what the record knows, not from the name of its state, so that a `blocked` deposit goes on where it
 * stopped once its cause is mended. `received` is the size of the data in bytes, undefined when there is none.
 */
export const nextStep = (record: DepositRecord, received: number | undefined, tooLarge: ScanTooLarge): Step => {
  if (record.state === 'created' || record.state === 'receiving' || record.state === 'expired') return { do: 'nothing' }
  if (record.state === 'announced' || record.state === 'quarantined') return { do: 'finish' }
  if (record.scan?.result === 'infected') return { do: 'quarantine' }
  if (record.placedAt === null && received !== record.size) return { do: 'block', reason: REASON_SIZE }
  if (record.sha256 === null) return { do: 'hash' }
  if (record.scan === null) return { do: 'scan' }
  if (record.scan.reason === 'too-large' && tooLarge === 'block') return { do: 'block', reason: REASON_TOO_LARGE }
  if (record.placedAt === null) return record.state === 'scanned' ? { do: 'place' } : { do: 'describe' }
  return { do: 'announce' }
}
