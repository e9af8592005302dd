/** Watches the passes of the workers: how often a SIREN is tried, and that what has not moved is not written again. */
import type { World } from '../spine/world.ts'
import type { Writer } from './monitor.ts'

/** What names everything that a derived document was computed from, and the step at which it was written. */
type Written = { document: unknown; name: string; step: number }

/** A SIREN is tried this often before it is set aside (architecture §2). */
const TRIES = 3

export type PassMonitor = { watch(operation: string, writer: Writer, step: number): void }

export const passMonitorOf = ({ data }: World, faults: Set<string>): PassMonitor => {
  const rows = new Map<string, unknown>()
  const failures = new Map<string, number>()
  const written = new Map<string, Written>()

  /** Failures are counted since the SIREN was last touched, raised or advanced. */
  const watchTries = (operation: string): void => {
    for (const [siren, row] of data.ledger) {
      if (rows.get(siren) === row) continue
      rows.set(siren, row)
      if (operation !== 'ledger.recordFailure') {
        failures.delete(siren)
        continue
      }
      const count = (failures.get(siren) ?? 0) + 1
      failures.set(siren, count)
      if (row.stage === 'failed' && count < TRIES) faults.add(`${siren} is set aside after ${count} failure`)
    }
  }

  /** Who began when the document was there, computed from the same, had nothing to write. */
  const watchWritten = <Document>(documents: ReadonlyMap<string, Document>, nameOf: (document: Document) => string, writer: Writer, step: number): void => {
    for (const [key, document] of documents) {
      const name = nameOf(document)
      const before = written.get(key)
      if (before?.document === document) continue
      if (before?.name === name && before.step < writer.started) faults.add(`${key} is written again, though nothing of it moved`)
      written.set(key, { document, name, step })
    }
  }

  /** A seq that is raised is no write of the document. */
  const watchRaised = (documents: ReadonlyMap<string, unknown>): void => {
    for (const [key, document] of documents) {
      const before = written.get(key)
      if (before !== undefined) written.set(key, { ...before, document })
    }
  }

  return {
    watch(operation, writer, step) {
      if (operation.startsWith('ledger.')) watchTries(operation)
      if (operation === 'features.putFeatures') watchWritten(data.features, ({ fingerprint }) => fingerprint, writer, step)
      if (operation === 'scores.putScores') watchWritten(data.scores, ({ key }) => key, writer, step)
      if (operation === 'features.raiseFeaturesSeq') watchRaised(data.features)
      if (operation === 'scores.raiseScoresSeq') watchRaised(data.scores)
    },
  }
}
