import { randomUUID } from 'node:crypto'
import type { Db } from 'mongodb'
import { DEFAULT_SETTINGS, type SourceFacts, type Spine, type SpineSettings } from '../domain/spine/spine.ts'
import type { Log, Queue } from '../ports.ts'
import { mongoJournal } from './mongo/journal.ts'
import { mongoProvenance } from './mongo/provenance.ts'
import { mongoStore } from './mongo/store.ts'

export type SpineOptions = { db: Db; queue: Queue; log: Log; sources: SourceFacts; settings?: Partial<SpineSettings> }

/** The spine on MongoDB and SQS. Every bell has an id of its own (architecture §2). */
export const createSpine = ({ db, queue, log, sources, settings = {} }: SpineOptions): Spine => {
  const clock = (): Date => new Date()
  const all = { ...DEFAULT_SETTINGS, ...settings }
  return {
    store: mongoStore(db, all.shards, clock),
    queue,
    clock,
    log,
    sources,
    settings: all,
    bellId: randomUUID,
    journal: mongoJournal(db),
    provenance: mongoProvenance(db),
  }
}
