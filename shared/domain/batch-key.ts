/**
 * Keys of batches (raw-formats §4.2): `AAMM`, or `AAMM_NN` for a sub-batch, which brings later files of the same month. They are compared as text,
 * hence the two digits of the suffix.
 */

const KEY = /^([0-9]{2})(0[1-9]|1[0-2])(?:_([0-9]{2}))?$/

export type BatchKey = {
  key: string
  year: number
  month: number
  sub?: string
}

/** The strict form, of the import and of the CLI. Nothing when the text is not a key. */
export const parseBatchKey = (text: string): BatchKey | undefined => {
  const found = KEY.exec(text)
  if (found === null) return undefined
  const sub = found[3] === undefined ? {} : { sub: found[3] }
  return {
    key: text,
    year: 2000 + Number(found[1]),
    month: Number(found[2]),
    ...sub,
  }
}

export const isBatchKey = (text: string): boolean => KEY.test(text)

/** The tolerant form, of the conformance commands alone: `AAMM`, or `AAMM_` and anything. */
export const isTolerantBatchKey = (text: string): boolean => /^[0-9]{2}(0[1-9]|1[0-2])(_.*)?$/s.test(text)

/** Order of treatment: that of the texts. */
export const compareBatchKeys = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The batch that a sub-batch completes; a batch of a month is its own. */
export const monthKeyOf = (key: string): string => key.slice(0, 4)

export const isSubBatch = (key: string): boolean => key.length > 4

/** First day of the month of the key: the exclusive end of what the batch covers (§4.3 step 5). `key` is valid. */
export const dateFinOf = (key: string): Date => new Date(Date.UTC(2000 + Number(key.slice(0, 2)), Number(key.slice(2, 4)) - 1, 1))

/** First month covered by a batch, unless configured (§4.3 step 5, §3.1 row 26). */
export const DEFAULT_DATE_DEBUT = new Date('2016-01-01T00:00:00Z')

const PARIS = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Paris',
  year: '2-digit',
  month: '2-digit',
})

/** The batch of a file that names none: the month, in Paris, of the instant when its upload was complete (§4.3). */
export const batchKeyAt = (instant: Date): string => {
  const parts = PARIS.formatToParts(instant)
  const part = (type: 'year' | 'month'): string => parts.find((item) => item.type === type)?.value ?? ''
  return `${part('year')}${part('month')}`
}
