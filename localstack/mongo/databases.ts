import { type Collection, createCollection, type Journal } from './collection.ts'
import type { IndexSpec } from './collection-index.ts'
import { CommandError } from './errors.ts'

/** Also told of what happens to whole collections. */
export type CatalogJournal = Journal & {
  describe(namespace: string, indexes: readonly IndexSpec[]): void
  drop(namespace: string): void
}

export type Databases = {
  /** The collection, if it exists: reading never creates one. */
  get(database: string, name: string): Collection | undefined
  /** Made when missing, as a first write does. */
  ensure(database: string, name: string): Collection
  drop(namespace: string): boolean
  collections(database?: string): Collection[]
  /** To be called after the indexes of a collection have changed. */
  described(collection: Collection): void
}

const BAD_NAME = /[\0$]/

export const createDatabases = (journal: CatalogJournal, nextRow: () => number): Databases => {
  const all = new Map<string, Collection>()
  const described = (collection: Collection): void =>
    journal.describe(
      collection.namespace,
      collection.indexes.slice(1).map((index) => index.spec),
    )
  return {
    get: (database, name) => all.get(`${database}.${name}`),
    ensure: (database, name) => {
      if (name === '' || database === '' || BAD_NAME.test(name)) {
        throw new CommandError('InvalidNamespace', `Invalid namespace specified '${database}.${name}'`)
      }
      const namespace = `${database}.${name}`
      const known = all.get(namespace)
      if (known !== undefined) return known
      const collection = createCollection(namespace, journal, nextRow)
      all.set(namespace, collection)
      described(collection)
      return collection
    },
    drop: (namespace) => {
      if (!all.delete(namespace)) return false
      journal.drop(namespace)
      return true
    },
    collections: (database) => [...all.values()].filter(({ namespace }) => database === undefined || namespace.startsWith(`${database}.`)),
    described,
  }
}

/** For a server without a directory. */
export const forgetfulJournal: CatalogJournal = {
  put: () => {},
  remove: () => {},
  describe: () => {},
  drop: () => {},
}
