import type { Switch } from './switch.ts'

/** What is derived carries the seq of the pass that wrote it. */
export const DERIVED_SWITCHES: readonly Switch[] = [
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
    fails: { directed: 'two workers read the same seq, and different imports' },
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
]
