import { Aggregator } from 'mingo'
import { CommandError } from './errors.ts'
import { compareValues, encode } from './key.ts'
import { isDocument } from './path.ts'
import type { Document } from './raw.ts'

/** One accumulator at work: `undefined` is a missing value. */
type Accumulator = { take(value: unknown): void; result(): unknown }

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : isLong(value) ? Number(String(value)) : undefined)
const isLong = (value: unknown): boolean => typeof value === 'object' && value !== null && '_bsontype' in value && value._bsontype === 'Long'

const total = (average: boolean): Accumulator => {
  let sum = 0
  let count = 0
  return {
    take: (value) => {
      const number = numberOf(value)
      if (number === undefined) return
      sum += number
      count++
    },
    result: () => (average ? (count === 0 ? null : sum / count) : sum),
  }
}

const extreme = (sign: 1 | -1): Accumulator => {
  let best: unknown = null
  return {
    take: (value) => {
      if (value === undefined || value === null) return
      if (best === null || compareValues(value, best) * sign > 0) best = value
    },
    result: () => best,
  }
}

const end = (last: boolean): Accumulator => {
  let kept: { value: unknown } | undefined
  return {
    take: (value) => {
      if (last || kept === undefined) kept = { value: value ?? null }
    },
    result: () => kept?.value ?? null,
  }
}

/** A missing value adds nothing. */
const list = (distinct: boolean): Accumulator => {
  const values: unknown[] = []
  const seen = new Set<string>()
  return {
    take: (value) => {
      if (value === undefined || (distinct && seen.has(encode(value)))) return
      if (distinct) seen.add(encode(value))
      values.push(value)
    },
    result: () => values,
  }
}

const ACCUMULATORS: Readonly<Record<string, () => Accumulator>> = {
  $sum: () => total(false),
  $avg: () => total(true),
  $min: () => extreme(-1),
  $max: () => extreme(1),
  $first: () => end(false),
  $last: () => end(true),
  $push: () => list(false),
  $addToSet: () => list(true),
}

/** A path through an array gives the array of what its documents hold there. */
const follow = (value: unknown, parts: readonly string[], at: number): unknown => {
  const name = parts[at]
  if (name === undefined) return value
  if (Array.isArray(value)) return value.map((item) => (isDocument(item) ? follow(item, parts, at) : undefined)).filter((item) => item !== undefined)
  return isDocument(value) ? follow(value[name], parts, at + 1) : undefined
}

type Read = (document: Document) => unknown

/** Constants and paths are read directly, the rest is an expression for mingo. */
const compileOperand = (expression: unknown): Read => {
  if (typeof expression === 'string' && expression.startsWith('$') && !expression.startsWith('$$')) {
    const parts = expression.slice(1).split('.')
    return (document) => follow(document, parts, 0)
  }
  if (isDocument(expression) && !Object.keys(expression).some((name) => name.startsWith('$'))) {
    const fields = Object.entries(expression).map(([name, operand]) => [name, compileOperand(operand)] as const)
    return (document) => Object.fromEntries(fields.flatMap(([name, read]) => asField(name, read(document))))
  }
  if (typeof expression !== 'object' && typeof expression !== 'string') return () => expression
  const aggregator = new Aggregator([{ $replaceWith: { value: expression } }])
  return (document) => aggregator.run<Document>([document])[0]?.value
}

const asField = (name: string, value: unknown): [string, unknown][] => (value === undefined ? [] : [[name, value]])

type Field = { name: string; make: () => Accumulator; read: Read }

/** Compiles a `$group`; `undefined` when it has an accumulator that is left to mingo. */
export const compileGroup = (operand: unknown): ((documents: readonly Document[]) => Document[]) | undefined => {
  if (!isDocument(operand) || !('_id' in operand)) throw new CommandError('BadValue', 'a group specification must include an _id')
  const { _id: by, ...accumulators } = operand
  const fields: Field[] = []
  for (const [name, accumulator] of Object.entries(accumulators)) {
    const [[operator, expression] = ['', null], ...others] = isDocument(accumulator) ? Object.entries(accumulator) : []
    if (operator === '' || others.length > 0) throw new CommandError('BadValue', `The field '${name}' must be an accumulator object`)
    const make = operator === '$count' ? ACCUMULATORS.$sum : ACCUMULATORS[operator]
    if (make === undefined) return undefined
    fields.push({ name, make, read: operator === '$count' ? () => 1 : compileOperand(expression) })
  }
  const readKey = compileOperand(by)
  return (documents) => {
    const groups = new Map<string, { id: unknown; states: Accumulator[] }>()
    for (const document of documents) {
      const id = readKey(document) ?? null
      const key = typeof id === 'string' ? id : `\0${encode(id)}`
      let group = groups.get(key)
      if (group === undefined) {
        group = { id, states: fields.map(({ make }) => make()) }
        groups.set(key, group)
      }
      for (const [i, { read }] of fields.entries()) group.states[i]?.take(read(document))
    }
    return [...groups.values()].map(({ id, states }) => ({
      _id: id,
      ...Object.fromEntries(fields.map(({ name }, i) => [name, states[i]?.result()])),
    }))
  }
}
