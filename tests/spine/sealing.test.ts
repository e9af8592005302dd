import { expect, it } from 'vitest'
import { openBatch } from '../../shared/domain/spine/opening.ts'
import type { InventedFile } from './invented.ts'
import { createWorld, deposit, type Message, settle, type World } from './world.ts'

const A = '100000001'
const B = '100000002'

const rows = (...sirens: string[]) => sirens.map((siren) => ({ siren, value: 20 }))
const first: InventedFile = { deposit: 'first', batch: '2511', source: 'effectif_ent', rows: rows(A) }
const debit: InventedFile = { deposit: 'debit', batch: '2511', source: 'debit', rows: rows(A) }
const second: InventedFile = { deposit: 'second', batch: '2511', source: 'effectif_ent', rows: rows(A, B), completedAt: 5 }
const paydex: InventedFile = { deposit: 'paydex', batch: '2511', source: 'paydex', rows: rows(B), completedAt: 5 }

/** Handles every message of `queue`, and of no other. */
const drain = async (world: World, queue: Message['queue']): Promise<void> => {
  for (let at = world.messages.findIndex((message) => message.queue === queue); at >= 0; at = world.messages.findIndex((message) => message.queue === queue)) {
    const [message] = world.messages.splice(at, 1)
    if (message !== undefined) await world.handle(message)
  }
}

it('a worker that was given up adds nobody to a closed list, once they are scored in the next one', async () => {
  const world = createWorld()
  for (const file of [first, debit]) deposit(world, file)
  await settle(world)
  for (const file of [second, paydex]) deposit(world, file)
  await drain(world, 'import')
  await drain(world, 'refine')
  const message = world.messages.find(({ queue }) => queue === 'detect')
  if (message === undefined) throw new Error('nobody rang detect')
  let stop = (): void => {}
  let wake = (): void => {}
  const stopped = new Promise<void>((resolve) => {
    stop = resolve
  })
  const woken = new Promise<void>((resolve) => {
    wake = resolve
  })
  const late = world.handle(message, async (operation) => {
    if (operation !== 'scores.putScores') return
    stop()
    await woken
  })
  await stopped

  await world.spine().store.admin.ensureBatch('2512')
  await openBatch(world.spine(), '2512')
  await settle(world)
  expect(world.data.scores.get(`2512:${B}`)?.content).toBeDefined()
  wake()
  await late
  expect(world.data.scores.get(`2511:${B}`)?.content).toBeUndefined()
})
