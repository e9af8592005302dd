import { CLASS, encode } from './key.ts'
import { operatorsOf } from './matcher.ts'
import { isDocument } from './path.ts'
import type { Document } from './raw.ts'
import { AFTER_ALL, type Range } from './sorted-list.ts'

export type Direction = 1 | -1
export type Sort = readonly (readonly [path: string, direction: Direction])[]

/** What the planner needs of an index. A `partial` one does not hold every document: it only serves uniqueness. */
export type Indexed = {
  fields: readonly string[]
  multikey: boolean
  partial: boolean
  count(range: Range, enough: number): number
}

/** Ranges of one index to read, in order. `exact`: every document found matches; `sorted`: they come in the order asked. */
export type Plan<I> = {
  index: I
  ranges: Range[]
  reverse: boolean
  exact: boolean
  sorted: boolean
}

/** Bounds of one field: points, or one interval. `whole` when they say all that the filter says of the field. */
type Bounds = { points: string[] } | { from: string; to: string }
type Condition = { bounds: Bounds | undefined; whole: boolean }

/** Values that an index finds exactly; arrays and regular expressions are looked for by reading. */
const indexable = (value: unknown): boolean => !Array.isArray(value) && !(value instanceof RegExp) && !Number.isNaN(value)

const MAX_POINTS = 20_000

const conditionOf = (operators: Document, multikey: boolean): Condition => {
  let points: string[] | undefined
  let interval: { from: string; to: string } | undefined
  let whole = true
  for (const [operator, operand] of Object.entries(operators)) {
    if (operator === '$eq' && points === undefined && indexable(operand)) points = [encode(operand)]
    else if (operator === '$in' && points === undefined && Array.isArray(operand) && operand.every(indexable)) {
      points = [...new Set(operand.map(encode))].sort()
    } else if (/^\$[gl]te?$/.test(operator) && operand !== null && indexable(operand) && !isDocument(operand)) {
      const key = encode(operand)
      const kind = key.charAt(0)
      if (kind === CLASS.minKey || kind === CLASS.maxKey) whole = false
      else if (interval !== undefined && multikey) whole = false
      else {
        // NaN is below every number, and below none in a comparison.
        const lowest = kind === CLASS.number ? encode(Number.NEGATIVE_INFINITY) : kind
        const from = operator === '$gt' ? key + AFTER_ALL : operator === '$gte' ? key : lowest
        const to = operator === '$lt' ? key : operator === '$lte' ? key + AFTER_ALL : kind + AFTER_ALL
        interval ??= { from, to }
        if (from > interval.from) interval = { ...interval, from }
        if (to < interval.to) interval = { ...interval, to }
      }
    } else whole = false
  }
  if (points !== undefined) return { bounds: { points }, whole: whole && interval === undefined }
  return { bounds: interval, whole: whole && interval !== undefined }
}

type Conjunction = { paths: Map<string, Document>; rest: boolean }

/** Conditions by path that must all hold. `rest` when the filter says more (`$or`, twice the same path…). */
const conjunction = (filter: Document): Conjunction => {
  const paths = new Map<string, Document>()
  let rest = false
  const read = (part: Document): void => {
    for (const [key, condition] of Object.entries(part)) {
      if (key === '$and' && Array.isArray(condition)) {
        for (const branch of condition) if (isDocument(branch)) read(branch)
      } else if (key === '$comment') continue
      else if (key.startsWith('$') || paths.has(key)) rest = true
      else paths.set(key, operatorsOf(condition))
    }
  }
  read(filter)
  return { paths, rest }
}

/** Does reading the index from the field `fixed` on give the order asked? In which direction? */
const direction = (fields: readonly string[], points: readonly number[], sort: Sort): Direction | undefined => {
  const single = new Set(fields.filter((_, i) => points[i] === 1))
  const asked = sort.filter(([path]) => !single.has(path))
  let first = 0
  while (points[first] === 1) first++
  const given = fields.slice(first).filter((path) => !single.has(path))
  const way = asked[0]?.[1] ?? 1
  return asked.every(([path, d], i) => given[i] === path && d === way) ? way : undefined
}

const SAMPLE = 16

/** Entries to read, from the first ranges when there are many. */
const sizeOf = (index: Indexed, ranges: readonly Range[], enough: number): number => {
  let size = 0
  const sample = ranges.slice(0, SAMPLE)
  for (const range of sample) size += index.count(range, enough)
  return sample.length === 0 ? 0 : (size * ranges.length) / sample.length
}

const planFor = <I extends Indexed>(index: I, filter: Conjunction, sort: Sort): Plan<I> => {
  let prefixes = ['']
  let interval: { from: string; to: string } | undefined
  const points: number[] = []
  let used = 0
  for (const path of index.fields) {
    const operators = filter.paths.get(path)
    const condition = operators === undefined ? undefined : conditionOf(operators, index.multikey)
    const bounds = condition?.bounds
    if (bounds === undefined || ('points' in bounds && prefixes.length * bounds.points.length > MAX_POINTS)) break
    if (condition?.whole) used++
    if (!('points' in bounds)) {
      interval = bounds
      break
    }
    prefixes = prefixes.flatMap((prefix) => bounds.points.map((point) => prefix + point))
    points.push(bounds.points.length)
  }
  const { from, to } = interval ?? { from: '', to: AFTER_ALL }
  const ranges = prefixes.map((prefix) => ({
    from: prefix + from,
    to: prefix + to,
  }))
  const way = index.multikey ? undefined : direction(index.fields, points, sort)
  const reverse = way === -1
  const exact = !filter.rest && !index.multikey && used === filter.paths.size
  return {
    index,
    ranges: reverse ? ranges.reverse() : ranges,
    reverse,
    exact,
    sorted: sort.length === 0 || way !== undefined,
  }
}

/** The index that reads the fewest entries, or nothing when all of the `total` documents have to be read anyway. */
export const choosePlan = <I extends Indexed>(filter: Document, sort: Sort, indexes: readonly I[], total: number): Plan<I> | undefined => {
  const known = conjunction(filter)
  let best: Plan<I> | undefined
  let lowest = sort.length === 0 ? total : total * 2
  for (const index of indexes) {
    if (index.partial) continue
    const plan = planFor(index, known, sort)
    const size = sizeOf(index, plan.ranges, lowest)
    const cost = plan.sorted ? size : size * 2
    if (cost < lowest) {
      best = plan
      lowest = cost
    }
  }
  return best
}
