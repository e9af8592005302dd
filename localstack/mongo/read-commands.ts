import type { Long } from 'bson'
import { runPipeline } from './aggregate.ts'
import { rowsOf, storedRows } from './cursors.ts'
import { CommandError, notImplemented } from './errors.ts'
import { encode } from './key.ts'
import { compileFilter } from './matcher.ts'
import { reachElements, topOf } from './path.ts'
import { compileProjection } from './projection.ts'
import { bytesOf, pick } from './raw.ts'
import { type Command, collectionName, countOf, documentOf, type Handler, readCollection } from './request.ts'
import { readSort } from './sort.ts'

const find: Handler = (request, context) => {
  const { body } = request
  const filter = documentOf(body.filter, 'filter')
  const projection = compileProjection(documentOf(body.projection, 'projection'))
  const sort = readSort(body.sort)
  const skip = countOf(body.skip, 'skip')
  const limit = countOf(body.limit, 'limit')
  const collection = readCollection(request, context)
  if (collection === undefined) compileFilter(filter)
  const found = collection?.find({ filter, sort, skip, limit }) ?? []
  const isAlive = (index: number): boolean => collection?.stored.get(found[index]?.id ?? '') === found[index]
  const namespace = `${request.database}.${collectionName(request)}`
  const size = countOf(body.batchSize, 'batchSize')
  return context.cursors.first(namespace, storedRows(found, isAlive, projection), size, Boolean(body.singleBatch))
}

const idOf = (value: unknown): number => (typeof value === 'number' ? value : (value as Long).toNumber())

const getMore: Handler = ({ body, database }, { cursors }) =>
  cursors.more(idOf(body.getMore), `${database}.${String(body.collection)}`, countOf(body.batchSize, 'batchSize'))

const killCursors: Handler = ({ body }, { cursors }) => {
  const ids = Array.isArray(body.cursors) ? body.cursors : []
  const killed = ids.filter((id) => cursors.kill(idOf(id)))
  return {
    cursorsKilled: killed,
    cursorsNotFound: ids.filter((id) => !killed.includes(id)),
    cursorsAlive: [],
    cursorsUnknown: [],
  }
}

const aggregate: Handler = (request, context) => {
  const { body } = request
  if (body.aggregate === 1) throw notImplemented('an aggregation without a collection')
  if (!Array.isArray(body.pipeline)) throw new CommandError('TypeMismatch', "'pipeline' option must be specified as an array")
  const results = runPipeline(readCollection(request, context), body.pipeline)
  const cursor = documentOf(body.cursor, 'cursor')
  const namespace = `${request.database}.${collectionName(request)}`
  return context.cursors.first(namespace, rowsOf(results), countOf(cursor.batchSize, 'batchSize'), false)
}

const count: Handler = (request, context) => {
  const filter = documentOf(request.body.query, 'query')
  const collection = readCollection(request, context)
  if (collection === undefined) return { n: 0 }
  if (Object.keys(filter).length === 0 && !request.body.skip && !request.body.limit) return { n: collection.stored.size }
  return {
    n: collection.find({
      filter,
      skip: countOf(request.body.skip, 'skip'),
      limit: countOf(request.body.limit, 'limit'),
    }).length,
  }
}

const distinct: Handler = (request, context) => {
  const { key } = request.body
  if (typeof key !== 'string' || key === '') throw new CommandError('TypeMismatch', "BSON field 'distinct.key' is the wrong type")
  const found =
    readCollection(request, context)?.find({
      filter: documentOf(request.body.query, 'query'),
    }) ?? []
  const fields = new Set([topOf(key)])
  const parts = key.split('.')
  const values = new Map<string, unknown>()
  for (const stored of found) {
    reachElements(pick(bytesOf(stored.raw), fields), parts, (value) => {
      if (value !== undefined && !Array.isArray(value)) values.set(encode(value), value)
      return false
    })
  }
  return {
    values: [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value),
  }
}

export const READ_COMMANDS: Readonly<Record<string, Command>> = {
  find: {
    handle: find,
    arguments: ['filter', 'projection', 'sort', 'skip', 'limit', 'batchSize', 'singleBatch', 'hint', 'noCursorTimeout', 'allowDiskUse', 'allowPartialResults'],
  },
  getMore: { handle: getMore, arguments: ['collection', 'batchSize'] },
  killCursors: { handle: killCursors, arguments: ['cursors'] },
  aggregate: {
    handle: aggregate,
    arguments: ['pipeline', 'cursor', 'hint', 'allowDiskUse', 'bypassDocumentValidation'],
  },
  count: { handle: count, arguments: ['query', 'skip', 'limit', 'hint'] },
  distinct: { handle: distinct, arguments: ['key', 'query', 'hint'] },
}
