import { referentiels } from './0001-referentiels.ts'
import { publication } from './0002-publication.ts'
import { agents } from './0003-agents.ts'
import { journal } from './0004-journal.ts'
import { retrait } from './0005-retrait.ts'

/**
 * A step of the schema. Numbers follow each other; a step that was released is never edited. `breaking`: code that does not know it
 * must not run on the result.
 */
export type Migration = {
  number: number
  name: string
  sql: string
  breaking: boolean
}

/** Every step, in order. The SQL is inside modules, so that it travels in the bundle of each function. */
export const MIGRATIONS: readonly Migration[] = [
  { number: 1, name: 'referentiels', sql: referentiels, breaking: true },
  { number: 2, name: 'publication', sql: publication, breaking: true },
  { number: 3, name: 'agents', sql: agents, breaking: true },
  { number: 4, name: 'journal', sql: journal, breaking: true },
  { number: 5, name: 'retrait', sql: retrait, breaking: false },
]
