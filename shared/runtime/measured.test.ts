import { describe, expect, test } from 'vitest'
import type { LedgerDocument } from '../domain/spine/documents.ts'
import type { Outcome } from '../domain/spine/worker.ts'
import type { Metrics } from '../ports.ts'
import { flushing, measuredHttp, measuredPage } from './measured.ts'

const recorder = (): { metrics: Metrics; counts: Record<string, number>; times: string[]; flushes: () => number } => {
  const counts: Record<string, number> = {}
  const times: string[] = []
  let flushes = 0
  const metrics: Metrics = {
    count: (name, value) => {
      counts[name] = (counts[name] ?? 0) + value
    },
    milliseconds: (name) => void times.push(name),
    flush: () => void flushes++,
  }
  return { metrics, counts, times, flushes: () => flushes }
}

describe('metrics around a handler', () => {
  test('leave even when the handler throws', async () => {
    const { metrics, flushes } = recorder()
    const handler = flushing(metrics, () => Promise.reject(new Error('database away')))
    await expect(handler()).rejects.toThrow('database away')
    expect(flushes()).toBe(1)
  })

  test('a page counts its SIRENs by what became of them', async () => {
    const { metrics, counts, times } = recorder()
    const outcomes = new Map<string, Outcome>([
      ['000000001', 'done'],
      ['000000002', { error: 'x' }],
      ['000000003', 'again'],
      ['000000004', 'done'],
    ])
    const page: LedgerDocument[] = []
    expect(await measuredPage(metrics, () => Promise.resolve(outcomes))(page, '2511')).toBe(outcomes)
    expect(counts).toEqual({ SirensDone: 2, SirensAgain: 1, SirenErrors: 1 })
    expect(times).toEqual(['PageTime'])
  })

  test.each([
    [200, 'RequestsAnswered'],
    [204, 'RequestsAnswered'],
    [401, 'RequestsUnauthenticated'],
    [403, 'RequestsDenied'],
    [404, 'RequestsRefused'],
    [503, 'RequestsFailed'],
  ])('an answer %i counts as %s', async (statusCode, name) => {
    const { metrics, counts } = recorder()
    await measuredHttp(metrics, () => Promise.resolve({ statusCode }))()
    expect(counts).toEqual({ [name]: 1 })
  })
})
