import { Query } from 'mingo'
import { CommandError, notImplemented } from './errors.ts'
import { checkExpression } from './expressions.ts'
import { CLASS, encode, sameValue } from './key.ts'
import { isDocument, reach, reachElements, topOf } from './path.ts'
import type { Document } from './raw.ts'

type Test = (document: Document) => boolean
type ValueTest = (value: unknown) => boolean

/** A compiled filter; `fields` are the top-level fields that it reads, `undefined` when it may read any. */
export type Matcher = { test: Test; fields: ReadonlySet<string> | undefined }

const missing = (value: unknown): boolean => value === undefined || value === null

export const equals = (operand: unknown): ValueTest => {
  if (missing(operand)) return missing
  if (typeof operand === 'string' || typeof operand === 'boolean') return (value) => value === operand
  const wanted = encode(operand)
  return (value) => value !== undefined && (value === operand || encode(value) === wanted)
}

const matchesRegex = (operand: RegExp): ValueTest => {
  const regex = new RegExp(operand.source, operand.flags.replace('g', ''))
  return (value) => (typeof value === 'string' ? regex.test(value) : value instanceof RegExp && sameValue(value, operand))
}

const isIn = (operands: readonly unknown[]): ValueTest => {
  const tests = operands.filter((item) => item instanceof RegExp).map(matchesRegex)
  const keys = new Set(operands.filter((item) => !(item instanceof RegExp)).map(encode))
  const strings = new Set(operands.filter((item) => typeof item === 'string'))
  return (value) => (typeof value === 'string' ? strings.has(value) : keys.has(encode(value))) || tests.some((test) => test(value))
}

type Order = '$gt' | '$gte' | '$lt' | '$lte'

/** Values of another class never compare (but with the two ends); NaN equals itself and nothing is above or below it. */
const ordered = (operator: Order, operand: unknown): ValueTest => {
  const wanted = encode(operand)
  const kind = wanted.charAt(0)
  const inclusive = operator === '$gte' || operator === '$lte'
  const above = operator === '$gt' || operator === '$gte'
  if (missing(operand)) return inclusive ? missing : () => false
  if (Number.isNaN(operand)) return (value) => inclusive && Number.isNaN(value)
  const anyClass = kind === CLASS.minKey || kind === CLASS.maxKey
  return (value) => {
    if (value === undefined || Number.isNaN(value)) return false
    const key = encode(value)
    if (!anyClass && key.charAt(0) !== kind) return false
    return key === wanted ? inclusive : key > wanted === above
  }
}

const asArray = (operator: string, operand: unknown): unknown[] => {
  if (Array.isArray(operand)) return operand
  throw new CommandError('BadValue', `${operator} needs an array`)
}

/** Operators whose work is left to mingo. */
const DELEGATED = new Set(['$type', '$mod', '$bitsAllSet', '$bitsAnySet', '$bitsAllClear', '$bitsAnyClear'])
const REFUSED = new Set(['$where', '$text', '$near', '$nearSphere', '$geoWithin', '$geoIntersects', '$jsonSchema', '$sampleRate'])

const elementMatch = (operand: unknown): ValueTest => {
  if (!isDocument(operand)) throw new CommandError('BadValue', '$elemMatch needs an Object')
  const first = Object.keys(operand)[0] ?? ''
  if (first.startsWith('$') && first !== '$and' && first !== '$or' && first !== '$nor') {
    const test = compilePath('', [], operand)
    return (value) => Array.isArray(value) && value.some((item) => test({ item } as Document))
  }
  const { test } = compileFilter(operand)
  return (value) => Array.isArray(value) && value.some((item) => (isDocument(item) || Array.isArray(item)) && test(item as Document))
}

