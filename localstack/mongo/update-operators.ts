import { CommandError, notImplemented } from './errors.ts'
import { compareValues, sameValue } from './key.ts'
import { compileFilter, operatorsOf } from './matcher.ts'
import { isDocument } from './path.ts'
import type { Document } from './raw.ts'
import { readSort, sortBy } from './sort.ts'

/** Changes `document` in place at the path. */
export type Change = (document: Document, parts: readonly string[]) => void
type Compile = (operand: unknown, path: string) => Change

type Holder = { get(): unknown; set(value: unknown): void; unset(): void }

const INDEX = /^(0|[1-9]\d*)$/
const MAX_PADDING = 1_500_000

const holderOf = (container: Document | unknown[], name: string): Holder => {
  if (!Array.isArray(container)) {
    return {
      get: () => container[name],
      set: (value) => {
        container[name] = value
      },
      unset: () => {
        delete container[name]
      },
    }
  }
  const at = Number(name)
  return {
    get: () => container[at],
    set: (value) => {
      if (at - container.length > MAX_PADDING) throw new CommandError('BadValue', `can't backfill more than ${MAX_PADDING} elements`)
      while (container.length < at) container.push(null)
      container[at] = value
    },
    unset: () => {
      if (at < container.length) container[at] = null
    },
  }
}

/** The place that a path designates. With `create`, missing documents on the way are made; without, nothing is found. */
const locate = (document: Document, parts: readonly string[], create: boolean): Holder | undefined => {
  let at: unknown = document
  for (const [i, name] of parts.entries()) {
    const isArray = Array.isArray(at)
    if ((!isArray && !isDocument(at)) || (isArray && !INDEX.test(name))) {
      if (!create) return undefined
      const message = `Cannot create field '${name}' in element {${parts[i - 1] ?? ''}: ${JSON.stringify(at)}}`
      throw new CommandError('PathNotViable', message)
    }
    const holder = holderOf(at as Document | unknown[], name)
    if (i === parts.length - 1) return holder
    let next = holder.get()
    if (next === undefined) {
      if (!create) return undefined
      next = {}
      holder.set(next)
    }
    at = next
  }
  return undefined
}

const at = (document: Document, parts: readonly string[]): Holder => {
  const holder = locate(document, parts, true)
  if (holder === undefined) throw new CommandError('FailedToParse', 'An empty update path is not valid.')
  return holder
}

const numeric = (value: unknown): value is number => typeof value === 'number'

const arithmetic =
  (operator: string, compute: (current: number, operand: number) => number): Compile =>
  (operand, path) => {
    if (!numeric(operand)) throw new CommandError('TypeMismatch', `Cannot ${operator} with non-numeric argument: {${path}: ${JSON.stringify(operand)}}`)
    return (document, parts) => {
      const holder = at(document, parts)
      const current = holder.get()
      if (current === undefined) holder.set(compute(0, operand))
      else if (numeric(current)) holder.set(compute(current, operand))
      else throw new CommandError('TypeMismatch', `Cannot apply ${operator} to a value of non-numeric type at ${path}`)
    }
  }

const extreme =
  (direction: 1 | -1): Compile =>
  (operand) =>
  (document, parts) => {
    const holder = at(document, parts)
    const current = holder.get()
    if (current === undefined || compareValues(operand, current) * direction > 0) holder.set(operand)
  }

const set: Compile = (operand) => (document, parts) => at(document, parts).set(structuredCopy(operand))

/** An operand serves for several documents: none may change the one of another. */
const structuredCopy = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(structuredCopy)
  if (!isDocument(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, structuredCopy(item)]))
}

const arrayAt = (holder: Holder, operator: string, path: string): unknown[] => {
  const current = holder.get()
  if (current === undefined) return []
  if (Array.isArray(current)) return current
  throw new CommandError('BadValue', `The field '${path}' must be an array but is of another type (${operator})`)
}

const eachOf = (operand: unknown, operator: string): { items: unknown[]; modifiers: Document } => {
  if (!isDocument(operand) || !('$each' in operand)) return { items: [operand], modifiers: {} }
  const { $each: items, ...modifiers } = operand
  if (!Array.isArray(items)) throw new CommandError('BadValue', `The argument to $each in ${operator} must be an array`)
  return { items, modifiers }
}

const push: Compile = (operand, path) => {
  const { items, modifiers } = eachOf(operand, '$push')
  const { $position: position, $slice: slice, $sort: sort, ...others } = modifiers
  for (const name of Object.keys(others)) throw new CommandError('BadValue', `Unrecognized clause in $push: ${name}`)
  for (const bound of [position, slice]) {
    if (bound !== undefined && !Number.isInteger(bound)) throw new CommandError('BadValue', '$position and $slice are integers')
  }
  const order = typeof sort === 'number' ? readSort({ item: sort }) : readSort(sort)
  return (document, parts) => {
    const holder = at(document, parts)
    let list = [...arrayAt(holder, '$push', path)]
    list.splice(numeric(position) ? position : list.length, 0, ...items)
    if (sort !== undefined) list = sortBy(list, order, (item) => (typeof sort === 'number' || !isDocument(item) ? { item } : item))
    if (numeric(slice)) list = slice < 0 ? list.slice(slice) : list.slice(0, slice)
    holder.set(list)
  }
}

const addToSet: Compile = (operand, path) => {
  const { items } = eachOf(operand, '$addToSet')
  return (document, parts) => {
    const holder = at(document, parts)
    const list = [...arrayAt(holder, '$addToSet', path)]
    for (const item of items) if (!list.some((known) => sameValue(known, item))) list.push(item)
    holder.set(list)
  }
}

/** A document is a filter on elements that are documents; operators are conditions on each element. */
const pull: Compile = (operand, path) => {
  const conditions = isDocument(operand) && !Object.keys(operand)[0]?.startsWith('$') ? undefined : operatorsOf(operand)
  const { test } = compileFilter(conditions === undefined ? (operand as Document) : { item: conditions })
  const matches = (item: unknown): boolean => (conditions === undefined ? isDocument(item) && test(item) : test({ item }))
  return (document, parts) => {
    const holder = locate(document, parts, false)
    if (holder === undefined || holder.get() === undefined) return
    holder.set(arrayAt(holder, '$pull', path).filter((item) => !matches(item)))
  }
}

const pop: Compile = (operand, path) => {
  if (operand !== 1 && operand !== -1) throw new CommandError('FailedToParse', '$pop expects 1 or -1')
  return (document, parts) => {
    const holder = locate(document, parts, false)
    if (holder === undefined || holder.get() === undefined) return
    const list = arrayAt(holder, '$pop', path)
    holder.set(operand === 1 ? list.slice(0, -1) : list.slice(1))
  }
}

const rename: Compile = (operand) => {
  const target = String(operand).split('.')
  if (target.some((part) => part === '' || part.startsWith('$'))) throw notImplemented(`$rename to ${String(operand)}`)
  return (document, parts) => {
    const holder = locate(document, parts, false)
    const value = holder?.get()
    if (holder === undefined || value === undefined) return
    holder.unset()
    at(document, target).set(value)
  }
}

export const OPERATORS: Readonly<Record<string, Compile>> = {
  $set: set,
  $setOnInsert: set,
  $unset: () => (document, parts) => locate(document, parts, false)?.unset(),
  $inc: arithmetic('$inc', (current, operand) => current + operand),
  $mul: arithmetic('$mul', (current, operand) => current * operand),
  $min: extreme(-1),
  $max: extreme(1),
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $pop: pop,
  $rename: rename,
}
