/**
 * The doors of the platform in a process of their own. The parent (`edge-process.ts`) says on which ports they are, what is behind them and where each
 * function answers at the moment; the process ends with its parent.
 */
import { directHandler, edgeHandler, startListener } from './edge.ts'
import { type PagesOptions, pagesServer } from './pages.ts'
import { type Address, functionAddress } from './runner/address.ts'

/** Instances of each function, by their names and those of the invoke API; the pages beside them. */
export type Doors = { functions: Record<string, { name: string; functionName: string }[]>; pages: PagesOptions }

/** What the parent sends. `ports`: where each instance answers; one that is not in it is being started again. */
export type EdgeOrder = { listen: readonly number[] } | { ports: Record<string, number> } | { open: Doors } | 'stop'

/** What the parent hears. */
export type EdgeReport = { origins: string[] } | { refused: string } | 'open'

const report = (message: EdgeReport): void => {
  if (process.connected) process.send?.(message)
}

const listen = async (ports: readonly number[]) => {
  const listeners = await Promise.all(ports.map((port) => startListener(port)))
  report({ origins: listeners.map(({ origin }) => origin) })
  return listeners
}

const main = (): void => {
  let listening: ReturnType<typeof listen> = Promise.resolve([])
  let ports: Record<string, number> = {}
  const addresses = new Map<string, Address>()

  const open = async ({ functions, pages }: Doors): Promise<void> => {
    const behind = Object.entries(functions).map(([key, instances]): [string, Address[]] => [
      key,
      instances.map(({ name, functionName }) => {
        const address = functionAddress(functionName)
        address.move(ports[name])
        addresses.set(name, address)
        return address
      }),
    ])
    const [edge, ...direct] = await listening
    edge?.serve(edgeHandler(new Map(behind), pagesServer(pages)))
    const uploads = new Map(behind).get('upload') ?? []
    for (const [index, listener] of direct.entries()) if (uploads[index] !== undefined) listener.serve(directHandler(uploads[index]))
    report('open')
  }

  const obey = async (order: EdgeOrder): Promise<void> => {
    if (order === 'stop') {
      await Promise.all((await listening).map((listener) => listener.stop()))
      process.exit(0)
    }
    if ('listen' in order) listening = listen(order.listen)
    else if ('open' in order) await open(order.open)
    else {
      ports = order.ports
      for (const [name, address] of addresses) address.move(ports[name])
    }
    await listening
  }

  process.on('disconnect', () => process.exit())
  process.on('message', (order: EdgeOrder) => {
    obey(order).catch((error: Error) => {
      report({ refused: error.message })
      process.exitCode = 1
      process.disconnect()
    })
  })
}

main()
