import { type Collection, type Document, MongoServerError } from 'mongodb'
import { afterAll, beforeAll, expect } from 'vitest'
import { type ResolvedMongo, resolveMongo } from '../../localstack/mongo/resolve.ts'
import { connectMongo, type Mongo } from '../../shared/adapters/mongo/connect.ts'

/**
 * What the platform relies on, asked of whichever server is chosen: `MONGODB_URI=mongodb://… npx vitest run tests/contract/mongo`
 * checks a real one. A test that only passes on the stand-in is a fault of the stand-in.
 */
export type Doc = Document & { _id: string }

export type ContractServer = {
  mongo: () => Mongo
  kind: () => ResolvedMongo['kind']
  /** A collection that no other test has touched. */
  fresh: () => Collection<Doc>
}

/** A database of its own on the chosen server for the tests of a file, dropped after them. */
export const useContractServer = (name: string): ContractServer => {
  let started: { server: ResolvedMongo; mongo: Mongo } | undefined
  let count = 0
  beforeAll(async () => {
    const server = await resolveMongo(process.env.MONGODB_URI === undefined ? {} : { uri: process.env.MONGODB_URI })
    started = { server, mongo: await connectMongo(server.uri, { database: `${name}_${process.pid}_${Date.now()}` }) }
  })
  afterAll(async () => {
    await started?.mongo.db.dropDatabase()
    await started?.mongo.close()
    await started?.server.stop()
  })
  const running = () => started ?? expect.fail('the server starts before the tests')
  return {
    mongo: () => running().mongo,
    kind: () => running().server.kind,
    fresh: () => running().mongo.db.collection<Doc>(`c${++count}`),
  }
}

/** The error of the server that this work ends in. */
export const failure = async (work: Promise<unknown>): Promise<MongoServerError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(MongoServerError)
  return error as MongoServerError
}
