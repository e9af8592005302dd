/** `node bench/import/store-once.ts SOURCE FILE FILTER`: the whole import of a file on a database of its own: where the time goes, and the memory of the import. */
import type { DepositReader, ReadRecord } from '../../functions/import/core.ts'
import { openInProcess } from '../in-process.ts'
import { peakWhile, Share, type Timing, timed } from '../measure.ts'

/**
 * Seconds of wall and of this process's processor. `parser`: while records were asked of the reader; `store`: while documents were written and SIRENs
 * touched, so that its wall is the wait for the database and its processor the driver's; the rest of `whole` is the plan, the gathering of entries into
 * documents, the closing. `database`: processor seconds of the database; `peak`: of the import's resident memory, in bytes.
 */
export type StoreOnce = { whole: Timing; plan: Timing; parser: Timing; store: Timing; database: number; entries: number; peak: number }

const [source = '', file = '', filter = ''] = process.argv.slice(2)
const BATCH = '2511'

const plan = new Share()
const parser = new Share()
const store = new Share()

const watched = (reader: DepositReader): DepositReader => ({
  ...reader,
  plan: (document) => plan.of(() => reader.plan(document)),
  async *rows(document, run, range): AsyncGenerator<readonly ReadRecord[]> {
    const records = reader.rows(document, run, range)[Symbol.asyncIterator]()
    for (;;) {
      const { done, value } = await parser.of(() => records.next())
      if (done === true) return
      yield value
    }
  },
})

const timing = ({ wall, cpu }: Timing): Timing => ({ wall, cpu })

const platform = await openInProcess(undefined, watched)
try {
  await platform.deposit(filter, BATCH, { source: 'filter' })
  const { entities, ledger } = platform.spine.store
  let entries = 0
  const { putImported } = entities
  entities.putImported = (documents) => {
    for (const { value } of documents)
      for (const types of Object.values(value.batch)) for (const hashes of Object.values(types)) entries += Object.keys(hashes).length
    return store.of(() => putImported.call(entities, documents))
  }
  const { touch } = ledger
  ledger.touch = (sirens, change) => store.of(() => touch.call(ledger, sirens, change))
  for (const share of [plan, parser]) Object.assign(share, { wall: 0, cpu: 0 })
  const before = await platform.databaseCpu()
  const { value: whole, peakBytes } = await peakWhile(() => timed(() => platform.deposit(file, BATCH, { source })))
  const database = (await platform.databaseCpu()) - before
  const result: StoreOnce = {
    whole: timing(whole),
    plan: timing(plan),
    parser: timing(parser),
    store: timing(store),
    database,
    entries,
    peak: peakBytes,
  }
  process.stdout.write(JSON.stringify(result))
} finally {
  await platform.close()
}
