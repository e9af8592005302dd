import type { Db } from 'mongodb'
import type { SpineStore } from '../../domain/spine/store.ts'
import type { Clock } from '../../ports.ts'
import { mongoAdmin } from './admin.ts'
import { withMongoErrors } from './connect.ts'
import { mongoEntities, mongoFeatures, mongoScores } from './entities.ts'
import { mongoImports } from './imports.ts'
import { mongoLedger } from './ledger.ts'
import { mongoLists } from './lists.ts'

/** The store of the spine on MongoDB. `shards` is fixed for the life of a deployment. */
export const mongoStore = (db: Db, shards: number, clock: Clock): SpineStore => ({
  ledger: mongoLedger(db, shards, clock),
  admin: mongoAdmin(db),
  imports: mongoImports(db),
  entities: mongoEntities(db),
  features: mongoFeatures(db),
  scores: mongoScores(db),
  lists: mongoLists(db),
})

/** Creates the indexes that are missing. Safe to call at every start. */
export const ensureIndexes = (db: Db): Promise<void> =>
  withMongoErrors(async () => {
    await db.collection('Ledger').createIndexes([{ key: { stage: 1, shard: 1, _id: 1 } }, { key: { batch: 1, stage: 1 } }])
    await db.collection('Admin').createIndexes([{ key: { '_id.type': 1, '_id.key': 1 } }])
    await db.collection('Imports').createIndexes([{ key: { batch: 1, source: 1 } }])
    await db.collection('ImportResults').createIndexes([{ key: { deposit: 1, run: 1 } }])
    await db.collection('ImportedData').createIndexes([{ key: { siren: 1, key: 1 } }, { key: { batch: 1, source: 1, run: 1, siren: 1 } }])
    await db.collection('RawData').createIndexes([{ key: { siren: 1 } }, { key: { held: 1, siren: 1 } }])
    await db.collection('Features').createIndexes([{ key: { siren: 1 } }])
    await db.collection('Scores').createIndexes([{ key: { siren: 1, list: 1 } }, { key: { list: 1, 'content.level': -1, 'content.score': -1 } }])
  })
