import { readIndexSpec } from './collection-index.ts'
import { rowsOf } from './cursors.ts'
import { CommandError } from './errors.ts'
import { compileFilter } from './matcher.ts'
import type { Document } from './raw.ts'
import { type Command, collectionName, documentOf, type Handler, readCollection } from './request.ts'

const VERSION = '7.0.0'

/** As a standalone server: with a `setName` the driver would number every write as a transaction. */
export const hello = (): Document => ({
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  maxBsonObjectSize: 16 * 1024 * 1024,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
})

const createIndexes: Handler = (request, { databases }) => {
  const existed = databases.get(request.database, collectionName(request)) !== undefined
  const given = Array.isArray(request.body.indexes) ? request.body.indexes : []
  if (given.length === 0) throw new CommandError('BadValue', 'Must specify at least one index to create')
  const specs = given.map((spec) => readIndexSpec(documentOf(spec, 'indexes')))
  const collection = databases.ensure(request.database, collectionName(request))
  const numIndexesBefore = collection.indexes.length
  for (const spec of specs) collection.createIndex(spec)
  if (collection.indexes.length > numIndexesBefore) databases.described(collection)
  return {
    numIndexesBefore,
    numIndexesAfter: collection.indexes.length,
    createdCollectionAutomatically: !existed,
  }
}

const dropIndexes: Handler = (request, context) => {
  const collection = readCollection(request, context)
  if (collection === undefined) throw new CommandError('NamespaceNotFound', `ns not found ${request.database}.${collectionName(request)}`)
  const { index } = request.body
  const nIndexesWas = collection.indexes.length
  const names = index === '*' ? collection.indexes.slice(1).map(({ spec }) => spec.name) : [index].flat().map(String)
  for (const name of names) if (!collection.dropIndex(name)) throw new CommandError('IndexNotFound', `index not found with name [${name}]`)
  context.databases.described(collection)
  return { nIndexesWas }
}

const listIndexes: Handler = (request, context) => {
  const namespace = `${request.database}.${collectionName(request)}`
  const collection = readCollection(request, context)
  if (collection === undefined) throw new CommandError('NamespaceNotFound', `ns does not exist: ${namespace}`)
  return context.cursors.first(namespace, rowsOf(collection.indexes.map(({ spec }) => ({ v: 2, ...spec }))), Number.MAX_SAFE_INTEGER, true)
}

const create: Handler = (request, context) => {
  if (readCollection(request, context) !== undefined) {
    throw new CommandError('NamespaceExists', `Collection ${request.database}.${collectionName(request)} already exists.`)
  }
  context.databases.ensure(request.database, collectionName(request))
  return {}
}

const drop: Handler = (request, { databases }) => {
  const ns = `${request.database}.${collectionName(request)}`
  return databases.drop(ns) ? { ns } : {}
}

const dropDatabase: Handler = ({ database }, { databases }) => {
  for (const { namespace } of databases.collections(database)) databases.drop(namespace)
  return { dropped: database }
}

const listCollections: Handler = (request, { databases, cursors }) => {
  const { test } = compileFilter(documentOf(request.body.filter, 'filter'))
  const infos = databases
    .collections(request.database)
    .map(
      ({ name }): Document => ({
        name,
        type: 'collection',
        options: {},
        info: { readOnly: false },
      }),
    )
    .filter((info) => test(info))
  return cursors.first(`${request.database}.$cmd.listCollections`, rowsOf(infos), Number.MAX_SAFE_INTEGER, true)
}

const listDatabases: Handler = (request, { databases }) => {
  const { test } = compileFilter(documentOf(request.body.filter, 'filter'))
  const names = new Set(databases.collections().map(({ namespace }) => namespace.slice(0, namespace.indexOf('.'))))
  const list = [...names].sort().map((name): Document => ({ name, sizeOnDisk: 0, empty: false }))
  return { databases: list.filter((item) => test(item)), totalSize: 0 }
}

const HELLO_ARGUMENTS = ['client', 'compression', 'helloOk', 'loadBalanced', 'backpressure', 'saslSupportedMechs', 'speculativeAuthenticate']

export const ADMIN_COMMANDS: Readonly<Record<string, Command>> = {
  hello: { handle: hello, arguments: HELLO_ARGUMENTS },
  isMaster: { handle: hello, arguments: HELLO_ARGUMENTS },
  ismaster: { handle: hello, arguments: HELLO_ARGUMENTS },
  ping: { handle: () => ({}), arguments: [] },
  buildInfo: {
    handle: () => ({
      version: VERSION,
      versionArray: [7, 0, 0, 0],
      modules: [],
      pid: process.pid,
      standIn: true,
      maxBsonObjectSize: 16_777_216,
    }),
    arguments: [],
  },
  endSessions: { handle: () => ({}), arguments: [] },
  createIndexes: {
    handle: createIndexes,
    arguments: ['indexes', 'commitQuorum'],
  },
  dropIndexes: { handle: dropIndexes, arguments: ['index'] },
  listIndexes: { handle: listIndexes, arguments: ['cursor'] },
  create: { handle: create, arguments: [] },
  drop: { handle: drop, arguments: [] },
  dropDatabase: { handle: dropDatabase, arguments: [] },
  listCollections: {
    handle: listCollections,
    arguments: ['filter', 'nameOnly', 'cursor', 'authorizedCollections'],
  },
  listDatabases: {
    handle: listDatabases,
    arguments: ['filter', 'nameOnly', 'authorizedDatabases'],
  },
}
