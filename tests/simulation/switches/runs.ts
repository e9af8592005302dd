import type { Switch } from './switch.ts'

/** Runs: taking back what was said, and the closing of files. */
export const RUNS_SWITCHES: readonly Switch[] = [
  {
    name: 'all-closed',
    rule: 'a run is closed when all deposits that count are',
    patches: [
      {
        file: 'shared/domain/spine/verdicts.ts',
        from: 'held.every((document) => document.closedRun >= run)',
        to: 'held.some((document) => document.closedRun >= run)',
      },
    ],
    fails: { seed: 1 },
  },
  {
    name: 'lower-run-ignored',
    rule: 'compaction ignores documents of a lower run',
    patches: [
      { file: 'shared/domain/compaction/compact.ts', from: 'saying.filter((document) => (document.run ?? 1) === run)', to: 'saying.filter(() => true)' },
    ],
    fails: { seed: 7 },
  },
  {
    name: 'lower-run-dropped',
    rule: 'compaction drops what RawData holds from a lower run',
    patches: [{ file: 'shared/domain/compaction/compact.ts', from: 'dropped: run > known,', to: 'dropped: false,' }],
    fails: { seed: 2 },
  },
  {
    name: 'closed-run-drops',
    rule: 'a closed run drops a lower one without any document',
    patches: [{ file: 'shared/domain/compaction/compact.ts', from: 'const run = Math.max(known, closed, ', to: 'const run = Math.max(known, ' }],
    fails: { seed: 2 },
  },
  {
    name: 'touch-lower-runs',
    rule: 'the closing of a run touches those who stand on a lower one',
    patches: [{ file: 'shared/domain/spine/closing.ts', from: '      await touchLowerRuns(spine, batch, source)\n', to: '' }],
    fails: { directed: 'a flux file is withdrawn' },
  },
  {
    name: 'set-not-counter',
    rule: 'a file is closed by the set of its results, not by their number',
    patches: [
      { file: 'tests/support/memory-store.ts', from: "padStart(6, '0')}`, frozen(result))", to: "padStart(6, '0')}:${data.results.size}`, frozen(result))" },
      {
        file: 'shared/domain/spine/closing.ts',
        from: 'const done = new Set(await spine.store.imports.resultRanges(document.deposit, run))',
        to: 'const done = await spine.store.imports.resultRanges(document.deposit, run)',
      },
      {
        file: 'shared/domain/spine/closing.ts',
        from: 'return document.plan?.ranges.every((_, range) => done.has(range)) ?? false',
        to: 'return (document.plan?.ranges.length ?? Number.POSITIVE_INFINITY) <= done.length',
      },
    ],
    fails: { seed: 4 },
  },
  {
    name: 'closed-when-read',
    rule: 'a file is closed when all its ranges are read',
    patches: [
      {
        file: 'shared/domain/spine/closing.ts',
        from: 'return document.plan?.ranges.every((_, range) => done.has(range)) ?? false',
        to: 'return done.size > 0',
      },
    ],
    fails: { seed: 1 },
  },
  {
    name: 'owed-tokens',
    rule: 'a token says that touches are owed',
    patches: [
      {
        file: 'shared/domain/spine/closing.ts',
        from: 'next.owed = { ...batch.owed, [source]: `${batch.version}` }\n  if (!(await spine.store.admin.updateBatch(next))) return false',
        to: 'void 0\n  if (!(await spine.store.admin.updateBatch(next))) return false\n  if (effectiveChanged || runClosed || mayMoveHeadcounts(key, source, imports)) {\n    await touchLowerRuns(spine, next, source)\n    await touchHolders(spine, source)\n    await touchPerimetres(spine, key, source)\n  }',
      },
    ],
    fails: { directed: 'the worker that takes a deposit back dies before its touches' },
  },
  {
    name: 'owed-same-token',
    rule: 'a token is removed only if it is still that one',
    patches: [{ file: 'tests/support/memory-store.ts', from: 'if (batch?.owed[source] === token)', to: 'if (batch?.owed[source] !== undefined)' }],
    fails: { directed: 'two withdrawals, and who pays for the first ends after the second is decided' },
  },
  {
    name: 'lower-runs-in-order',
    rule: 'those who stand on a lower run are looked for in ImportedData first, then in RawData',
    patches: [
      {
        file: 'shared/domain/spine/closing.ts',
        from: '(after) => entities.importedBelowRun(batch.key, source, closed, after, touchSize),\n    (sirens) => touchAndRing(spine, sirens),\n  )\n  await eachPage(\n    (after) => entities.rawBelowRun(batch.key, type, closed, after, touchSize),',
        to: '(after) => entities.rawBelowRun(batch.key, type, closed, after, touchSize),\n    (sirens) => touchAndRing(spine, sirens),\n  )\n  await eachPage(\n    (after) => entities.importedBelowRun(batch.key, source, closed, after, touchSize),',
      },
    ],
    fails: { directed: 'a flux file is withdrawn while what it said goes from ImportedData to RawData' },
  },
  {
    name: 'runs-raised',
    rule: 'the run under which a file is closed is raised, never lowered',
    patches: [{ file: 'tests/support/memory-store.ts', from: '[field]: Math.max(document[field], run)', to: '[field]: run' }],
    fails: { directed: 'a worker closes a file under a run that was raised since' },
  },
]
