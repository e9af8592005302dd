import type { Collection } from './collection.ts'
import type { Cursors } from './cursors.ts'
import type { Databases } from './databases.ts'
import { CommandError, notImplemented } from './errors.ts'
import { isDocument } from './path.ts'
import type { Document } from './raw.ts'

/** A command as it came: its document, and the raw documents of its batch (`documents`, `updates`, `deletes`). */
export type Request = {
  name: string
  database: string
  body: Document
  batch: readonly Buffer[]
}
export type Context = { databases: Databases; cursors: Cursors }

/** A result is a document, or the bytes of a whole reply when it carries stored documents. */
export type Handler = (request: Request, context: Context) => Document | Buffer

/** `arguments` are those that the command heeds or may ignore without changing its result; any other one is refused. */
export type Command = { handle: Handler; arguments: readonly string[] }

const COMMON = new Set([
  '$db',
  '$readPreference',
  '$clusterTime',
  'lsid',
  'comment',
  'maxTimeMS',
  'readConcern',
  'writeConcern',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
])

/** Options of MongoDB that would change a result: 238 when they ask for something, nothing when they are empty. */
const UNSUPPORTED = new Set(['collation', 'let', 'min', 'max', 'returnKey', 'showRecordId', 'tailable', 'awaitData', 'arrayFilters', 'fields', 'sampleRate'])

const isAsking = (value: unknown): boolean =>
  !(value === undefined || value === null || value === false || (isDocument(value) && Object.keys(value).length === 0))

/** Refuses transactions (as a standalone server does) and arguments that would be passed over. */
export const checkArguments = (request: Request, command: Command): void => {
  const { body, name } = request
  if (body.txnNumber !== undefined || body.startTransaction !== undefined || body.autocommit !== undefined) {
    throw new CommandError('IllegalOperation', 'Transaction numbers are only allowed on a replica set member or mongos')
  }
  for (const [argument, value] of Object.entries(body)) {
    if (argument === name || COMMON.has(argument) || command.arguments.includes(argument)) continue
    if (UNSUPPORTED.has(argument)) {
      if (isAsking(value)) throw notImplemented(`the argument ${argument} of ${name}`)
    } else throw new CommandError('Location40415', `BSON field '${name}.${argument}' is an unknown field.`)
  }
}

export const collectionName = ({ body, name }: Request): string => {
  const value = body[name]
  if (typeof value !== 'string') throw new CommandError('InvalidNamespace', `collection name has invalid type for ${name}`)
  return value
}

export const readCollection = (request: Request, { databases }: Context): Collection | undefined => databases.get(request.database, collectionName(request))

export const documentOf = (value: unknown, argument: string): Document => {
  if (value === undefined) return {}
  if (isDocument(value)) return value
  throw new CommandError('TypeMismatch', `BSON field '${argument}' is the wrong type, expected type 'object'`)
}

export const countOf = (value: unknown, argument: string): number => {
  if (value === undefined || value === null) return 0
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw new CommandError('BadValue', `BSON field '${argument}' must be a whole number, zero or more`)
}