/** One condition on a path. An empty path is the element of `$elemMatch`, given as `{ item }`. */
const compileOperator = (path: string, parts: readonly string[], operator: string, operand: unknown, all: Document): Test => {
  const onElements = (test: ValueTest): Test => (path === '' ? ({ item }) => test(item) : (document) => reachElements(document, parts, test))
  const onValue = (test: ValueTest): Test => (path === '' ? ({ item }) => test(item) : (document) => reach(document, parts, 0, test))
  const not =
    (test: Test): Test =>
    (document) =>
      !test(document)
  switch (operator) {
    case '$eq':
      return onElements(equals(operand))
    case '$ne':
      return not(onElements(equals(operand)))
    case '$in':
      return onElements(isIn(asArray(operator, operand)))
    case '$nin':
      return not(onElements(isIn(asArray(operator, operand))))
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return onElements(ordered(operator, operand))
    case '$exists':
      return operand ? onValue((value) => value !== undefined) : not(onValue((value) => value !== undefined))
    case '$size':
      return onValue((value) => Array.isArray(value) && value.length === operand)
    case '$all': {
      const items = asArray(operator, operand)
      const tests = items.map((item) => compilePath(path, parts, isDocument(item) && '$elemMatch' in item ? item : { $eq: item }))
      return (document) => tests.length > 0 && tests.every((test) => test(document))
    }
    case '$elemMatch':
      return onValue(elementMatch(operand))
    case '$not':
      return not(compilePath(path, parts, operand instanceof RegExp ? { $regex: operand } : asOperators(operand)))
    case '$regex':
      return onElements(matchesRegex(operand instanceof RegExp ? operand : new RegExp(String(operand), String(all.$options ?? ''))))
    case '$options':
      return () => true
    default: {
      if (REFUSED.has(operator)) throw notImplemented(operator)
      if (!DELEGATED.has(operator)) throw new CommandError('BadValue', `unknown operator: ${operator}`)
      const query = new Query({ [path || 'item']: { [operator]: operand } })
      return (document) => query.test(document)
    }
  }
}

const asOperators = (value: unknown): Document => {
  if (isDocument(value) && Object.keys(value)[0]?.startsWith('$')) return value
  throw new CommandError('BadValue', '$not needs a regex or a document of operators')
}

const compilePath = (path: string, parts: readonly string[], conditions: Document): Test => {
  const tests = Object.entries(conditions).map(([operator, operand]) => compileOperator(path, parts, operator, operand, conditions))
  const only = tests[0]
  return tests.length === 1 && only !== undefined ? only : (document) => tests.every((test) => test(document))
}

/** `{ $gt: 1 }` and the like; any other value is something to be equal to. */
export const operatorsOf = (condition: unknown): Document => {
  if (condition instanceof RegExp) return { $regex: condition }
  return isDocument(condition) && Object.keys(condition)[0]?.startsWith('$') ? condition : { $eq: condition }
}

/** Compiles a filter; what MongoDB does not know is refused with its code 2, what only MongoDB knows with 238. */
export const compileFilter = (filter: Document): Matcher => {
  const fields = new Set<string>()
  let whole = false
  const compile = (part: Document): Test => {
    const tests = Object.entries(part).map(([key, condition]): Test => {
      if (key === '$comment') return () => true
      if (key === '$and' || key === '$or' || key === '$nor') {
        const branches = asArray(key, condition).map((branch) => compile(branch as Document))
        if (branches.length === 0) throw new CommandError('BadValue', `${key} must be a nonempty array`)
        if (key === '$and') return (document) => branches.every((test) => test(document))
        return (document) => branches.some((test) => test(document)) === (key === '$or')
      }
      if (key === '$expr') {
        whole = true
        checkExpression(condition)
        const query = new Query({ $expr: condition })
        return (document) => query.test(document)
      }
      if (REFUSED.has(key)) throw notImplemented(key)
      if (key.startsWith('$')) throw new CommandError('BadValue', `unknown top level operator: ${key}`)
      fields.add(topOf(key))
      return compilePath(key, key.split('.'), operatorsOf(condition))
    })
    return (document) => tests.every((test) => test(document))
  }
  const test = compile(filter)
  return { test, fields: whole ? undefined : fields }
}
