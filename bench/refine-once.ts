/** `node bench/refine-once.ts URI`: works through what waits at refine in that database, and says what it took. */
import { refinePage } from '../functions/refine/core.ts'
import { openInProcess, refineContext } from './in-process.ts'
import { peakWhile, timed } from './measure.ts'

const [uri] = process.argv.slice(2)
if (uri === undefined) throw new Error('the address of a database is missing')
const platform = await openInProcess(uri)
const { value: run, peakBytes } = await peakWhile(() => timed(() => platform.work('refine', refinePage(refineContext(platform)))))
await platform.close()
process.stdout.write(JSON.stringify({ seconds: run.wall, cpu: run.cpu, peakBytes }))
