import type { Switch } from './switch.ts'

/** Which deposits count, and what they wait for. */
export const DEPOSITS_SWITCHES: readonly Switch[] = [
  {
    name: 'counting-order',
    rule: 'deposits count in the order of their completion',
    patches: [
      {
        file: 'shared/domain/spine/counting.ts',
        from: 'a.completedAt.getTime() - b.completedAt.getTime() ||',
        to: 'a.registeredAt.getTime() - b.registeredAt.getTime() ||',
      },
    ],
    fails: { seed: 1 },
  },
  {
    name: 'replaces-computed',
    rule: 'only a deposit that counts replaces another',
    patches: [
      {
        file: 'shared/domain/spine/counting.ts',
        from: '  const counting: ImportDocument[] = []\n',
        to: '  const counting: ImportDocument[] = []\n  for (const document of documents) for (const deposit of document.replaces) replaced.add(replacementKey(document.owner, deposit))\n',
      },
    ],
    fails: { seed: 5 },
  },
  {
    name: 'replaces',
    rule: 'a deposit named in replaces does not count',
    patches: [
      {
        file: 'shared/domain/spine/counting.ts',
        from: 'for (const deposit of document.replaces) replaced.add(replacementKey(document.owner, deposit))',
        to: '',
      },
    ],
    fails: { seed: 1 },
  },
  {
    name: 'withdrawn',
    rule: 'a withdrawn deposit does not count',
    patches: [{ file: 'shared/domain/spine/counting.ts', from: 'document.withdrawn || ', to: '' }],
    fails: { seed: 3 },
  },
  {
    name: 'failed',
    rule: 'a refused deposit does not count',
    patches: [{ file: 'shared/domain/spine/counting.ts', from: 'document.failed !== undefined || ', to: '' }],
    fails: { seed: 9 },
  },
  {
    name: 'register-before-run',
    rule: 'a deposit registers before it reads the run',
    patches: [
      {
        file: 'functions/import/core.ts',
        from: '  await imports.register(registration.document)\n',
        to: '  const early = (await admin.batch(batch))?.runs[source]\n  await imports.register(registration.document)\n',
      },
      { file: 'functions/import/core.ts', from: '  const { document, run } = ready\n', to: '  const { document } = ready\n  const run = early ?? ready.run\n' },
    ],
    fails: { directed: 'a mapping is corrected before a deposit registers' },
  },
  {
    name: 'inputs-of-the-run',
    rule: 'ranges use the inputs of their run only',
    patches: [
      {
        file: 'functions/import/core.ts',
        from: '  const gathering = new Gathering(document, run.n, range)',
        to: '  const n = (await spine.store.admin.batch(document.batch))?.runs[document.source]?.n ?? run.n\n  const gathering = new Gathering(document, n, range)',
      },
      { file: 'functions/import/core.ts', from: '    run: run.n,\n    range,', to: '    run: n,\n    range,' },
    ],
    fails: { seed: 43 },
  },
  {
    name: 'removed-not-read',
    rule: 'a deposit that the run takes back is not read under it',
    patches: [{ file: 'functions/import/core.ts', from: ' || run.removed.includes(deposit)', to: '' }],
    fails: { directed: 'a deposit is withdrawn between the look at what counts and the look at the run' },
  },
  {
    name: 'removed-is-an-input',
    rule: 'what no longer counts is an input of the run',
    patches: [{ file: 'shared/domain/spine/runs.ts', from: 'removed: removed.sort()', to: 'removed: []' }],
    fails: { seed: 3 },
  },
  {
    name: 'ring-unread',
    rule: 'a raised run rings the deposits to import again',
    patches: [{ file: 'shared/domain/spine/runs.ts', from: 'await ringUnread(spine, key, source, run.n, deposits)', to: '' }],
    fails: { seed: 8 },
  },
  {
    name: 'waiting-names-its-run',
    rule: 'a waiting deposit names the run that it waits for',
    patches: [
      { file: 'shared/domain/spine/verdicts.ts', from: 'document.waiting === undefined || document.waiting.run !== run', to: 'document.waiting === undefined' },
    ],
    fails: { seed: 3 },
  },
  {
    name: 'waiting-holds-nothing',
    rule: 'a waiting deposit does not hold the run open',
    patches: [
      {
        file: 'shared/domain/spine/verdicts.ts',
        from: 'const held = counting.filter((document) => document.waiting === undefined || document.waiting.run !== run)',
        to: 'const held = counting',
      },
    ],
    fails: { seed: 57 },
  },
  {
    name: 'recheck-after-parking',
    rule: 'the inputs are looked at again after parking',
    patches: [
      { file: 'functions/import/core.ts', from: '    await reconcileRuns(spine)\n    const again', to: '    const again' },
      { file: 'functions/import/core.ts', from: 'if (again?.n === run.n) {', to: 'if (again !== null) {' },
    ],
    fails: { directed: 'a deposit is parked late, under a run that was raised since' },
  },
  {
    name: 'stale-range',
    rule: 'a range of an older run is not read',
    patches: [{ file: 'functions/import/core.ts', from: 'if (current?.n !== run || ', to: 'if (current === undefined || ' }],
    fails: { directed: 'the ranges of a withdrawn deposit are received after the run that takes it back' },
  },
  {
    name: 'range-once',
    rule: 'a range that has its result is not read again',
    patches: [{ file: 'functions/import/core.ts', from: 'if (!done.includes(range)) await readRange(', to: 'await readRange(' }],
    fails: { directed: 'a worker dies between the result of a range and the closing of its file' },
  },
  {
    name: 'same-bytes',
    rule: 'a deposit of the same bytes under another id is no new input',
    patches: [
      {
        file: 'shared/domain/spine/batches.ts',
        from: '    order.set(sha256, first.get(sha256) ?? deposit)\n',
        to: '    order.set(deposit, deposit)\n',
      },
    ],
    fails: { directed: 'the mapping and the headcounts of a month are sent again under other names' },
  },
]
