/** Watches the runs and the verdicts: what raises a run, what changes a verdict, and that no range is read for nothing. */
import { countingDeposits } from '../../shared/domain/spine/counting.ts'
import type { ImportDocument, Run } from '../../shared/domain/spine/documents.ts'
import type { World } from '../spine/world.ts'
import type { Writer } from './monitor.ts'

/** What this run of `batch source` had yet to import, all along since the worker began. */
export type Unread = (place: string, run: number, writer: Writer) => string | undefined

export type RunMonitor = { watch(operation: string, writer: Writer): void }

export const runMonitorOf = ({ data, readAgain }: World, faults: Set<string>, unread: Unread): RunMonitor => {
  /** Is the source effective, by `batch source`. */
  const verdicts = new Map<string, boolean>()
  const inputs = new Map<string, Run>()

  /** While a newer run is being imported, the old verdict stands (architecture §4). */
  const watchVerdicts = (writer: Writer): void => {
    for (const { key, runs, verdicts: given } of data.batches.values()) {
      for (const [source, { effective }] of Object.entries(given)) {
        const place = `${key} ${source}`
        const old = verdicts.get(place)
        verdicts.set(place, effective)
        const run = runs[source]?.n ?? 1
        if (old === undefined || old === effective || run === 1) continue
        const open = unread(place, run, writer)
        if (open !== undefined) faults.add(`${place} becomes ${effective ? 'effective' : 'not effective'} while ${open}`)
      }
    }
  }

  /** A run is raised because an input came or went: bytes that are sent again for the same batch and source are none. */
  const watchInputs = (): void => {
    const bytesOf = (deposits: readonly string[]): string => {
      const bytes = deposits.flatMap((deposit) => data.imports.get(deposit) ?? []).map(({ batch, source, sha256 }) => `${batch} ${source} ${sha256}`)
      return JSON.stringify(bytes.filter((one, at) => bytes.lastIndexOf(one) === at))
    }
    for (const { key, runs } of data.batches.values()) {
      for (const [source, run] of Object.entries(runs)) {
        const old = inputs.get(`${key} ${source}`)
        inputs.set(`${key} ${source}`, run)
        if (old === undefined || old.n === run.n) continue
        const isSame = (['mapping', 'perimetre'] as const).every((input) => bytesOf(old[input]) === bytesOf(run[input]))
        const isStill = [...old.mapping, ...old.perimetre].every((deposit) => isFirst(deposit, [...data.imports.values()]))
        if (isSame && isStill && old.removed.join() === run.removed.join()) faults.add(`run ${run.n} of ${key} ${source} has the inputs of run ${old.n}`)
      }
    }
  }

  return {
    watch(operation, writer) {
      if (operation === 'admin.updateBatch') {
        watchVerdicts(writer)
        watchInputs()
      }
      if (operation === 'reader.rows') for (const range of readAgain) faults.add(`${range} is read again`)
    },
  }
}

/** It still counts, and brings its bytes before any other deposit of its batch and source. */
const isFirst = (deposit: string, imports: readonly ImportDocument[]): boolean => {
  const known = imports.find((document) => document.deposit === deposit)
  const siblings = imports.filter(({ batch, source }) => batch === known?.batch && source === known?.source)
  return countingDeposits(siblings).find(({ sha256 }) => sha256 === known?.sha256)?.deposit === deposit
}
