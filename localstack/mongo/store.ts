import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { IndexSpec, Stored } from './collection-index.ts'
import type { CatalogJournal, Databases } from './databases.ts'
import { bytesOf } from './raw.ts'

/** What survives a restart. `flush` writes all the changes told since the last one; what is flushed survives the process. */
export type Store = CatalogJournal & {
  nextRow(): number
  load(databases: Databases): void
  flush(): void
  readonly dirty: boolean
  close(): void
}

const SCHEMA = `
create table if not exists collections (namespace text primary key, indexes text not null) strict;
create table if not exists documents (row integer primary key, namespace text not null, bytes blob not null) strict;
`

type Change = () => void

/** Documents in one SQLite file of `directory`, in the order of their insertion. */
export const openStore = (directory: string): Store => {
  mkdirSync(directory, { recursive: true })
  const file = new DatabaseSync(join(directory, 'documents.sqlite'))
  // The write-ahead log survives the death of the process; that of the machine may cost the last seconds.
  file.exec('pragma journal_mode = wal; pragma synchronous = off; pragma locking_mode = exclusive;')
  file.exec(SCHEMA)
  const put = file.prepare('insert or replace into documents (row, namespace, bytes) values (?, ?, ?)')
  const remove = file.prepare('delete from documents where row = ?')
  const describe = file.prepare('insert or replace into collections (namespace, indexes) values (?, ?)')
  const dropDocuments = file.prepare('delete from documents where namespace = ?')
  const dropCollection = file.prepare('delete from collections where namespace = ?')
  let lastRow = Number(file.prepare('select coalesce(max(row), 0) as last from documents').get()?.last)

  /** Last state of each document that changed, then what happens to whole collections, in order. */
  let documents = new Map<number, { namespace: string; stored: Stored; gone: boolean }>()
  let catalog: Change[] = []

  const writeDocuments = (): void => {
    for (const [row, { namespace, stored, gone }] of documents) {
      if (gone) remove.run(row)
      else put.run(row, namespace, bytesOf(stored.raw))
    }
    documents = new Map()
  }

  const flush = (): void => {
    if (documents.size === 0 && catalog.length === 0) return
    file.exec('begin')
    // A dropped collection has no document waiting from before its end: those that wait were born after.
    for (const change of catalog) change()
    catalog = []
    writeDocuments()
    file.exec('commit')
  }

  return {
    nextRow: () => {
      lastRow++
      return lastRow
    },
    put: (namespace, stored) => void documents.set(stored.row, { namespace, stored, gone: false }),
    remove: (namespace, stored) => void documents.set(stored.row, { namespace, stored, gone: true }),
    describe: (namespace, indexes: readonly IndexSpec[]) => {
      catalog.push(() => describe.run(namespace, JSON.stringify(indexes)))
    },
    drop: (namespace) => {
      for (const [row, change] of documents) if (change.namespace === namespace) documents.delete(row)
      catalog.push(() => {
        dropDocuments.run(namespace)
        dropCollection.run(namespace)
      })
    },
    load: (databases) => {
      for (const row of file.prepare('select namespace, indexes from collections').all()) {
        const namespace = String(row.namespace)
        const dot = namespace.indexOf('.')
        const collection = databases.ensure(namespace.slice(0, dot), namespace.slice(dot + 1))
        collection.restore(
          file.prepare('select row, bytes from documents where namespace = ? order by row').iterate(namespace),
          JSON.parse(String(row.indexes)),
        )
      }
      documents = new Map()
      catalog = []
    },
    flush,
    get dirty() {
      return documents.size > 0 || catalog.length > 0
    },
    close: () => {
      flush()
      file.close()
    },
  }
}
