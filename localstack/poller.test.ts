import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { succeeded } from './poller.ts'

const messages = ['1', '2', '3'].map((MessageId) => ({ MessageId, ReceiptHandle: `r${MessageId}` }))
const answer = (payload: unknown) => ({ ok: true as const, payload, text: payload === undefined ? '' : JSON.stringify(payload) })
const kept = (payload: unknown, fifo = false) => succeeded(answer(payload), messages, true, fifo).map(({ MessageId }) => MessageId)

describe('which messages are deleted after a call', () => {
  test.each([undefined, null, {}, { batchItemFailures: null }, { batchItemFailures: [] }])('%j means that all are done', (payload) => {
    expect(kept(payload)).toEqual(['1', '2', '3'])
  })

  test.each([
    'done',
    12,
    [],
    { batchItemFailures: {} },
    { batchItemFailures: ['1'] },
    { batchItemFailures: [{ itemIdentifier: '' }] },
    { batchItemFailures: [{ itemIdentifier: null }] },
    { batchItemFailures: [{ item: '1' }] },
    { batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: 'unknown' }] },
  ])('%j fails the whole batch', (payload) => {
    expect(kept(payload)).toEqual([])
  })

  test('a call that failed keeps everything', () => {
    expect(succeeded({ ok: false, why: 'failed', message: '' }, messages, true, false)).toEqual([])
    expect(succeeded({ ok: false, why: 'crashed', message: '' }, messages, false, false)).toEqual([])
  })

  test('without partial answers, what is answered does not matter', () => {
    expect(succeeded(answer({ batchItemFailures: [{ itemIdentifier: '1' }] }), messages, false, false)).toHaveLength(3)
  })

  test('exactly the reported ones are kept, and in a FIFO batch also all that follow', () => {
    fc.assert(
      fc.property(fc.subarray(['1', '2', '3']), (failed) => {
        const payload = { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
        expect(kept(payload)).toEqual(['1', '2', '3'].filter((id) => !failed.includes(id)))
        const first = failed.length === 0 ? 4 : Math.min(...failed.map(Number))
        expect(kept(payload, true)).toEqual(['1', '2', '3'].filter((id) => Number(id) < first))
      }),
    )
  })
})
