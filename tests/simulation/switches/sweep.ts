import type { Switch } from './switch.ts'

/** What a sweep mends, and counts. */
export const SWEEP_SWITCHES: readonly Switch[] = [
  {
    name: 'sweep-unregistered',
    rule: 'sweep announces deposits that import does not know',
    patches: [
      {
        file: 'shared/domain/spine/sweeping.ts',
        from: '      await ringDeposit(spine, deposit)\n      swept.unregistered++',
        to: '      swept.unregistered++',
      },
    ],
    fails: { seed: 5 },
  },
  {
    name: 'sweep-owed',
    rule: 'sweep makes the touches that are owed',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '() => payOwed(spine)', to: 'async () => {}' }],
    fails: { directed: 'the command that declares a flux dies after its first write' },
  },
  {
    name: 'sweep-runs',
    rule: 'sweep computes the inputs of the runs again',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '() => reconcileRuns(spine)', to: 'async () => {}' }],
    fails: { directed: 'the message of a withdrawal is lost' },
  },
  {
    name: 'sweep-unsettled',
    rule: 'sweep redoes the closings that are unsettled',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '    await closeDeposit(spine, document.deposit)\n', to: '' }],
    fails: { directed: 'the import of a second file dies once its file is closed' },
  },
  {
    name: 'sweep-unclosed-runs',
    rule: 'sweep closes runs that nobody closes',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '...unclosedRuns(batch, imports), ', to: '' }],
    fails: { directed: 'the worker that takes a deposit back dies once the run is raised' },
  },
  {
    name: 'sweep-confirmations',
    rule: 'sweep hears a confirmation whose bell was lost',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: ', ...unheardConfirmations(batch, imports)', to: '' }],
    fails: { directed: 'the message of a confirmation is lost' },
  },
  {
    name: 'sweep-stale-marks',
    rule: 'sweep takes away the mark that a late worker left on a deposit that is read',
    patches: [
      {
        file: 'shared/domain/spine/sweeping.ts',
        from: '  for (const document of staleMarks(batch, imports)) await spine.store.imports.park(document.deposit, null)\n',
        to: '',
      },
    ],
    fails: { directed: 'a worker marks a deposit as waiting after others have read it, and dies' },
  },
  {
    name: 'sweep-unread',
    rule: 'sweep announces deposits that are not read',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '    await ringDeposit(spine, document.deposit)\n', to: '' }],
    fails: { seed: 31 },
  },
  {
    name: 'sweep-opening',
    rule: 'sweep goes on with openings',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '() => tryOpen(spine)', to: 'async () => {}' }],
    fails: { directed: 'the command that opens a batch dies once the batch is current' },
  },
  {
    name: 'sweep-shards',
    rule: 'sweep rings the shards that lag',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '      await ringShards(spine, stage, [shard])\n', to: '' }],
    fails: { directed: 'the bells of a shard are lost' },
  },
  {
    name: 'sweep-list',
    rule: 'sweep rings the list that is complete',
    patches: [{ file: 'shared/domain/spine/sweeping.ts', from: '() => ringIfQuiet(spine)', to: 'async () => {}' }],
    fails: { directed: 'the bells of a complete list are lost' },
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
