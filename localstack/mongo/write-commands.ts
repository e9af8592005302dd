import { ObjectId } from 'bson'
import type { Collection, Query } from './collection.ts'
import type { Stored } from './collection-index.ts'
import { CommandError, failureOf } from './errors.ts'
import { compileFilter } from './matcher.ts'
import { compileProjection } from './projection.ts'
import { bytesOf, type Document, elements, idFirst, pick, splice, subDocument, toBuffer, toDocument } from './raw.ts'
import { type Command, collectionName, documentOf, type Handler, type Request } from './request.ts'
import { readSort } from './sort.ts'
import { compileUpdate, seedOf, type Update } from './update.ts'

/** Either operators or a pipeline, or the bytes of a document that takes the place of the old one. */
type Instruction = { update: Update } | { replacement: Buffer }

const instructionOf = (update: unknown, bytes: Buffer | undefined): Instruction => {
  const first = bytes === undefined ? undefined : elements(bytes)[0]
  if (bytes === undefined || first?.name.startsWith('$')) return { update: compileUpdate(update) }
  return { replacement: bytes }
}

const withId = (buffer: Buffer, id: unknown): Buffer => {
  const given = pick(buffer, ID)._id
  return given === undefined && id !== undefined ? idFirst(splice(buffer, ID, { _id: id })) : buffer
}

const ID: ReadonlySet<string> = new Set(['_id'])

/** True when something changed. */
const change = (collection: Collection, stored: Stored, instruction: Instruction): boolean => {
  const old = bytesOf(stored.raw)
  if ('replacement' in instruction) {
    const id = pick(old, ID)._id
    return collection.replace(stored, idFirst(withId(instruction.replacement, id)), undefined)
  }
  const { touched, apply } = instruction.update
  const result = apply(pick(old, touched), false)
  if (touched === undefined) return collection.replace(stored, toBuffer(result), undefined)
  return collection.replace(stored, splice(old, touched, partOf(result, touched)), touched)
}

/** Small documents are read whole: only what may have changed is written back. */
const partOf = (document: Document, touched: ReadonlySet<string>): Document => {
  const part: Document = {}
  for (const [name, value] of Object.entries(document)) if (touched.has(name)) part[name] = value
  return part
}

const insertNew = (collection: Collection, filter: Document, instruction: Instruction): { stored: Stored; id: unknown } => {
  const seed = seedOf(filter)
  let buffer: Buffer
  if ('replacement' in instruction) buffer = withId(instruction.replacement, seed._id ?? new ObjectId())
  else {
    const made = instruction.update.apply(seed, true)
    buffer = toBuffer(made._id === undefined ? { _id: new ObjectId(), ...made } : made)
  }
  return { stored: collection.insert(buffer), id: pick(buffer, ID)._id }
}

/** Runs each statement; the first failure stops an ordered batch. */
const runBatch = (request: Request, statement: (buffer: Buffer, index: number) => void): Document => {
  const writeErrors: Document[] = []
  for (const [index, buffer] of request.batch.entries()) {
    try {
      statement(buffer, index)
    } catch (error) {
      writeErrors.push({ index, ...failureOf(error) })
      if (request.body.ordered !== false) break
    }
  }
  return writeErrors.length === 0 ? {} : { writeErrors }
}

const insert: Handler = (request, { databases }) => {
  const collection = databases.ensure(request.database, collectionName(request))
  let n = 0
  const failures = runBatch(request, (buffer) => {
    collection.insert(buffer)
    n++
  })
  return { n, ...failures }
}

const checkStatement = (statement: Document, allowed: ReadonlySet<string>): void => {
  for (const [name, value] of Object.entries(statement)) {
    const empty = value === undefined || (Array.isArray(value) && value.length === 0)
    if (!allowed.has(name) && !empty) throw new CommandError('NotImplemented', `${name} is not implemented by the local stand-in`)
  }
}

const UPDATE_FIELDS: ReadonlySet<string> = new Set(['q', 'u', 'upsert', 'multi', 'hint', 'sort'])
const DELETE_FIELDS: ReadonlySet<string> = new Set(['q', 'limit', 'hint'])

