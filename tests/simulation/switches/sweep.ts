import type { Switch } from './switch.ts'

/** What a sweep mends, and counts. */
export const SWEEP_SWITCHES: readonly Switch[] = [
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
