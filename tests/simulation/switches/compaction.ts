import type { Switch } from './switch.ts'

/** What refine reads, writes and deletes, and in which order. */
export const COMPACTION_SWITCHES: readonly Switch[] = [
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
    fails: { directed: 'another worker moves what was imported to RawData between the two reads of a late one' },
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
    fails: { seed: 13 },
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
    fails: { directed: 'a late refine writes to RawData what was withdrawn since, after a pass that wrote nothing there' },
  },
  {
    name: 'conflict-again',
    rule: 'a SIREN whose RawData was refused is done again',
    patches: [{ file: 'functions/refine/core.ts', from: 'return !conflict', to: 'return true' }],
    fails: { directed: 'a worker whose RawData is refused has read an import more than the one that wrote' },
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
    fails: { seed: 8 },
  },
]
