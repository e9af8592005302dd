import { Aggregator } from 'mingo'
import type { Collection } from './collection.ts'
import { CommandError, notImplemented } from './errors.ts'
import { checkExpression } from './expressions.ts'
import { compileGroup } from './group.ts'
import { compileFilter } from './matcher.ts'
import { isDocument, topOf } from './path.ts'
import { bytesOf, type Document, pick } from './raw.ts'
import { readSort, sortBy } from './sort.ts'

/** Stages that mingo computes as the server does, one document after another or by groups. */
const BY_MINGO = new Set(['$addFields', '$bucket', '$facet', '$group', '$project', '$replaceRoot', '$replaceWith', '$set', '$sortByCount', '$unset', '$unwind'])
const BY_HAND = new Set(['$match', '$sort', '$skip', '$limit', '$count'])
const REFUSED = new Set([
  '$facet',
  '$lookup',
  '$graphLookup',
  '$unionWith',
  '$out',
  '$merge',
  '$changeStream',
  '$indexStats',
  '$collStats',
  '$geoNear',
  '$sample',
  '$redact',
  '$bucketAuto',
  '$densify',
  '$fill',
  '$setWindowFields',
  '$documents',
  '$search',
])

type Stage = { name: string; operand: unknown }

const readStage = (stage: unknown): Stage => {
  const [entry, ...others] = isDocument(stage) ? Object.entries(stage) : []
  if (entry === undefined || others.length > 0) {
    throw new CommandError('Location40324', 'A pipeline stage specification object must contain exactly one field.')
  }
  const [name, operand] = entry
  if (REFUSED.has(name)) throw notImplemented(`the stage ${name}`)
  if (!BY_MINGO.has(name) && !BY_HAND.has(name)) throw new CommandError('Location40324', `Unrecognized pipeline stage name: '${name}'`)
  if (BY_MINGO.has(name)) checkOperand(name, operand)
  return { name, operand }
}

/** `$unwind` and `$unset` hold paths, the other stages expressions. */
const checkOperand = (name: string, operand: unknown): void => {
  if (name !== '$unwind' && name !== '$unset') checkExpression(operand)
}

/** Top-level fields that an expression reads, `undefined` when it may read all of them. */
const fieldsRead = (expression: unknown, found = new Set<string>()): Set<string> | undefined => {
  if (typeof expression === 'string') {
    if (expression.startsWith('$$')) return undefined
    if (expression.startsWith('$')) found.add(topOf(expression.slice(1)))
    return found
  }
  const parts = Array.isArray(expression) ? expression : isDocument(expression) ? Object.values(expression) : []
  return parts.every((part) => fieldsRead(part, found) !== undefined) ? found : undefined
}

const whole = (operand: unknown, stage: string): number => {
  if (typeof operand === 'number' && Number.isInteger(operand) && operand >= 0) return operand
  throw new CommandError('BadValue', `invalid argument to ${stage} stage: expected a whole number`)
}

const runStage = (documents: Document[], { name, operand }: Stage): Document[] => {
  switch (name) {
    case '$match': {
      const { test } = compileFilter(isDocument(operand) ? operand : {})
      return documents.filter((document) => test(document))
    }
    case '$sort':
      return sortBy(documents, readSort(operand), (document) => document)
    case '$skip':
      return documents.slice(whole(operand, name))
    case '$limit':
      return documents.slice(0, whole(operand, name))
    case '$count':
      return documents.length === 0 ? [] : [{ [String(operand)]: documents.length }]
    case '$group': {
      const group = compileGroup(operand)
      return group === undefined ? runMingo(documents, { $group: operand }) : group(documents)
    }
    default:
      return runMingo(documents, { [name]: operand })
  }
}

const runMingo = (documents: Document[], stage: Document): Document[] => {
  try {
    return new Aggregator([stage]).run<Document>(documents)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const unknown = /not registered|unregistered|unknown .*operator/i.test(message)
    throw new CommandError(unknown ? 'InvalidPipelineOperator' : 'BadValue', unknown ? `Unrecognized expression: ${message}` : message)
  }
}

/** What `countDocuments` of the driver sends: the number is enough, nothing is read. */
const counts = (stage: Stage | undefined): ((n: number) => Document[]) | undefined => {
  if (stage?.name === '$count') return (n) => (n === 0 ? [] : [{ [String(stage.operand)]: n }])
  if (stage?.name !== '$group' || !isDocument(stage.operand)) return undefined
  const { _id: id, ...sums } = stage.operand
  const ones = Object.entries(sums).every(([, sum]) => isDocument(sum) && Object.keys(sum).length === 1 && sum.$sum === 1)
  if (!ones || (id !== null && typeof id !== 'number')) return undefined
  return (n) =>
    n === 0
      ? []
      : [
          {
            _id: id,
            ...Object.fromEntries(Object.keys(sums).map((name) => [name, n])),
          },
        ]
}

/** The first stages (`$match`, then `$sort`, `$skip`, `$limit`) use the indexes; only the fields that the next one reads are decoded. */
export const runPipeline = (collection: Collection | undefined, pipeline: readonly unknown[]): Document[] => {
  const stages = pipeline.map(readStage)
  const takeOne = (name: string): unknown => (stages[0]?.name === name ? stages.shift()?.operand : undefined)
  const match = takeOne('$match')
  if (match !== undefined && !isDocument(match)) throw new CommandError('BadValue', 'the match filter must be an expression in an object')
  const sort = readSort(takeOne('$sort'))
  const skip = takeOne('$skip')
  const limit = takeOne('$limit')
  const query = {
    filter: match ?? {},
    sort,
    skip: skip === undefined ? 0 : whole(skip, '$skip'),
    limit: limit === undefined ? 0 : whole(limit, '$limit'),
  }
  if (collection === undefined) compileFilter(query.filter)
  const found = collection?.find(query) ?? []
  const counted = counts(stages[0])
  if (counted !== undefined) return stages.slice(1).reduce(runStage, counted(found.length))
  const fields = stages[0]?.name === '$group' ? fieldsRead(stages[0].operand) : undefined
  const documents = found.map((stored) => pick(bytesOf(stored.raw), fields))
  return stages.reduce(runStage, documents)
}
