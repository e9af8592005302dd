/**
 * The edge and one process of the upload function behind it, apart from everything else, as the gateway and the function are on AWS: what this process
 * uses is what the edge uses. Hears once what the function is given, says the address of the collection and the process of the function.
 */
import { directHandler, startListener } from '../../localstack/edge.ts'
import type { Assignment } from '../../localstack/runner/child.ts'
import { startInstance } from '../../localstack/runner/instance.ts'

export type EdgeReady = { collection: string; upload: number }

const serve = async (assignment: Assignment): Promise<void> => {
  const instance = startInstance({ name: 'upload', assignment, onLine: (line) => void process.stderr.write(`${line}\n`) })
  await instance.ready()
  const listener = await startListener()
  listener.serve(directHandler(instance))
  const ready: EdgeReady = { collection: `${listener.origin}/files`, upload: instance.pid() ?? 0 }
  process.send?.(ready)
  process.once('disconnect', () => void Promise.all([listener.stop(), instance.stop()]))
}

process.once('message', (assignment: Assignment) => void serve(assignment))