const update: Handler = (request, { databases }) => {
  const collection = databases.ensure(request.database, collectionName(request))
  let n = 0
  let nModified = 0
  const upserted: Document[] = []
  const failures = runBatch(request, (buffer, index) => {
    const bytes = subDocument(buffer, 'u')
    const isReplacement = bytes !== undefined && !elements(bytes)[0]?.name.startsWith('$')
    const statement = isReplacement ? pick(buffer, new Set(elements(buffer).flatMap(({ name }) => (name === 'u' ? [] : [name])))) : toDocument(buffer)
    checkStatement(statement, UPDATE_FIELDS)
    const filter = documentOf(statement.q, 'q')
    const instruction = instructionOf(statement.u, bytes)
    if (statement.multi && 'replacement' in instruction) throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update')
    const query: Query = {
      filter,
      sort: readSort(statement.sort),
      limit: statement.multi ? 0 : 1,
    }
    const found = collection.find(query)
    for (const stored of found) {
      const changed = change(collection, stored, instruction)
      n++
      if (changed) nModified++
    }
    if (found.length > 0 || !statement.upsert) return
    upserted.push({
      index,
      _id: insertNew(collection, filter, instruction).id,
    })
    n++
  })
  return {
    n,
    nModified,
    ...(upserted.length === 0 ? {} : { upserted }),
    ...failures,
  }
}

const remove: Handler = (request, context) => {
  const collection = context.databases.get(request.database, collectionName(request))
  let n = 0
  const failures = runBatch(request, (buffer) => {
    const statement = toDocument(buffer)
    checkStatement(statement, DELETE_FIELDS)
    const filter = documentOf(statement.q, 'q')
    if (collection === undefined) return void compileFilter(filter)
    for (const stored of collection.find({
      filter,
      limit: statement.limit === 1 ? 1 : 0,
    })) {
      collection.remove(stored)
      n++
    }
  })
  return { n, ...failures }
}

const findAndModify: Handler = (request, { databases }) => {
  const { body } = request
  const collection = databases.ensure(request.database, collectionName(request))
  const filter = documentOf(body.query, 'query')
  const projection = compileProjection(documentOf(body.fields, 'fields'))
  const show = (buffer: Buffer): Document => toDocument(projection === undefined ? buffer : projection(buffer))
  const [stored] = collection.find({
    filter,
    sort: readSort(body.sort),
    limit: 1,
  })
  if (body.remove) {
    if (stored === undefined) return { lastErrorObject: { n: 0 }, value: null }
    collection.remove(stored)
    return { lastErrorObject: { n: 1 }, value: show(bytesOf(stored.raw)) }
  }
  if (body.update === undefined) throw new CommandError('FailedToParse', 'Either an update or remove=true must be specified')
  const bytes = Array.isArray(body.update) ? undefined : toBuffer(documentOf(body.update, 'update'))
  const instruction = instructionOf(body.update, bytes)
  if (stored !== undefined) {
    const before = bytesOf(stored.raw)
    change(collection, stored, instruction)
    return {
      lastErrorObject: { n: 1, updatedExisting: true },
      value: show(body.new ? bytesOf(stored.raw) : before),
    }
  }
  if (!body.upsert) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null }
  const made = insertNew(collection, filter, instruction)
  return {
    lastErrorObject: { n: 1, updatedExisting: false, upserted: made.id },
    value: body.new ? show(bytesOf(made.stored.raw)) : null,
  }
}

export const WRITE_COMMANDS: Readonly<Record<string, Command>> = {
  insert: {
    handle: insert,
    arguments: ['documents', 'ordered', 'bypassDocumentValidation'],
  },
  update: {
    handle: update,
    arguments: ['updates', 'ordered', 'bypassDocumentValidation'],
  },
  delete: { handle: remove, arguments: ['deletes', 'ordered'] },
  findAndModify: {
    handle: findAndModify,
    arguments: ['query', 'sort', 'remove', 'update', 'new', 'fields', 'upsert', 'hint', 'bypassDocumentValidation'],
  },
}
