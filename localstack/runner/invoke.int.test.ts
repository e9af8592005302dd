import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { ComingEvent } from './coming-event.ts'
import { invokeAt } from './invoke.ts'

test('a call never depends on a connection that an earlier one left open', async () => {
  let connections = 0
  const server = createServer((_, answer) => answer.end('{}')).on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  expect(await invokeAt(port, 'first', ComingEvent.whole(Buffer.from('{}')))).toMatchObject({ ok: true })
  expect(await invokeAt(port, 'second', ComingEvent.whole(Buffer.from('{}')))).toMatchObject({ ok: true })
  expect(connections).toBe(2)
  await new Promise((resolve) => server.close(resolve))
})
