import { hash } from 'node:crypto'
import type { Kind, Written } from './content-fields.ts'
import { dateText, intervalText, NO_VALUE, scientific } from './content-text.ts'
import type { Entry, EntryValue } from './entity.ts'

/** A field in the text: its bytes [at, end) stand for `last`. `before`: what goes before its value. */
type Place = {
  readonly name: string
  readonly field: string | undefined
  readonly kind: Kind
  readonly before: Uint8Array
  at: number
  end: number
  last: EntryValue | undefined
}

/** Bytes for the texts of an entry, all together, of three bytes a character at most; an entry that has more is hashed the general way. */
const TEXTS = 4096
/** At least the bytes of a value that is no text: an interval has 113. */
const VALUE = 120
/** Bytes that a loop copies sooner than the call of a native function. */
const SHORT = 32

/**
 * Hashes the entries of one type, one after the other (`contentText`). Those that follow one another are much alike: the text of the last one stays in
 * place, and only the fields that changed, or moved, are written. As fields are written in the order of the text, what stands at the place that a field had
 * and still has is what it wrote there.
 */
export class ContentForm {
  readonly #places: readonly Place[]
  readonly #bytes: Uint8Array
  readonly #buffer: Buffer
  /** The beginning of the bytes, by its length: entries have few lengths. */
  readonly #views: Uint8Array[] = []

  constructor(written: readonly Written[]) {
    this.#places = written.map(({ name, field, kind, before }) => ({ name, field, kind, before: bytesOf(before), at: -1, end: -1, last: undefined }))
    const fixed = this.#places.reduce((sum, { before }) => sum + before.length + VALUE, 1)
    this.#bytes = new Uint8Array(fixed + TEXTS)
    this.#buffer = Buffer.from(this.#bytes.buffer)
  }

  /** Nothing when the texts of the entry are too long. */
  hash(key: string, value: Entry, aside: Readonly<Record<string, string>> | undefined): string | undefined {
    let at = 0
    let texts = 0
    for (const place of this.#places) {
      const { field, kind } = place
      const given = field === undefined ? '' : field === '' ? key : field === '#' ? aside?.[place.name] : value[field]
      if (kind === 'text' && typeof given === 'string') {
        texts += given.length
        if (texts * 3 > TEXTS) return this.#forget()
      }
      if (place.at === at && Object.is(place.last, given)) {
        at = place.end
        continue
      }
      if (place.at !== at) this.#copy(place.before, at)
      place.at = at
      place.end = this.#write(kind, given, at + place.before.length)
      place.last = given
      at = place.end
    }
    this.#bytes[at] = 125
    const length = at + 1
    this.#views[length] ??= this.#bytes.subarray(0, length)
    return hash('md5', this.#views[length])
  }

  /** An entry that is given up half-way leaves nothing of the one before in its place. */
  #forget(): undefined {
    for (const place of this.#places) place.at = -1
  }

  /** The byte after the value. */
  #write(kind: Kind, value: EntryValue | undefined, at: number): number {
    switch (kind) {
      case 'text':
        return this.#text(typeof value === 'string' ? value : '', at)
      case 'integer':
        return this.#ascii(String(typeof value === 'number' ? value : 0), at)
      case 'decimal':
        return this.#decimal(typeof value === 'number' ? value : 0, at)
      case 'boolean':
        this.#bytes[at] = value === true ? 116 : 102
        return at + 1
      case 'optional-date':
        return value instanceof Date ? this.#copy(dateBytes(value), at) : this.#ascii(NO_VALUE, at)
      case 'date':
        return this.#copy(value instanceof Date ? dateBytes(value) : NO_DATE, at)
      case 'interval':
        return this.#copy(intervalBytes(value), at)
    }
  }

  #copy(from: Uint8Array, at: number): number {
    const bytes = this.#bytes
    const { length } = from
    if (length > SHORT) bytes.set(from, at)
    else for (let i = 0; i < length; i++) bytes[at + i] = from[i] ?? 0
    return at + length
  }

  #ascii(text: string, at: number): number {
    const bytes = this.#bytes
    const { length } = text
    for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i)
    return at + length
  }

  #text(text: string, at: number): number {
    const bytes = this.#bytes
    const { length } = text
    bytes[at] = 34
    let end = at + 1
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i)
      if (code > 127) {
        end = at + 1 + this.#buffer.write(text, at + 1, 'utf8')
        break
      }
      bytes[end++] = code
    }
    bytes[end] = 34
    return end + 1
  }

  /** A whole number of cents below ten million euros has nine digits at most, so that they are the shortest ones: they are written without any text. */
  #decimal(value: number, at: number): number {
    const cents = Math.round(value * 100)
    if (value === 0 || Math.abs(cents) >= 1e9 || cents / 100 !== value) return this.#ascii(scientific(value), at)
    const bytes = this.#bytes
    let rest = Math.abs(cents)
    let exponent = -3
    for (let power = 1; power <= rest; power *= 10) exponent++
    let count = exponent + 3
    for (; rest % 10 === 0; count--) rest = Math.floor(rest / 10)
    let from = at
    if (cents < 0) bytes[from++] = 45
    const end = from + (count > 1 ? count + 1 : 1)
    for (let to = end - 1; to > from; to--) {
      if (to === from + 1) bytes[to] = 46
      else {
        bytes[to] = 48 + (rest % 10)
        rest = Math.floor(rest / 10)
      }
    }
    bytes[from] = 48 + rest
    bytes[end] = 69
    bytes[end + 1] = exponent < 0 ? 45 : 43
    bytes[end + 2] = 48
    bytes[end + 3] = 48 + Math.abs(exponent)
    return end + 4
  }
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))

/** Files repeat few distinct dates and periods: their bytes are remembered. */
const dateBytes = (value: Date): Uint8Array => {
  const time = value.getTime()
  const day = Math.floor(time / DAY)
  const known = day * DAY === time ? DATES.get(day) : undefined
  if (known !== undefined) return known
  const bytes = bytesOf(dateText(value))
  if (day * DAY === time && DATES.size < MEMORY) DATES.set(day, bytes)
  return bytes
}
const DAY = 86_400_000
/** By the number of the day: a small integer is found sooner than an instant. */
const DATES = new Map<number, Uint8Array>()
const MEMORY = 10_000
const NO_DATE = bytesOf(dateText(undefined))

const intervalBytes = (value: EntryValue | undefined): Uint8Array => {
  if (value === null || typeof value !== 'object') return NO_INTERVAL
  const known = INTERVALS.get(value)
  if (known !== undefined) return known
  const bytes = bytesOf(intervalText(value))
  INTERVALS.set(value, bytes)
  return bytes
}
const NO_INTERVAL = bytesOf(intervalText(undefined))
/** By the interval itself, which a conversion that remembers gives again: entries never change once they are made. */
const INTERVALS = new WeakMap<object, Uint8Array>()
