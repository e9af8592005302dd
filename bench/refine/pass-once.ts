/**
 * `node bench/refine/pass-once.ts URI EVERY MARK`: works through what waits at refine in that database, and says what it took; the peak of its memory also
 * once MARK SIRENs were done. One page in EVERY is done naively as well: the same documents are read, taken once through JSON and written, without any rule.
 */
import { readFile } from 'node:fs/promises'
import type { AnyBulkWriteOperation, Document } from 'mongodb'
import { refinePage } from '../../functions/refine/core.ts'
import { writeBulk } from '../../shared/adapters/mongo/bulk.ts'
import { dateFinOf } from '../../shared/domain/batch-key.ts'
import { publicOf } from '../../shared/domain/public-series/public.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import { rulesOf } from '../../shared/domain/variables/rules.ts'
import { type InProcess, openInProcess, refineContext } from '../in-process.ts'
import { keep, processTree, readProcess, timed } from '../measure.ts'
import type { OnceReport, Spent } from '../refine.bench.ts'

/** What a page writes, as the store receives it. */
type Written = { raws: Document[]; features: Document[]; provenance: Document[] }

/** The same spine, which also keeps what is written through it. */
const watched = (spine: Spine, written: Written): Spine => {
  const { entities, features } = spine.store
  const { provenance } = spine
  const store: Spine['store'] = {
    ...spine.store,
    entities: {
      ...entities,
      putRaws(documents) {
        written.raws.push(...documents.map(({ document }) => document))
        return entities.putRaws(documents)
      },
    },
    features: {
      ...features,
      putFeatures(documents) {
        written.features.push(...documents)
        return features.putFeatures(documents)
      },
    },
  }
  if (provenance === undefined) return { ...spine, store }
  return {
    ...spine,
    store,
    provenance: {
      ...provenance,
      put(documents) {
        written.provenance.push(...documents)
        return provenance.put(documents)
      },
    },
  }
}

const throughJson = (documents: readonly unknown[]): void => {
  for (const document of documents) keep(JSON.parse(JSON.stringify(document)))
}

/** Under the rank of each document in its page, so that the copies of all pages take the room of one. */
const writeCopies = async ({ db }: InProcess, name: string, documents: readonly Document[]): Promise<void> => {
  const copies = db.collection<{ _id: number }>(`Naive-${name}`)
  const operations = documents.map(
    (replacement, _id): AnyBulkWriteOperation<{ _id: number }> => ({ replaceOne: { filter: { _id }, replacement, upsert: true } }),
  )
  await writeBulk(copies, operations)
}

/** The database is what runs beside this process under the same parent. */
const databaseProcess = async (): Promise<number> => {
  const beside = (await processTree(process.ppid)).filter(({ pid }) => pid !== process.ppid && pid !== process.pid)
  const [largest] = beside.sort((a, b) => b.residentBytes - a.residentBytes)
  return largest?.pid ?? process.pid
}

/** Memory since the process began, as the system counts it. */
const peakBytes = async (): Promise<number> => Number(/^VmHWM:\s+(\d+) kB$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024

const nothing = (): Spent => ({ cpu: 0, database: 0 })

const refineAll = async (platform: InProcess, every: number, mark: number): Promise<OnceReport> => {
  const { entities } = platform.spine.store
  const report: OnceReport = { sirens: 0, wall: 0, whole: nothing(), series: 0, sampled: nothing(), naive: nothing(), peakAtMark: 0, peakBytes: 0 }
  const database = await databaseProcess()
  const spend = async (spent: readonly Spent[], work: () => Promise<void>): Promise<void> => {
    const before = (await readProcess(database))?.cpu ?? 0
    const { cpu } = await timed(work)
    const after = (await readProcess(database))?.cpu ?? 0
    for (const one of spent) {
      one.cpu += cpu
      one.database += after - before
    }
  }
  const written: Written = { raws: [], features: [], provenance: [] }
  const refine = refinePage(refineContext({ ...platform, spine: watched(platform.spine, written) }))
  const rules = rulesOf('default')
  let pages = 0
  const started = performance.now()
  await platform.work('refine', async (ledgers, batch) => {
    const isSampled = pages++ % every === 0
    const sirens = ledgers.map(({ siren }) => siren)
    if (isSampled)
      await spend([report.naive], async () => {
        throughJson(await entities.imported(sirens))
        throughJson(await entities.raws(sirens))
      })
    let outcomes: Awaited<ReturnType<typeof refine>> = new Map()
    await spend(isSampled ? [report.whole, report.sampled] : [report.whole], async () => {
      outcomes = await refine(ledgers, batch)
      const series = await timed(() => {
        if (batch !== undefined) for (const { value } of written.raws) keep(publicOf(value, { batch, dateFin: dateFinOf(batch), rules }))
      })
      report.series += series.cpu
    })
    for (const [name, documents] of Object.entries(written)) {
      if (isSampled)
        await spend([report.naive], async () => {
          throughJson(documents)
          await writeCopies(platform, name, documents)
        })
      documents.length = 0
    }
    if (report.sirens < mark && report.sirens + sirens.length >= mark) report.peakAtMark = await peakBytes()
    report.sirens += sirens.length
    return outcomes
  })
  return { ...report, wall: (performance.now() - started) / 1000, peakBytes: await peakBytes() }
}

const [uri, every, mark] = process.argv.slice(2)
if (uri === undefined) throw new Error('the address of a database is missing')
const platform = await openInProcess(uri)
const report = await refineAll(platform, Number(every), Number(mark))
await platform.close()
process.stdout.write(JSON.stringify(report))
