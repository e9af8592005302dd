/** `node bench/import/store-once.ts SOURCE FILE FILTER`: the whole import of a file on a database of its own: where the time goes, and the memory of the import. */
import { openInProcess } from '../in-process.ts'
import { peakWhile, timed } from '../measure.ts'

/** Seconds of wall (`store`: those during which the import waited for the database) and of processor; peak of resident memory in bytes. */
export type StoreOnce = { wall: number; store: number; cpu: number; database: number; entries: number; peak: number }

const [source = '', file = '', filter = ''] = process.argv.slice(2)
const BATCH = '2511'

const platform = await openInProcess()
try {
  await platform.deposit(filter, BATCH, { source: 'filter' })
  const { entities, ledger } = platform.spine.store
  let store = 0
  let entries = 0
  const waited = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    const startedAt = performance.now()
    try {
      return await work()
    } finally {
      store += (performance.now() - startedAt) / 1000
    }
  }
  const { putImported } = entities
  entities.putImported = (documents) => {
    for (const { value } of documents)
      for (const types of Object.values(value.batch)) for (const hashes of Object.values(types)) entries += Object.keys(hashes).length
    return waited(() => putImported.call(entities, documents))
  }
  const { touch } = ledger
  ledger.touch = (sirens, change) => waited(() => touch.call(ledger, sirens, change))
  const before = await platform.databaseCpu()
  const { value: run, peakBytes } = await peakWhile(() => timed(() => platform.deposit(file, BATCH, { source })))
  const database = (await platform.databaseCpu()) - before
  const result: StoreOnce = { wall: run.wall, store, cpu: run.cpu, database, entries, peak: peakBytes }
  process.stdout.write(JSON.stringify(result))
} finally {
  await platform.close()
}
