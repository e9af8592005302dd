import {
  type Db,
  MongoClient,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb'
import { AppError } from '../../domain/errors.ts'

/** An open connection. One per container: opened at first use outside the handler, closed by tests and short commands only. */
export type Mongo = { db: Db; client: MongoClient; close(): Promise<void> }

/** `database` wins over the one named in the URI; `maxPoolSize` enters the budget of connections of the deployment. */
export type MongoOptions = { database?: string; maxPoolSize?: number }

/** Connections of a container, unless told otherwise. */
export const MONGO_POOL = 5

/**
 * Connects and checks that a server answers. Writes wait for the majority; what is `undefined` in a document is left out of it
 * (so a filter must never carry an undefined value: it would match everything).
 * Throws `DATABASE_DOWN` when no server answers within five seconds.
 */
export const connectMongo = async (uri: string, options: MongoOptions = {}): Promise<Mongo> => {
  const client = new MongoClient(uri, {
    appName: 'signaux-faibles',
    maxPoolSize: options.maxPoolSize ?? MONGO_POOL,
    minPoolSize: 0,
    maxIdleTimeMS: 60_000,
    serverSelectionTimeoutMS: 5_000,
    writeConcern: { w: 'majority' },
    ignoreUndefined: true,
  })
  try {
    await client.connect()
  } catch (error) {
    await client.close()
    throw translateMongoError(error)
  }
  return {
    db: client.db(options.database),
    client,
    close: () => client.close(),
  }
}

const DUPLICATE_KEY = 11_000

/** Codes by which a server says that it cannot serve now: stepping down, shutting down, out of time, unreachable members. */
const UNAVAILABLE: ReadonlySet<number> = new Set([6, 7, 50, 64, 89, 91, 189, 262, 9001, 10_107, 11_600, 11_602, 13_435, 13_436])

const LOST = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
  MongoOperationTimeoutError,
  MongoExpiredSessionError,
]

/**
 * What a driver's error means for the platform: a duplicate key is `VERSION_CONFLICT`, a server that cannot be reached in time is
 * `DATABASE_DOWN`; anything else comes back as it is (a bug). The original is kept as `cause`; nothing of it is shown.
 */
export const translateMongoError = (error: unknown): unknown => {
  if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) {
    return new AppError('VERSION_CONFLICT', 'Cet enregistrement existe déjà ou vient d’être modifié.', { cause: error })
  }
  const unavailable = error instanceof MongoServerError && typeof error.code === 'number' && UNAVAILABLE.has(error.code)
  if (unavailable || LOST.some((type) => error instanceof type)) {
    return new AppError('DATABASE_DOWN', 'La base de données ne répond pas.', {
      cause: error,
    })
  }
  return error
}

/** Runs `work` and throws the translation of what it throws. */
export const withMongoErrors = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw translateMongoError(error)
  }
}
