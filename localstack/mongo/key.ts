import type { Long } from 'bson'

/**
 * Values as strings whose order is the order of BSON values, so that an index is a sorted list of strings and equality is `===`.
 * Each value is a character for its class followed by its content; a container ends with NUL, which is below every class.
 * `Decimal128` is ordered as a double.
 */
export const CLASS = {
  minKey: '\x01',
  undefined: '\x02',
  null: '\x03',
  number: '\x04',
  string: '\x05',
  object: '\x06',
  array: '\x07',
  binary: '\x08',
  objectId: '\x09',
  boolean: '\x0a',
  date: '\x0b',
  timestamp: '\x0c',
  regex: '\x0d',
  code: '\x0e',
  maxKey: '\x7f',
} as const

/** Index entry of an empty array: below null, equal to nothing that is asked. */
export const EMPTY_ARRAY: string = CLASS.undefined

const view = new DataView(new ArrayBuffer(8))
const word = (n: number): string => String.fromCharCode(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)

const doubleBits = (n: number): string => {
  if (Number.isNaN(n)) return '\0\0\0\0\0\0\0\0'
  view.setFloat64(0, n === 0 ? 0 : n)
  const high = view.getUint32(0)
  const low = view.getUint32(4)
  return high >>> 31 ? word(~high) + word(~low) : word(high ^ 0x80000000) + word(low)
}

const HALF = 0x800
const EXACT = String.fromCharCode(HALF >> 8, HALF & 255)
const SMALL = Array.from({ length: 256 }, (_, n) => CLASS.number + doubleBits(n) + EXACT)

const encodeNumber = (n: number): string => (n >= 0 && n < 256 && Number.isInteger(n) ? (SMALL[n] ?? '') : CLASS.number + doubleBits(n) + EXACT)

/** A double, then how far the integer lies from it (64-bit integers have more digits than a double). */
const encodeLong = (long: Long): string => {
  const near = long.toNumber()
  const rest = Number(long.toBigInt() - BigInt(near)) + HALF
  return CLASS.number + doubleBits(near) + String.fromCharCode(rest >> 8, rest & 255)
}

const HIGH = /[\ud800-\uffff]/
/** UTF-16 units rearranged in the order of the code points. */
const byCodePoint = (text: string): string => {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    out += String.fromCharCode(unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)
  }
  return out
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL ends a text, so no text may hold one
const LOW = /[\0\x01]/g

/** No encoded text is the beginning of another one. */
const encodeText = (text: string): string => {
  const ordered = HIGH.test(text) ? byCodePoint(text) : text
  return `${ordered.search(LOW) < 0 ? ordered : ordered.replace(LOW, (c) => (c === '\0' ? '\x01\x01' : '\x01\x02'))}\0`
}

const encodeObject = (value: object): string => {
  let out: string = CLASS.object
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined) continue
    const encoded = encode(item)
    out += encoded.charAt(0) + encodeText(name) + encoded.slice(1)
  }
  return `${out}\0`
}

type Tagged = { _bsontype?: string }
type Bytes = { buffer: Uint8Array; position: number; sub_type: number }

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

const encodeTagged = (value: object & Tagged): string => {
  switch (value._bsontype) {
    case 'Long':
      return encodeLong(value as unknown as Long)
    case 'Int32':
    case 'Double':
      return encodeNumber((value as unknown as { value: number }).value)
    case 'Decimal128':
      return encodeNumber(Number(String(value)))
    case 'ObjectId':
      return CLASS.objectId + latin1((value as unknown as { id: Uint8Array }).id)
    case 'Binary': {
      const { buffer, position, sub_type } = value as unknown as Bytes
      return CLASS.binary + word(position) + String.fromCharCode(sub_type) + latin1(buffer.subarray(0, position))
    }
    case 'Timestamp': {
      const { high, low } = value as unknown as Long
      return CLASS.timestamp + word(high) + word(low)
    }
    case 'MinKey':
      return CLASS.minKey
    case 'MaxKey':
      return CLASS.maxKey
    case 'BSONRegExp': {
      const { pattern, options } = value as unknown as {
        pattern: string
        options: string
      }
      return CLASS.regex + encodeText(pattern) + encodeText(options)
    }
    case undefined:
      return encodeObject(value)
    default:
      return CLASS.code + encodeText(JSON.stringify(value))
  }
}

export const encode = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return CLASS.string + encodeText(value)
    case 'number':
      return encodeNumber(value)
    case 'boolean':
      return CLASS.boolean + (value ? '\x02' : '\x01')
    case 'bigint':
      return encodeNumber(Number(value))
    case 'object':
      break
    default:
      return CLASS.null
  }
  if (value === null) return CLASS.null
  if (value instanceof Date) return CLASS.date + doubleBits(value.getTime())
  if (Array.isArray(value)) return `${CLASS.array + value.map(encode).join('')}\0`
  if (value instanceof RegExp) return CLASS.regex + encodeText(value.source) + encodeText(value.flags)
  return encodeTagged(value)
}

/** Order of two values, as the server sorts them. */
export const compareValues = (a: unknown, b: unknown): number => {
  if (typeof a === 'number' && typeof b === 'number' && !Number.isNaN(a) && !Number.isNaN(b)) return a - b
  const left = encode(a)
  const right = encode(b)
  return left < right ? -1 : left > right ? 1 : 0
}

export const sameValue = (a: unknown, b: unknown): boolean => a === b || encode(a) === encode(b)
