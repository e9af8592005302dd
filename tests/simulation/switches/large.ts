import type { Switch } from './switch.ts'

/** A SIREN that refine takes piece by piece. */
export const LARGE_SWITCHES: readonly Switch[] = [
  {
    name: 'large-fails-alone',
    rule: 'a large SIREN that the rules cannot bear fails alone',
    patches: [{ file: 'shared/domain/rules-error.ts', from: 'if (error instanceof RulesError) return { error: error.message }', to: '' }],
    fails: { directed: 'a large SIREN that the rules cannot bear shares a page with another' },
  },
  {
    name: 'large-behind',
    rule: 'a pass compacts every document of a large SIREN that it has not been at, new imports or not',
    patches: [{ file: 'functions/refine/large.ts', from: '.filter(({ seq }) => seq < ledger.seq)', to: '.filter(() => false)' }],
    fails: { directed: 'a large SIREN loses its stock without any new document' },
  },
  {
    name: 'large-raise-raw-seq',
    rule: 'a pass that writes no RawData of a large SIREN raises its seq',
    patches: [{ file: 'functions/refine/large.ts', from: 'await store.raiseRawSeqOf(some, ledger.seq)', to: '' }],
    fails: { directed: 'a large SIREN loses its stock without any new document' },
  },
  {
    name: 'large-survey-fingerprint',
    rule: 'a survey goes on only if it is one of the same documents',
    patches: [{ file: 'functions/refine/large.ts', from: 'kept?.fingerprint === fingerprint ? kept : undefined', to: 'kept' }],
    fails: { directed: 'a late worker keeps the survey of a large SIREN that has changed since, and dies' },
  },
]
