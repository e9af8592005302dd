import type { Switch } from './switch.ts'

/** Opening of a batch. */
export const OPENING_SWITCHES: readonly Switch[] = [
  {
    name: 'current-by-cas',
    rule: 'the current batch changes by compare-and-set',
    patches: [{ file: 'tests/support/memory-store.ts', from: 'if (data.current?.batch !== from) return false', to: '' }],
    fails: { directed: 'a worker is about to open a month when a person opens a later one' },
  },
  {
    name: 'current-as-decided',
    rule: 'an opening rests on the current batch that it looked at',
    patches: [{ file: 'shared/domain/spine/opening.ts', from: 'await makeCurrent(spine, current, next)', to: 'await openBatch(spine, next)' }],
    fails: { directed: 'a person opens a month while a worker that saw no current one is about to open a later one' },
  },
  {
    name: 'opening-upwards',
    rule: 'a batch that is older than the current one does not open',
    patches: [{ file: 'shared/domain/spine/opening.ts', from: '  if (current !== undefined && current.batch >= key) return false\n', to: '' }],
    fails: { directed: 'a person opens a month that is older than the current one' },
  },
  {
    name: 'opening-by-command',
    rule: 'an opening by command does not wait for the list of the current batch',
    patches: [
      {
        file: 'shared/domain/spine/opening.ts',
        from: '    if (await makeCurrent(spine, current, key)) return true\n',
        to: "    if (current && (await spine.store.lists.list(monthKeyOf(current.batch)))?.state !== 'published') return false\n    if (await makeCurrent(spine, current, key)) return true\n",
      },
    ],
    fails: { directed: 'a person opens a month while the list of the current one is computed' },
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
    fails: { seed: 5 },
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
    fails: { seed: 1 },
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
    fails: { directed: 'a perimeter names an enterprise that no file says anything of' },
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
    fails: { directed: 'the command that opens a batch dies before its touches' },
  },
  {
    name: 'opening-redone',
    rule: 'an opening that stopped is gone on with',
    patches: [{ file: 'shared/domain/spine/opening.ts', from: 'if (current !== undefined && !current.opened) {', to: "if (current?.batch === '') {" }],
    fails: { seed: 31 },
  },
  {
    name: 'opening-closes-lists',
    rule: 'an opening closes the older lists',
    patches: [
      { file: 'shared/domain/spine/opening.ts', from: '  await lists.closeBefore(month)\n', to: '' },
      {
        file: 'shared/domain/spine/opening.ts',
        from: '    if (current !== undefined) await spine.store.lists.closeBefore(monthKeyOf(current.batch))\n',
        to: '',
      },
    ],
    fails: { seed: 1 },
  },
  {
    name: 'late-list-closed',
    rule: 'a list made after a later month was opened is closed',
    patches: [
      {
        file: 'shared/domain/spine/opening.ts',
        from: '    if (current !== undefined) await spine.store.lists.closeBefore(monthKeyOf(current.batch))\n',
        to: '',
      },
    ],
    fails: { directed: 'the command that opens a month makes its list after a later month was opened' },
  },
  {
    name: 'command-tried-again',
    rule: 'the command that opens a batch is tried again when an older one opens meanwhile',
    patches: [
      {
        file: 'shared/domain/spine/opening.ts',
        from: '    if (await makeCurrent(spine, current, key)) return true\n',
        to: '    return makeCurrent(spine, current, key)\n',
      },
    ],
    fails: { directed: 'a person opens a month while a worker opens an older one' },
  },
]
