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
    fails: { directed: 'an evaluation that changes nothing comes between the look and the write of another one' },
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
    fails: { directed: 'two files of a month close, and the evaluation of the one reads Admin after that of the other' },
  },
  {
    name: 'admin-version',
    rule: 'Admin is written by compare-and-set on its version',
    patches: [{ file: 'tests/support/memory-store.ts', from: 'if (data.batches.get(batch.key)?.version !== batch.version) return false', to: '' }],
    fails: { seed: 2 },
  },
  {
    name: 'later-batches',
    rule: 'each closing evaluates every later batch again',
    patches: [{ file: 'shared/domain/spine/closing.ts', from: 'if (key < from) continue', to: 'if (key !== from) continue' }],
    fails: { seed: 9 },
  },
  {
    // whoever pays what a batch owes judges the later ones again, and so mends what was judged too early: both are turned off
    name: 'ascending',
    rule: 'batches are evaluated in ascending order, and again when what an earlier one owes is paid',
    patches: [
      {
        file: 'shared/domain/spine/closing.ts',
        from: 'for (const { key } of await spine.store.admin.batches()) {\n    if (key < from)',
        to: 'for (const { key } of (await spine.store.admin.batches()).toReversed()) {\n    if (key < from)',
      },
      { file: 'shared/domain/spine/closing.ts', from: 'if (later !== undefined) await evaluateFrom(spine, later.key, source)', to: '' },
    ],
    fails: { directed: 'a cut file is confirmed when the next month waits for its confirmation too' },
  },
  {
    name: 'owed-later-batches',
    rule: 'whoever pays what a batch owes judges the later ones first',
    patches: [{ file: 'shared/domain/spine/closing.ts', from: 'if (later !== undefined) await evaluateFrom(spine, later.key, source)', to: '' }],
    fails: { directed: 'the command that declares a flux dies, and a stranger pays what it owed' },
  },
  {
    name: 'old-verdict-stands',
    rule: 'the old verdict stands while a newer run is imported',
    patches: [{ file: 'shared/domain/spine/verdicts.ts', from: '(!allClosed && run > 1 && old !== undefined)', to: 'false' }],
    fails: { directed: 'a month is imported again while the next one has a cut file' },
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
    fails: { directed: 'a second headcount file moves the last month, and names one SIREN only' },
  },
  {
    name: 'perimeter-moves',
    rule: 'a late headcount file touches those who leave the perimeter',
    patches: [{ file: 'shared/domain/spine/closing.ts', from: '      await touchPerimetres(spine, batch.key, source)\n', to: '' }],
    fails: { directed: 'a headcount file that comes after the opening leaves out a SIREN that holds no headcount' },
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
  {
    name: 'perimeter-inherited',
    rule: 'a batch without a perimeter has that of an earlier one',
    patches: [
      {
        file: 'shared/domain/spine/batches.ts',
        from: 'of upTo(key, batches)) {\n    const found',
        to: 'of upTo(key, batches).slice(0, 1)) {\n    const found',
      },
    ],
    fails: { directed: 'a month without headcounts has the perimeter and the last month of the latest month that has them' },
  },
  {
    name: 'last-month-inherited',
    rule: 'a batch without headcounts has the last month of an earlier one',
    patches: [
      {
        file: 'shared/domain/spine/batches.ts',
        from: 'of upTo(key, batches)) {\n    if (batch.param',
        to: 'of upTo(key, batches).slice(0, 1)) {\n    if (batch.param',
      },
    ],
    fails: { directed: 'a month without headcounts has the perimeter and the last month of the latest month that has them' },
  },
  {
    name: 'latest-inherited',
    rule: 'what is inherited is that of the latest earlier batch',
    patches: [{ file: 'shared/domain/spine/batches.ts', from: '.filter((batch) => batch.key <= key).reverse()', to: '.filter((batch) => batch.key <= key)' }],
    fails: { directed: 'a month without headcounts has the perimeter and the last month of the latest month that has them' },
  },
  {
    name: 'named-by-files',
    rule: 'files name SIRENs outside the perimeter too',
    patches: [
      {
        file: 'functions/import/gathering.ts',
        from: '    for (const siren of record.named ?? []) this',
        to: "    if (record.status === 'imported') for (const siren of record.named ?? []) this",
      },
    ],
    fails: { directed: 'a cut file follows one that names SIRENs outside the perimeter' },
  },
  {
    name: 'holders-of-closed-run',
    rule: 'a file that waits under the closed run holds nobody',
    patches: [{ file: 'shared/domain/spine/verdicts.ts', from: 'document.closedRun >= closedRun', to: 'document.closedRun > 0' }],
    fails: { directed: 'a file that lost its mapping is followed by a month that names others' },
  },
  {
    name: 'judged-under-run',
    rule: 'a file is judged by what it names under the current run',
    patches: [{ file: 'shared/domain/spine/verdicts.ts', from: 'document.closedRun >= run && run > 0', to: 'document.closedRun > 0' }],
    fails: { directed: 'the only file of a month loses its mapping' },
  },
]
