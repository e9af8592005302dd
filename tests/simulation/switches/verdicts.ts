import type { Switch } from './switch.ts'

/** Evaluation of batches, guard, perimeter. */
export const VERDICTS_SWITCHES: readonly Switch[] = [
  {
    name: 'version-always-raised',
    rule: 'an evaluation that changes nothing raises the version',
    patches: [
      {
        file: 'shared/domain/spine/closing.ts',
        from: '  if (!(await spine.store.admin.updateBatch(next))) return false',
        to: '  if (JSON.stringify(next) === JSON.stringify(batch)) return true\n  if (!(await spine.store.admin.updateBatch(next))) return false',
      },
    ],
  },
  {
    name: 'version-before-imports',
    rule: 'the version of Admin is read before Imports',
    patches: [
      {
        file: 'shared/domain/spine/closing.ts',
        from: '  const batches = await spine.store.admin.batches()\n  const batch = batches.find((candidate) => candidate.key === key)\n  if (batch?.runs[source] === undefined) return true\n  const imports = await spine.store.imports.all()\n',
        to: '  const imports = await spine.store.imports.all()\n  const batches = await spine.store.admin.batches()\n  const batch = batches.find((candidate) => candidate.key === key)\n  if (batch?.runs[source] === undefined) return true\n',
      },
    ],
  },
  {
    name: 'admin-version',
    rule: 'Admin is written by compare-and-set on its version',
    patches: [{ file: 'tests/support/memory-store.ts', from: 'if (data.batches.get(batch.key)?.version !== batch.version) return false', to: '' }],
    fails: { seed: 1 },
  },
  {
    name: 'later-batches',
    rule: 'each closing evaluates every later batch again',
    patches: [{ file: 'shared/domain/spine/closing.ts', from: 'if (key < from) continue', to: 'if (key !== from) continue' }],
    fails: { seed: 6 },
  },
  {
    name: 'ascending',
    rule: 'batches are evaluated in ascending order',
    patches: [
      {
        file: 'shared/domain/spine/closing.ts',
        from: 'for (const { key } of await spine.store.admin.batches()) {\n    if (key < from)',
        to: 'for (const { key } of (await spine.store.admin.batches()).toReversed()) {\n    if (key < from)',
      },
    ],
    fails: { seed: 369 },
  },
  {
    name: 'old-verdict-stands',
    rule: 'the old verdict stands while a newer run is imported',
    patches: [{ file: 'shared/domain/spine/verdicts.ts', from: '(!allClosed && run > 1 && old !== undefined)', to: 'false' }],
  },
  {
    name: 'guard-share',
    rule: 'files that name too few holders are not effective',
    patches: [
      { file: 'shared/domain/spine/verdicts.ts', from: 'const passes = kept >= holders.length * spine.settings.guardShare', to: 'const passes = true' },
    ],
    fails: { seed: 6 },
  },
  {
    name: 'confirmed',
    rule: 'a confirmed file is effective',
    patches: [{ file: 'shared/domain/spine/verdicts.ts', from: ' || closed.some((document) => document.confirmed)', to: '' }],
    fails: { seed: 25 },
  },
  {
    name: 'holders-of-effective',
    rule: 'holders are those of the latest effective batch',
    patches: [
      {
        file: 'shared/domain/spine/verdicts.ts',
        from: 'earlier.find((batch) => isEffective(batch, source))',
        to: 'earlier.find((batch) => batch.runs[source] !== undefined)',
      },
    ],
    fails: { seed: 6 },
  },
  {
    name: 'touch-holders',
    rule: 'a change of effective types touches all holders',
    patches: [{ file: 'shared/domain/spine/closing.ts', from: '      await touchHolders(spine, source)\n', to: '' }],
    fails: { seed: 6 },
  },
  {
    name: 'headcounts-move',
    rule: 'a headcount file that moves the last month touches those who hold headcounts',
    patches: [{ file: 'shared/domain/spine/closing.ts', from: ' || mayMoveHeadcounts(key, source, imports)', to: '' }],
  },
  {
    name: 'perimeter-moves',
    rule: 'a late headcount file touches those who leave the perimeter',
    patches: [{ file: 'shared/domain/spine/closing.ts', from: '      await touchPerimetres(spine, batch.key, source)\n', to: '' }],
  },
  {
    name: 'filter-moves',
    rule: 'a late file of an explicit perimeter touches those whom it may take in',
    patches: [{ file: 'shared/domain/spine/closing.ts', from: ' || mayMovePerimetre(key, source, imports)', to: '' }],
    fails: { directed: 'an explicit perimeter comes in two files, the second after the opening' },
  },
  {
    name: 'every-entity-touched',
    rule: 'an effective type touches every entity of its batch',
    patches: [{ file: 'shared/domain/spine/reading.ts', from: 'touched: complete.length > 0', to: 'touched: false' }],
    fails: { seed: 1 },
  },
  {
    name: 'flux-override',
    rule: 'a source declared flux is not read as stock',
    patches: [{ file: 'shared/domain/spine/batches.ts', from: '!batch.flux.includes(source) && ', to: '' }],
    fails: { seed: 1 },
  },
  {
    name: 'perimeter-effective',
    rule: 'the perimeter comes from effective files',
    patches: [{ file: 'shared/domain/spine/batches.ts', from: 'if (!isEffective(batch, HEADCOUNT_SOURCE)) return []', to: '' }],
    fails: { seed: 111 },
  },
  {
    name: 'sub-batch-mapping',
    rule: 'a sub-batch without a mapping uses that of its month',
    patches: [{ file: 'shared/domain/spine/batches.ts', from: 'own.length === 0 && isSubBatch(key)', to: 'false' }],
    fails: { seed: 1 },
  },
]
