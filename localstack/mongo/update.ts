import { Aggregator } from 'mingo'
import { CommandError, notImplemented } from './errors.ts'
import { checkExpression } from './expressions.ts'
import { isDocument, topOf } from './path.ts'
import type { Document } from './raw.ts'
import { type Change, OPERATORS } from './update-operators.ts'

/** A compiled update. `touched` are the top-level fields that it may change, `undefined` when it may change any. */
export type Update = {
  touched: ReadonlySet<string> | undefined
  /** Gives the new document (or, with `touched`, those fields of it); `inserting` in an upsert that found nothing. */
  apply(document: Document, inserting: boolean): Document
}

const REFUSED = new Set(['$bit', '$pullAll', '$currentDate'])
const PIPELINE_STAGES = new Set(['$set', '$addFields', '$unset', '$project', '$replaceWith', '$replaceRoot'])

const compilePipeline = (stages: readonly unknown[]): Update => {
  for (const stage of stages) {
    const [name = ''] = isDocument(stage) ? Object.keys(stage) : []
    if (name !== '$unset') checkExpression(isDocument(stage) ? stage[name] : undefined)
    if (!PIPELINE_STAGES.has(name)) {
      throw new CommandError(name.startsWith('$') ? 'BadValue' : 'FailedToParse', `Unrecognized pipeline stage name: '${name}'`)
    }
  }
  const aggregator = new Aggregator(stages as Document[])
  return {
    touched: undefined,
    apply: (document) => {
      const id = document._id
      const [changed] = aggregator.run<Document>([document])
      if (!isDocument(changed)) throw new CommandError('BadValue', 'an update pipeline must give a document')
      if (id === undefined || changed._id !== undefined) return changed
      return { _id: id, ...changed }
    },
  }
}

/** Two changes may not meet on one path, nor one inside another. */
const refuseConflicts = (paths: readonly string[]): void => {
  const sorted = paths.toSorted()
  for (const [i, path] of sorted.entries()) {
    const clash = sorted.slice(i + 1).find((other) => other === path || other.startsWith(`${path}.`))
    if (clash !== undefined) {
      throw new CommandError('ConflictingUpdateOperators', `Updating the path '${clash}' would create a conflict at '${path}'`)
    }
  }
}

const readPath = (path: string): string[] => {
  if (path === '') throw new CommandError('FailedToParse', 'An empty update path is not valid.')
  const parts = path.split('.')
  if (parts.some((part) => part.startsWith('$') || part === '__proto__')) throw notImplemented(`the positional path ${path}`)
  if (parts.includes('')) throw new CommandError('FailedToParse', `The update path '${path}' contains an empty field name`)
  return parts
}

/** Compiles the operators of an update (`{ $set: … }`) or its pipeline. A replacement document is not an update. */
export const compileUpdate = (update: unknown): Update => {
  if (Array.isArray(update)) return compilePipeline(update)
  if (!isDocument(update)) throw new CommandError('FailedToParse', 'an update is a document or an array')
  const changes: { parts: string[]; change: Change; onInsert: boolean }[] = []
  const paths: string[] = []
  for (const [operator, targets] of Object.entries(update)) {
    const compile = OPERATORS[operator]
    if (compile === undefined) {
      if (REFUSED.has(operator)) throw notImplemented(operator)
      const message = `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`
      throw new CommandError('FailedToParse', message)
    }
    if (!isDocument(targets)) throw new CommandError('FailedToParse', `Modifiers operate on fields but we found another type for ${operator}`)
    for (const [path, operand] of Object.entries(targets)) {
      paths.push(path)
      if (operator === '$rename') paths.push(String(operand))
      changes.push({
        parts: readPath(path),
        change: compile(operand, path),
        onInsert: operator === '$setOnInsert',
      })
    }
  }
  refuseConflicts(paths)
  return {
    touched: new Set(paths.map(topOf)),
    apply: (document, inserting) => {
      for (const { parts, change, onInsert } of changes) if (inserting || !onInsert) change(document, parts)
      return document
    },
  }
}

/** The document that an upsert starts from: the equalities of its filter. */
export const seedOf = (filter: Document): Document => {
  const seed: Document = {}
  const put = (path: string, value: unknown): void => {
    const parts = path.split('.')
    const last = parts.pop() ?? ''
    let at = seed
    for (const part of parts) {
      const next = at[part]
      if (isDocument(next)) at = next
      else {
        const fresh: Document = {}
        at[part] = fresh
        at = fresh
      }
    }
    at[last] = value
  }
  const read = (part: Document): void => {
    for (const [key, condition] of Object.entries(part)) {
      if (key === '$and' && Array.isArray(condition)) for (const branch of condition) read(branch as Document)
      else if (key === '$or' && Array.isArray(condition) && condition.length === 1) read(condition[0] as Document)
      else if (key.startsWith('$') || condition instanceof RegExp) continue
      else if (!isDocument(condition) || !Object.keys(condition)[0]?.startsWith('$')) put(key, condition)
      else if ('$eq' in condition) put(key, condition.$eq)
      else if (Array.isArray(condition.$in) && condition.$in.length === 1) put(key, condition.$in[0])
    }
  }
  read(filter)
  return seed
}
