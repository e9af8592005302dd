/** One private deposit by a process that may not give files away. Argument: root. Prints the id, and the deposits that were warned of. */
import { efsSettleStorage } from '../../../shared/adapters/storage/efs/settle-storage.ts'
import { layout, startPlatform } from './platform.ts'
import { clientOf, idOf, metadata } from './target.ts'

const root = process.argv[2] ?? ''
const warned: string[] = []
const platform = await startPlatform({ root, settle: { storage: efsSettleStorage({ base: root, layout: layout(), onIntended: (id) => warned.push(id) }) } })
const client = clientOf({ uploads: platform.uploads, issuer: '', token: () => platform.issuer.token(), origin: '', root, placed: () => platform.idle() })
const created = await client.post(
  { 'upload-length': '5', 'content-type': 'application/offset+octet-stream', 'upload-metadata': metadata({ private: 'true' }) },
  'hello',
)
await platform.idle()
process.stdout.write(JSON.stringify({ id: idOf(created.headers.location ?? ''), warned }))
await platform.stop()
