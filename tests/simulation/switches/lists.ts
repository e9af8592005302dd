import type { Switch } from './switch.ts'

/** Publication of a list. */
export const LISTS_SWITCHES: readonly Switch[] = [
  {
    name: 'list-at-rest',
    rule: 'a list waits until no SIREN is in progress',
    patches: [{ file: 'shared/domain/spine/lists.ts', from: 'if (!isOpen || (await ledger.hasUnfinished(current.batch))) return', to: 'if (!isOpen) return' }],
    fails: { seed: 1 },
  },
  {
    name: 'list-opened',
    rule: 'a list waits until its batch is opened',
    patches: [{ file: 'shared/domain/spine/lists.ts', from: 'current?.opened === true && ', to: 'current !== undefined && ' }],
    fails: { directed: 'a forced opening stops between two touches, when those that it touched are done' },
  },
  {
    name: 'list-by-cas',
    rule: 'a list is published by compare-and-set from building',
    patches: [{ file: 'tests/support/memory-store.ts', from: "if (list?.state !== 'building') return false", to: 'if (list === undefined) return false' }],
    fails: { directed: 'a late worker publishes the list of a month that is closed' },
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
    fails: { directed: 'a worker dies between the publication of a list and its announcement' },
  },
]
