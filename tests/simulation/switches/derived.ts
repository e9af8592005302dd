import type { Switch } from './switch.ts'

/** What is derived carries the seq of the pass that wrote it. */
export const DERIVED_SWITCHES: readonly Switch[] = [
  {
    name: 'raw-seq',
    rule: 'RawData is refused when the stored seq is greater',
    patches: [{ file: 'tests/support/memory-store.ts', from: ' || (stored !== undefined && stored.seq > document.seq)', to: '' }],
    fails: { directed: 'a late refine writes to RawData what was withdrawn since, after a pass that wrote nothing there' },
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
    fails: { directed: 'a late refine writes its Features between the refine and the detect of a later pass' },
  },
  {
    name: 'features-moved',
    rule: 'Features are computed again when what they were computed from has moved',
    patches: [{ file: 'functions/refine/core.ts', from: 'if (!isUpToDate(known, fingerprint))', to: 'if (known.length === 0)' }],
    fails: { directed: 'a value comes when there are Features' },
  },
  {
    name: 'features-unmoved',
    rule: 'Features are not written again when nothing of it has moved',
    patches: [{ file: 'functions/refine/core.ts', from: 'if (!isUpToDate(known, fingerprint))', to: 'if (known.length >= 0)' }],
    fails: { directed: 'a value comes a second time' },
  },
  {
    name: 'fingerprint-raws',
    rule: 'the fingerprint of Features names the documents of RawData and their versions',
    patches: [
      { file: 'functions/refine/fingerprint.ts', from: '  for (const document of documents) hash.update(`\\n${document.key}=${document.version}`)\n', to: '' },
    ],
    fails: { directed: 'a value comes when there are Features' },
  },
  {
    name: 'fingerprint-inside',
    rule: 'the fingerprint of Features tells whether the SIREN is in the perimeter',
    patches: [{ file: 'functions/refine/fingerprint.ts', from: 'dateFinEffectif.toISOString(), inside]', to: 'dateFinEffectif.toISOString()]' }],
    fails: { directed: 'an explicit perimeter comes in two files, the second after the opening' },
  },
  {
    name: 'fingerprint-batch',
    rule: 'the fingerprint of Features names the current batch',
    patches: [{ file: 'functions/refine/fingerprint.ts', from: '[version, current.key, ', to: '[version, ' }],
    fails: { directed: 'an explicit perimeter comes in two files, the second after the opening' },
  },
  {
    name: 'fingerprint-headcount',
    rule: 'the fingerprint of Features names the last month of headcounts',
    patches: [{ file: 'functions/refine/fingerprint.ts', from: 'dateFinEffectif.toISOString(), inside]', to: 'inside]' }],
    fails: { directed: 'headcounts of a later month come after the opening, and are the same' },
  },
  {
    name: 'scores-unmoved',
    rule: 'Scores are not written again when nothing that they were computed from has moved',
    patches: [{ file: 'functions/detect/core.ts', from: 'if (before?.key !== written.key) writes.push(written)', to: 'writes.push(written)' }],
    fails: { directed: 'a value comes a second time' },
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
    fails: { directed: 'a late detect writes its score after that of a later pass' },
  },
  {
    name: 'publication-seq',
    rule: 'rows are refused when the guard row has a greater seq',
    patches: [{ file: 'tests/spine/world.ts', from: 'if (guard !== undefined && guard.seq > seq) continue', to: '' }],
    fails: { directed: 'a late publish writes its rows after those of a later pass' },
  },
  {
    name: 'raise-raw-seq',
    rule: 'a pass that writes no RawData raises its seq',
    patches: [{ file: 'functions/refine/core.ts', from: 'await entities.raiseRawSeq(', to: 'void (' }],
    fails: { directed: 'a late refine writes to RawData what was withdrawn since, after a pass that wrote nothing there' },
  },
  {
    name: 'raise-features-seq',
    rule: 'a pass that writes no Features raises their seq',
    patches: [{ file: 'functions/refine/core.ts', from: 'await spine.store.features.raiseFeaturesSeq(', to: 'void (' }],
    fails: { directed: 'a late refine writes Features of a perimeter that was withdrawn since, after a pass that found them up to date' },
  },
  {
    name: 'raise-scores-seq',
    rule: 'a pass that writes no Scores raises their seq',
    patches: [{ file: 'functions/detect/core.ts', from: 'await spine.store.scores.raiseScoresSeq(sound)', to: '' }],
    fails: { directed: 'a late detect writes the score of what was withdrawn since, after a pass that found nothing to write' },
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
    fails: { directed: 'a late detect scores the list of before, once its SIREN is scored in the next one' },
  },
  {
    name: 'seal-newcomers',
    rule: 'a SIREN that has nothing in an older list is kept out of it by a tombstone',
    patches: [{ file: 'functions/detect/core.ts', from: 'older.filter((list) => !known.some(', to: 'older.filter((list) => false && !known.some(' }],
    fails: { directed: 'a late detect adds to the list of before a SIREN that is scored in the next one' },
  },
  {
    name: 'seal-before-score',
    rule: 'the Scores of older lists are sealed before the new score is written',
    patches: [
      {
        file: 'functions/detect/core.ts',
        from: '    await spine.store.scores.raiseScoresSeq(sound)\n',
        to: '    await spine.store.scores.putScores(writes)\n    await spine.store.scores.raiseScoresSeq(sound)\n',
      },
    ],
    fails: { directed: 'a late detect scores the list of before, between the two writes of the next one' },
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
    fails: { directed: 'a late refine writes the Features of a SIREN that has left' },
  },
  {
    name: 'scores-tombstone',
    rule: 'a SIREN that leaves keeps a Scores document, without a score',
    patches: [
      {
        file: 'tests/support/memory-store.ts',
        from: 'map.set(key, frozen(document))\n',
        to: "(name === 'scores.putScores' && !('content' in document)) ? map.delete(key) : map.set(key, frozen(document))\n",
      },
    ],
    fails: { directed: 'a late detect writes the score of a SIREN that has left' },
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
    fails: { directed: 'a late publish shows a SIREN that has left' },
  },
]
