/**
 * `node bench/refine/large-once.ts STAGE URI [POSTGRES]`: works through what waits at a stage in that database, as its function does, and says what it
 * took and the most that it held. A process that has done nothing before, as its memory is what is asked.
 */
import path from 'node:path'
import { condensedFeatures } from '../../functions/detect/condensed.ts'
import { detectPage } from '../../functions/detect/core.ts'
import { detectorOf } from '../../functions/detect/detector.ts'
import { publishPage } from '../../functions/publish/core.ts'
import { postgresLarge } from '../../functions/publish/large-publisher.ts'
import { postgresPublisher } from '../../functions/publish/publisher.ts'
import { refinePage } from '../../functions/refine/core.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import { modelDirectory } from '../../shared/adapters/models.ts'
import { mongoLarge } from '../../shared/adapters/mongo/large.ts'
import { mongoLargeFeatures } from '../../shared/adapters/mongo/large-features.ts'
import { connectPostgres } from '../../shared/adapters/postgres/connect.ts'
import type { PageWork } from '../../shared/domain/spine/worker.ts'
import { PIECE } from '../../shared/runtime/worker-variables.ts'
import { type InProcess, openInProcess, refineContext } from '../in-process.ts'
import { readProcess, timed } from '../measure.ts'
import type { LargeStage } from './large.ts'

/** Documents held at a time, as by default. */
const BUDGET = 500

const models = modelDirectory(path.join(import.meta.dirname, '..', '..', 'models'))

const workOf = (stage: LargeStage, platform: InProcess, postgres: string): { page: PageWork; close: () => Promise<void> } => {
  const { spine, db } = platform
  if (stage === 'refine') return { page: refinePage(refineContext(platform)), close: async () => {} }
  if (stage === 'detect') {
    const features = mongoLargeFeatures(db)
    const large = { counts: features.counts, budget: BUDGET, condensed: condensedFeatures(features, PIECE) }
    const page = detectPage({ spine, detectorOf: async (algo) => detectorOf(algo === undefined ? await models.active() : await models.load(algo)), large })
    return { page, close: async () => {} }
  }
  const pool = connectPostgres(postgres)
  const large = { store: mongoLarge(db), budget: BUDGET, piece: PIECE, publishLarge: postgresLarge(pool, silentLog) }
  return { page: publishPage(spine, postgresPublisher(pool, silentLog), large), close: () => pool.end() }
}

const [stage, uri, postgres = ''] = process.argv.slice(2)
if (uri === undefined) throw new Error('the address of a database is missing')
const platform = await openInProcess(uri)
// the only caller gives one of the three
const { page, close } = workOf(stage as LargeStage, platform, postgres)
const { wall, cpu } = await timed(() => platform.work(stage as LargeStage, page))
await close()
await platform.close()
process.stdout.write(JSON.stringify({ wall, cpu, peakBytes: (await readProcess(process.pid))?.peakBytes ?? 0 }))
