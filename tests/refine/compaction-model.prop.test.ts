import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compactDocuments, purgeDocuments } from '../../cli/commands/conformance.ts'
import { addedTypes, batchKeys, deletedIn } from '../../shared/domain/compaction/state.ts'
import type { Entries, ImportedValue, RawValue } from '../../shared/domain/entity.ts'

/**
 * Compaction as the conformance commands call it (refine §8.1): documents are taken as they are, and an entity is touched in a batch because a document
 * names it there, were it empty. Each sequence of imports and purges is compared with the definition (§2.1), written without the algorithm; documents may
 * name two batches (D4) and a base may come from another writer, which remembers nothing (§2.3 step 1).
 */
const KEY = '01234567800012'
/** In the order of strings, which is not that of numbers: `1810_1` and `1810_10` come before `1901`. */
const BATCHES = ['1810_1', '1810_10', '1901', '1901_1', '1902'] as const
const TYPES = ['apconso', 'effectif', 'procol'] as const
const HASHES = ['a', 'b', 'c', 'd'] as const
type Batch = (typeof BATCHES)[number]
type Content = Partial<Record<(typeof TYPES)[number], string[]>>
type Step = { purge: Batch } | { imports: Partial<Record<Batch, Content>>[] }
type States = Record<string, Record<string, string[]>>
type Document = { _id: string; value: RawValue }

const content = fc.record(Object.fromEntries(TYPES.map((type) => [type, fc.subarray([...HASHES])])), { requiredKeys: [] }) as fc.Arbitrary<Content>
const document = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...BATCHES), content), { minLength: 1, maxLength: 2, selector: ([batch]) => batch })
  .map((batches) => Object.fromEntries(batches) as Partial<Record<Batch, Content>>)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ imports: fc.array(document, { minLength: 1, maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ purge: fc.constantFrom(...BATCHES) }) },
)
const complete = fc.array(fc.subarray([...TYPES]), { minLength: BATCHES.length, maxLength: BATCHES.length })

const entriesOf = (hashes: readonly string[]): Entries => Object.fromEntries(hashes.map((hash) => [hash, { effectif: hash === 'a' ? 0 : 3, name: hash }]))
const importedOf = (batches: Partial<Record<Batch, Content>>): { value: ImportedValue } => ({
  value: {
    key: KEY,
    scope: 'etablissement',
    batch: Object.fromEntries(
      Object.entries(batches).map(([batch, types]) => [batch, Object.fromEntries(Object.entries(types).map(([type, hashes]) => [type, entriesOf(hashes)]))]),
    ),
  },
})

/** What the definition knows: all that was ever imported, and where the entity was named. */
class Model {
  readonly #imported = new Map<string, Set<string>>()
  readonly #touched = new Set<string>()
  readonly #complete: readonly (readonly string[])[]
  constructor(types: readonly (readonly string[])[]) {
    this.#complete = types
  }
  add(batch: string, types: Content): void {
    this.#touched.add(batch)
    for (const [type, hashes] of Object.entries(types)) {
      const known = this.#imported.get(`${batch}:${type}`) ?? new Set()
      this.#imported.set(`${batch}:${type}`, new Set([...known, ...hashes]))
    }
  }
  purge(from: string): void {
    for (const batch of BATCHES.filter((key) => key >= from)) {
      this.#touched.delete(batch)
      for (const type of TYPES) this.#imported.delete(`${batch}:${type}`)
    }
  }
  states(): States {
    const states: States = {}
    let before: Record<string, string[]> = {}
    for (const [i, batch] of BATCHES.entries()) {
      const now: Record<string, string[]> = {}
      for (const type of TYPES) {
        const isStock = this.#touched.has(batch) && this.#complete[i]?.includes(type)
        now[type] = [...new Set([...(isStock ? [] : (before[type] ?? [])), ...(this.#imported.get(`${batch}:${type}`) ?? [])])].sort()
      }
      states[batch] = now
      before = now
    }
    return states
  }
}

type Differences = Record<string, { added: Record<string, string[]>; deleted: Record<string, string[]> }>
const named = (lists: Record<string, string[]>): Record<string, string[]> => Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0))
const withoutEmpty = (differences: Differences): Differences =>
  Object.fromEntries(Object.entries(differences).filter(([, { added, deleted }]) => Object.keys({ ...added, ...deleted }).length > 0))

const differencesOf = (states: States): Differences =>
  withoutEmpty(
    Object.fromEntries(
      BATCHES.map((batch, i) => {
        const [now, before] = [states[batch] ?? {}, states[BATCHES[i - 1] ?? ''] ?? {}]
        const without = (from: Record<string, string[]>, other: Record<string, string[]>) =>
          named(Object.fromEntries(TYPES.map((type) => [type, (from[type] ?? []).filter((hash) => !other[type]?.includes(hash))])))
        return [batch, { added: without(now, before), deleted: without(before, now) }]
      }),
    ),
  )

const differencesIn = (value: RawValue | undefined): Differences =>
  withoutEmpty(
    Object.fromEntries(
      batchKeys(value?.batch ?? {}).map((key) => {
        const batch = value?.batch[key] ?? {}
        const types = addedTypes(batch).filter((type) => type !== 'reporder')
        return [key, { added: named(Object.fromEntries(types.map((type) => [type, Object.keys(batch[type] ?? {}).sort()]))), deleted: named(deletedIn(batch)) }]
      }),
    ),
  )

test('whatever is imported and purged, a document holds the differences of the definition and nothing else', () => {
  return fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), complete, fc.boolean(), (steps, types, isForeign) => {
      const batches = BATCHES.map((key, i) => ({ key, complete_types: types[i] ?? [], param: { date_debut: '2018-01-01', date_fin: '2018-03-01' } }))
      let model = new Model(types)
      let documents: Document[] = []
      for (const [i, done] of steps.entries()) {
        if ('purge' in done) {
          model.purge(done.purge)
          documents = purgeDocuments({ since: done.purge, rawData: documents })
        } else {
          for (const item of done.imports) for (const [batch, of] of Object.entries(item)) model.add(batch, of)
          documents = compactDocuments({ batches, importedData: done.imports.map(importedOf), rawData: documents })
        }
        const value = documents[0]?.value
        const expected = differencesOf(model.states())
        expect(differencesIn(value)).toEqual(expected)
        expect(value?.index.algo2 ?? false).toBe(Object.values(expected).some(({ added }) => added['effectif']?.some((hash) => hash !== 'a')))
        if (i > 0 || !isForeign || value === undefined) continue
        // another writer remembers nothing: every batch that the document holds was read as it stands
        documents = [{ _id: KEY, value: { key: KEY, scope: 'etablissement', index: value.index, batch: value.batch } }]
        const states = model.states()
        model = new Model(types)
        for (const [at, key] of BATCHES.entries()) {
          if (value.batch[key] === undefined) continue
          const added = differencesIn(value)[key]?.added ?? {}
          model.add(key, Object.fromEntries(TYPES.map((type) => [type, (types[at]?.includes(type) ? states[key]?.[type] : added[type]) ?? []])))
        }
      }
    }),
    { numRuns: 400 },
  )
})
