import type { Switch } from './switch.ts'

/** The Ledger, its transitions and its bells. */
export const LEDGER_SWITCHES: readonly Switch[] = [
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
    fails: { directed: 'three late workers record failures of a file that was withdrawn since' },
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
    fails: { directed: 'a slow producer touches for the batch of before a SIREN that the opening did not know' },
  },
  {
    name: 'touch-seq',
    rule: 'a touch raises the seq',
    patches: [{ file: 'tests/support/memory-store.ts', from: 'seq: row.seq + 1,\n      attempts: 0', to: 'seq: Math.max(1, row.seq),\n      attempts: 0' }],
    fails: { seed: 1 },
  },
  {
    name: 'touch-attempts',
    rule: 'a touch gives a SIREN its three attempts again',
    patches: [{ file: 'tests/support/memory-store.ts', from: 'seq: row.seq + 1,\n      attempts: 0', to: 'seq: row.seq + 1,\n      attempts: row.attempts' }],
    fails: { directed: 'a SIREN that was set aside fails again after a touch' },
  },
  {
    name: 'touch-batch-max',
    rule: 'the batch of the Ledger is raised, never lowered',
    patches: [
      { file: 'tests/support/memory-store.ts', from: '      batch: batch > row.batch ? batch : row.batch,\n      stock', to: '      batch,\n      stock' },
    ],
    fails: { seed: 22 },
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
    fails: { directed: 'a producer stops between its documents and its touch' },
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
    fails: { seed: 6 },
  },
  {
    name: 'unique-deduplication',
    rule: 'the deduplication id of a bell is unique',
    patches: [{ file: 'shared/domain/spine/ledger.ts', from: '`${stage}:${shard}:${spine.bellId()}`', to: '`${stage}:${shard}`' }],
    fails: { seed: 8 },
  },
  {
    name: 'one-worker-per-shard',
    rule: 'the bells of a shard are one group of the queue: a shard has one worker at a time per stage',
    patches: [{ file: 'shared/domain/spine/ledger.ts', from: '{ group: String(shard), ', to: '{ group: spine.bellId(), ' }],
    fails: { directed: 'a shard is rung while its worker is on the way' },
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
    fails: { directed: 'a worker has no time left after the first of two pages' },
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
    fails: { seed: 11 },
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
    fails: { directed: 'a month is opened when a worker is about to read its page' },
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
    fails: { seed: 4 },
  },
]
