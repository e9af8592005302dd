/**
 * One switch per rule of architecture §§2 and 4: the rule is turned off by replacing its text, and a known schedule fails, so that the simulation
 * cannot go blind. A switch without a schedule has not made any fail yet: docs/simulation.md says what is known of it.
 */
import type { Patch } from './mutants.ts'
import type { Faults } from './simulate.ts'

export type Schedule = { seed: number } | { scenario: string; fault: Faults }
export type Switch = { name: string; rule: string; patches: readonly Patch[]; fails?: Schedule }

export const SWITCHES: readonly Switch[] = [
  {
    name: 'raw-seq',
    rule: 'RawData is refused when the stored seq is greater',
    patches: [{ file: 'tests/support/memory-store.ts', from: ' || (stored !== undefined && stored.seq > document.seq)', to: '' }],
    fails: { seed: 146 },
  },
  {
    name: 'raw-version',
    rule: 'RawData is written only over the version that was read',
    patches: [{ file: 'tests/support/memory-store.ts', from: 'stored?.version !== read || ', to: '' }],
  },
  {
    name: 'features-seq',
    rule: 'Features are refused when the stored seq is greater',
    patches: [
      {
        file: 'tests/support/memory-store.ts',
        from: 'if (stored === undefined || stored.seq <= document.seq)',
        to: "if (name === 'features.putFeatures' || stored === undefined || stored.seq <= document.seq)",
      },
    ],
  },
  {
    name: 'scores-seq',
    rule: 'Scores are refused when the stored seq is greater',
    patches: [
      {
        file: 'tests/support/memory-store.ts',
        from: 'if (stored === undefined || stored.seq <= document.seq)',
        to: "if (name === 'scores.putScores' || stored === undefined || stored.seq <= document.seq)",
      },
    ],
    fails: { seed: 47 },
  },
  {
    name: 'publication-seq',
    rule: 'rows are refused when the guard row has a greater seq',
    patches: [{ file: 'tests/spine/world.ts', from: 'if (guard !== undefined && guard.seq > seq) continue', to: '' }],
  },
  {
    name: 'raise-raw-seq',
    rule: 'a pass that writes no RawData raises its seq',
    patches: [{ file: 'functions/refine/core.ts', from: 'await entities.raiseRawSeq(', to: 'void (' }],
  },
  {
    name: 'raise-features-seq',
    rule: 'a pass that writes no Features raises their seq',
    patches: [{ file: 'functions/refine/core.ts', from: 'await spine.store.features.raiseFeaturesSeq(', to: 'void (' }],
  },
  {
    name: 'raise-scores-seq',
    rule: 'a pass that writes no Scores raises their seq',
    patches: [{ file: 'functions/detect/core.ts', from: 'await spine.store.scores.raiseScoresSeq(sound)', to: '' }],
    fails: { seed: 47 },
  },
  {
    name: 'seal-older-lists',
    rule: 'detect raises the seq of the Scores of older lists',
    patches: [
      {
        file: 'tests/support/memory-store.ts',
        from: 'document.siren === siren && document.seq < seq)) {',
        to: "document.siren === siren && document.seq < seq && (name !== 'scores.raiseScoresSeq' || document.list === data.current?.batch.slice(0, 4)))) {",
      },
    ],
  },
  {
    name: 'features-tombstone',
    rule: 'Features that leave are replaced by a tombstone',
    patches: [
      {
        file: 'tests/support/memory-store.ts',
        from: 'map.set(key, frozen(document))\n',
        to: "(name === 'features.putFeatures' && document.columns === undefined) ? map.delete(key) : map.set(key, frozen(document))\n",
      },
    ],
  },
  {
    name: 'publication-tombstone',
    rule: 'a SIREN that leaves keeps its guard row',
    patches: [
      {
        file: 'tests/spine/world.ts',
        from: 'published.set(siren, { seq, batch: current.key, content })',
        to: 'content === null ? published.delete(siren) : published.set(siren, { seq, batch: current.key, content })',
      },
    ],
  },
  {
    name: 'advance-seq',
    rule: 'advance is a compare-and-set on the seq',
    patches: [
      {
        file: 'tests/support/memory-store.ts',
        from: "          await pause('ledger.advance')\n          const row = at(siren, stage, seq)",
        to: "          await pause('ledger.advance')\n          const row = at(siren, stage, data.ledger.get(siren)?.seq ?? seq)",
      },
    ],
    fails: { seed: 1 },
  },
  {
    name: 'failure-seq',
    rule: 'attempts and failed are set by compare-and-set',
    patches: [
      {
        file: 'tests/support/memory-store.ts',
        from: "        await pause('ledger.recordFailure')\n        const row = at(siren, stage, seq)",
        to: "        await pause('ledger.recordFailure')\n        const row = data.ledger.get(siren)",
      },
    ],
  },
  {
    name: 'raise-behind',
    rule: 'a SIREN of a lower batch is put back to refine',
    patches: [
      {
        file: 'shared/domain/spine/worker.ts',
        from: 'const behind = page.filter((document) => current !== undefined && document.batch < current)',
        to: 'const behind: LedgerDocument[] = []',
      },
      {
        file: 'shared/domain/spine/worker.ts',
        from: 'const ready = page.filter((document) => current === undefined || document.batch >= current)',
        to: 'const ready = page',
      },
    ],
  },
  {
    name: 'touch-seq',
    rule: 'a touch raises the seq',
    patches: [{ file: 'tests/support/memory-store.ts', from: 'seq: row.seq + 1,\n      attempts: 0', to: 'seq: Math.max(1, row.seq),\n      attempts: 0' }],
    fails: { seed: 16 },
  },
  {
    name: 'touch-batch-max',
    rule: 'the batch of the Ledger is raised, never lowered',
    patches: [
      { file: 'tests/support/memory-store.ts', from: '      batch: batch > row.batch ? batch : row.batch,\n      stock', to: '      batch,\n      stock' },
    ],
    fails: { seed: 13 },
  },
  {
    name: 'documents-before-touch',
    rule: 'the documents are written before the touch',
    patches: [
      { file: 'functions/import/core.ts', from: '  await spine.store.entities.putImported(documents)\n', to: '' },
      {
        file: 'functions/import/core.ts',
        from: '  for (const siren of sirens) shards.add(',
        to: '  await spine.store.entities.putImported(documents)\n  for (const siren of sirens) shards.add(',
      },
    ],
    fails: { seed: 647 },
  },
  {
    name: 'documents-before-result',
    rule: 'the documents are written before the result that declares them',
    patches: [
      {
        file: 'functions/import/core.ts',
        from: '  await writePiece(spine, document, gathering.take(), shards)\n  const result',
        to: '  const last = gathering.take()\n  const result',
      },
      {
        file: 'functions/import/core.ts',
        from: 'await spine.store.imports.putResult(result)',
        to: 'await spine.store.imports.putResult(result)\n  await writePiece(spine, document, last, shards)',
      },
    ],
    fails: { seed: 10 },
  },
  {
    name: 'unique-deduplication',
    rule: 'the deduplication id of a bell is unique',
    patches: [{ file: 'shared/domain/spine/ledger.ts', from: '`${stage}:${shard}:${spine.bellId()}`', to: '`${stage}:${shard}`' }],
    fails: { seed: 8 },
  },
  {
    name: 'own-bell',
    rule: 'a worker that leaves work rings its own bell',
    patches: [
      {
        file: 'shared/domain/spine/worker.ts',
        from: 'await ringShards(spine, stage, [shard])\n  else await ringIfQuiet',
        to: 'void 0\n  else await ringIfQuiet',
      },
    ],
  },
  {
    name: 'next-bell',
    rule: 'a worker rings the next stage',
    patches: [{ file: 'shared/domain/spine/worker.ts', from: "if (advanced > 0 && next !== 'done') await ringShards(spine, next, [shard])", to: '' }],
    fails: { seed: 8 },
  },
  {
    name: 'quiet-bell',
    rule: 'the worker that empties the last shard rings the list',
    patches: [{ file: 'shared/domain/spine/worker.ts', from: 'else await ringIfQuiet(spine)', to: '' }],
    fails: { seed: 8 },
  },
  {
    name: 'nothing-to-write-advances',
    rule: 'a stage that finds nothing to write advances the SIREN',
    patches: [
      {
        file: 'functions/detect/core.ts',
        from: 'if (before?.key !== written.key) writes.push(written)',
        to: 'if (before?.key === written.key) continue\n        writes.push(written)',
      },
    ],
    fails: { seed: 1 },
  },
  {
    name: 'failed-after-three',
    rule: 'a SIREN that fails three times is set aside',
    patches: [{ file: 'tests/support/memory-store.ts', from: 'failed.attempts < MAX_ATTEMPTS ? failed', to: 'failed.attempts < 1_000_000 ? failed' }],
    fails: { seed: 6 },
  },
  {
    name: 'ledger-before-current',
    rule: 'the Ledger is read before the current batch',
    patches: [
      {
        file: 'shared/domain/spine/worker.ts',
        from: '    const page = await ledger.page(',
        to: '    const early = (await spine.store.admin.current())?.batch\n    const page = await ledger.page(',
      },
      {
        file: 'shared/domain/spine/worker.ts',
        from: '    await workPage(spine, stage, shard, page, work)',
        to: '    await workPage(spine, stage, shard, page, work, early)',
      },
      {
        file: 'shared/domain/spine/worker.ts',
        from: 'work: PageWork): Promise<void> => {\n  const { ledger, admin }',
        to: 'work: PageWork, early?: string): Promise<void> => {\n  const { ledger, admin }',
      },
      { file: 'shared/domain/spine/worker.ts', from: 'const current = (await admin.current())?.batch', to: 'const current = early' },
    ],
    fails: { seed: 562 },
  },
  {
    name: 'ledger-before-admin',
    rule: 'Admin is read after each page of the Ledger',
    patches: [
      {
        file: 'functions/refine/core.ts',
        from: 'const reading = await readAdmin(context.spine, current)',
        to: 'const reading = ((context.spine as { kept?: Reading }).kept ??= await readAdmin(context.spine, current))',
      },
    ],
    fails: { seed: 2 },
  },
  {
    name: 'imports-before-raws',
    rule: 'ImportedData is read before RawData',
    patches: [
      {
        file: 'functions/refine/core.ts',
        from: '  const imported = bySiren(await entities.imported(sirens))\n  const raws = bySiren(await entities.raws(sirens))\n',
        to: '  const raws = bySiren(await entities.raws(sirens))\n  const imported = bySiren(await entities.imported(sirens))\n',
      },
    ],
  },
  {
    name: 'delete-what-was-read',
    rule: 'exactly the imports that were read are deleted',
    patches: [
      {
        file: 'functions/refine/core.ts',
        from: 'await entities.deleteImported(written.flatMap(({ ledger }) => (imported.get(ledger.siren) ?? []).map(({ id }) => id)))',
        to: 'await entities.deleteImported((await entities.imported(written.map(({ ledger }) => ledger.siren))).map(({ id }) => id))',
      },
    ],
    fails: { seed: 3 },
  },
  {
    name: 'delete-after-write',
    rule: 'imports are deleted after RawData is written',
    patches: [
      {
        file: 'functions/refine/core.ts',
        from: '  const refused = await entities.putRaws(',
        to: '  await entities.deleteImported([...imported.values()].flat().map(({ id }) => id))\n  const refused = await entities.putRaws(',
      },
    ],
    fails: { seed: 30 },
  },
  {
    name: 'conflict-again',
    rule: 'a SIREN whose RawData was refused is done again',
    patches: [{ file: 'functions/refine/core.ts', from: 'return !conflict', to: 'return true' }],
  },
  {
    name: 'until-current',
    rule: 'refine computes until the current batch',
    patches: [
      {
        file: 'functions/refine/core.ts',
        from: '  const { current } = reading\n',
        to: '  const last = reading.batches.at(-1)?.key\n  const current = reading.current === undefined || last === undefined ? undefined : { ...reading.current, key: last }\n',
      },
    ],
    fails: { seed: 2 },
  },
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
    fails: { seed: 23 },
  },
  {
    name: 'removed-not-read',
    rule: 'a deposit that the run takes back is not read under it',
    patches: [{ file: 'functions/import/core.ts', from: ' || run.removed.includes(deposit)', to: '' }],
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
      {
        file: 'functions/import/core.ts',
        from: '  if (ready === undefined) return settleSource',
        to: '  if (ready === undefined && (await imports.find(deposit))?.waiting !== undefined) return\n  if (ready === undefined) return settleSource',
      },
    ],
  },
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
    fails: { seed: 35 },
  },
  {
    name: 'lower-run-dropped',
    rule: 'compaction drops what RawData holds from a lower run',
    patches: [{ file: 'shared/domain/compaction/compact.ts', from: 'dropped: run > known,', to: 'dropped: false,' }],
    fails: { seed: 1 },
  },
  {
    name: 'closed-run-drops',
    rule: 'a closed run drops a lower one without any document',
    patches: [{ file: 'shared/domain/compaction/compact.ts', from: 'const run = Math.max(known, closed, ', to: 'const run = Math.max(known, ' }],
    fails: { seed: 1 },
  },
  {
    name: 'touch-lower-runs',
    rule: 'the closing of a run touches those who stand on a lower one',
    patches: [{ file: 'shared/domain/spine/closing.ts', from: '      await touchLowerRuns(spine, batch, source)\n', to: '' }],
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
    fails: { seed: 421 },
  },
  {
    name: 'owed-same-token',
    rule: 'a token is removed only if it is still that one',
    patches: [{ file: 'tests/support/memory-store.ts', from: 'if (batch?.owed[source] === token)', to: 'if (batch?.owed[source] !== undefined)' }],
  },
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
    name: 'current-by-cas',
    rule: 'the current batch changes by compare-and-set',
    patches: [{ file: 'tests/support/memory-store.ts', from: 'if (data.current?.batch !== from) return false', to: '' }],
    fails: { seed: 341 },
  },
  {
    name: 'current-as-decided',
    rule: 'an opening rests on the current batch that it looked at',
    patches: [{ file: 'shared/domain/spine/opening.ts', from: 'await makeCurrent(spine, current, next)', to: 'await openBatch(spine, next)' }],
  },
  {
    name: 'required-in-batch',
    rule: 'a batch waits for the sources required in it',
    patches: [
      {
        file: 'shared/domain/spine/opening.ts',
        from: 'for (const source of settings.requiredInBatch) if (',
        to: 'for (const source of settings.requiredInBatch) if (false && ',
      },
    ],
    fails: { seed: 3 },
  },
  {
    name: 'required-ever',
    rule: 'a batch waits for the sources required in it or before',
    patches: [
      {
        file: 'shared/domain/spine/opening.ts',
        from: 'for (const source of settings.requiredEver) if (',
        to: 'for (const source of settings.requiredEver) if (false && ',
      },
    ],
    fails: { seed: 17 },
  },
  {
    name: 'required-read',
    rule: 'a batch waits for its deposits that are being imported',
    patches: [{ file: 'shared/domain/spine/opening.ts', from: 'if (reading.length > 0) obstacles', to: 'if (false) obstacles' }],
    fails: { seed: 8 },
  },
  {
    name: 'required-list',
    rule: 'a batch waits for the list of the current one',
    patches: [
      { file: 'shared/domain/spine/opening.ts', from: "if (facts.currentList?.state !== 'published') obstacles", to: 'if (false) obstacles' },
      { file: 'shared/domain/spine/opening.ts', from: 'if (facts.unfinished) obstacles', to: 'if (false) obstacles' },
    ],
    fails: { seed: 1 },
  },
  {
    name: 'required-at-rest',
    rule: 'a batch waits for the SIRENs in progress',
    patches: [{ file: 'shared/domain/spine/opening.ts', from: 'if (facts.unfinished) obstacles', to: 'if (false) obstacles' }],
    fails: { seed: 1 },
  },
  {
    name: 'sub-batch-opens',
    rule: 'a sub-batch opens when its first file settles',
    patches: [{ file: 'shared/domain/spine/opening.ts', from: 'if (subBatch !== undefined && hasSettled(subBatch, deposits)) return subBatch.key', to: '' }],
    fails: { seed: 1 },
  },
  {
    name: 'opening-touches-perimeter',
    rule: 'the opening touches the perimeter',
    patches: [{ file: 'shared/domain/spine/opening.ts', from: '  await touchPerimetre(spine, key)\n', to: '' }],
  },
  {
    name: 'opening-touches-behind',
    rule: 'the opening touches those of a lower batch',
    patches: [
      { file: 'shared/domain/spine/opening.ts', from: 'do after = await ledger.touchBehind(key, after, spine.settings.touchSize)', to: 'do after = undefined' },
    ],
    fails: { seed: 1 },
  },
  {
    name: 'opened-after-touches',
    rule: 'a batch is opened once its touches are made',
    patches: [
      {
        file: 'shared/domain/spine/opening.ts',
        from: '  await touchPerimetre(spine, key)\n',
        to: '  await admin.markOpened(key)\n  await touchPerimetre(spine, key)\n',
      },
    ],
  },
  {
    name: 'opening-redone',
    rule: 'an opening that stopped is gone on with',
    patches: [{ file: 'shared/domain/spine/opening.ts', from: 'if (current !== undefined && !current.opened) {', to: "if (current?.batch === '') {" }],
    fails: { seed: 108 },
  },
  {
    name: 'opening-closes-lists',
    rule: 'an opening closes the older lists',
    patches: [{ file: 'shared/domain/spine/opening.ts', from: '  await lists.closeBefore(month)\n', to: '' }],
    fails: { seed: 1 },
  },
  {
    name: 'list-at-rest',
    rule: 'a list waits until no SIREN is in progress',
    patches: [{ file: 'shared/domain/spine/lists.ts', from: 'if (!isOpen || (await ledger.hasUnfinished(current.batch))) return', to: 'if (!isOpen) return' }],
    fails: { seed: 11 },
  },
  {
    name: 'list-opened',
    rule: 'a list waits until its batch is opened',
    patches: [{ file: 'shared/domain/spine/lists.ts', from: 'current?.opened === true && ', to: 'current !== undefined && ' }],
  },
  {
    name: 'list-by-cas',
    rule: 'a list is published by compare-and-set from building',
    patches: [{ file: 'tests/support/memory-store.ts', from: "if (list?.state !== 'building') return false", to: 'if (list === undefined) return false' }],
  },
  {
    name: 'announced-again',
    rule: 'publie_le is written again until it is there',
    patches: [
      {
        file: 'shared/domain/spine/lists.ts',
        from: 'if (published?.publishedAt === undefined || published.announced) return',
        to: "if (published?.publishedAt === undefined || published.announced || list.state !== 'building') return",
      },
    ],
  },
  {
    name: 'sweep-unregistered',
    rule: 'sweep announces deposits that import does not know',
    patches: [
      { file: 'shared/domain/spine/sweeping.ts', from: '    await ringDeposit(spine, deposit)\n    swept.unregistered++', to: '    swept.unregistered++' },
    ],
    fails: { seed: 2 },
  },
  {
    name: 'sweep-owed',
    rule: 'sweep makes the touches that are owed',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '  await payOwed(spine)\n', to: '' }],
  },
  {
    name: 'sweep-runs',
    rule: 'sweep computes the inputs of the runs again',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '  await reconcileRuns(spine)\n', to: '' }],
  },
  {
    name: 'sweep-unsettled',
    rule: 'sweep redoes the closings that are unsettled',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '      await closeDeposit(spine, document.deposit)\n', to: '' }],
  },
  {
    name: 'sweep-unclosed-runs',
    rule: 'sweep closes runs that nobody closes',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '      await settleSource(spine, batch.key, source)\n', to: '' }],
  },
  {
    name: 'sweep-unread',
    rule: 'sweep announces deposits that are not read',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '      await ringDeposit(spine, document.deposit)\n', to: '' }],
    fails: { seed: 3 },
  },
  {
    name: 'sweep-opening',
    rule: 'sweep goes on with openings',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '  await tryOpen(spine)\n', to: '' }],
  },
  {
    name: 'sweep-shards',
    rule: 'sweep rings the shards that lag',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '    await ringShards(spine, stage, [shard])\n', to: '' }],
    fails: { seed: 19 },
  },
  {
    name: 'sweep-list',
    rule: 'sweep rings the list that is complete',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '  await ringIfQuiet(spine)\n', to: '' }],
  },
  {
    name: 'counts-add-up',
    rule: 'every record is counted',
    patches: [
      {
        file: 'functions/import/gathering.ts',
        from: 'this.counts[record.status] += record.count ?? 1',
        to: "if (record.status !== 'rejected') this.counts[record.status] += record.count ?? 1",
      },
    ],
    fails: { seed: 4 },
  },
]
