import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contentHash } from '../../shared/domain/content-hash.ts'
import type { EntryValue } from '../../shared/domain/entity.ts'
import { isKey } from '../../shared/domain/siren.ts'
import { detectSource, sources } from '../../shared/sources/index.ts'
import { countsOf } from '../../shared/sources/report.ts'
import type { Source } from '../../shared/sources/source.ts'
import { defaultSwitches, productionSwitches } from '../../shared/sources/switches.ts'
import { runSource, type SourceRun } from './run-source.ts'
import { MONTHS, sampleMapping, sampleOf, summaryOf, writeExpected } from './samples.ts'

const mapping = await sampleMapping()

/** Every mutation of a file must be survived: 1 000 each, or as many as asked. */
const FUZZ_RUNS = Number(process.env.SF_FUZZ_RUNS ?? 1000)

const run = (source: Source, bytes: Uint8Array, options: Partial<Parameters<typeof runSource>[2]> = {}): Promise<SourceRun> =>
  runSource(source, bytes, { name: sampleOf(source.name).name, mapping, months: MONTHS, ...options })

/** A plain CSV that can be rewritten by lines. */
const isText = (source: Source): boolean => source.container === 'csv'

describe.each(sources.map((source) => ({ name: source.name, source })))('$name', ({ name, source }) => {
  const sample = sampleOf(name)

  test('ten rows give the expected tuples, errors and counts', async () => {
    const summary = summaryOf(source, await run(source, sample.bytes))
    if (process.env.SF_SAMPLES === 'write') writeExpected(name, summary)
    expect(summary).toEqual(sampleOf(name).expected)
  })

  test('the file is recognised by its name or by who sends it, compressed or not, and by its type', () => {
    const found = source.fileNames === undefined ? detectSource({ filename: sample.name, 'goup-path': name }) : detectSource({ filename: sample.name })
    expect(found).toBe(name)
    if (source.fileNames !== undefined) expect(detectSource({ filename: `${sample.name}.gz` })).toBe(name)
    expect(detectSource({ filename: 'x', typeSignauxFaibles: name })).toBe(name)
  })

  test('compressed, it is the same', async () => {
    expect(await run(source, gzipSync(sample.bytes), { name: `${sample.name}.gz` })).toEqual(await run(source, sample.bytes))
  })

  test('a range at a time, it is the same, whatever the cut', async () => {
    const whole = await run(source, sample.bytes)
    for (const cutBytes of [1, 50, 300]) expect(await run(source, sample.bytes, { cutBytes })).toEqual(whole)
  })

  test('every key is valid and every hash is one', async () => {
    const { tuples } = await run(source, sample.bytes)
    expect(tuples.length).toBeGreaterThan(0)
    for (const { scope, key, hash, type } of tuples) {
      expect(isKey(scope, key)).toBe(true)
      expect(hash).toMatch(/^[0-9a-f]{32}$/)
      expect(type).toBe(source.tupleType)
    }
  })

  test('every stored field is part of the hash, but those that are computed from others', async () => {
    const { tuples } = await run(source, sample.bytes, { switches: productionSwitches })
    const COMPUTED = ['debit_id', 'periode_prise_en_compte']
    const options = { extensions: true }
    for (const { key, value } of tuples) {
      const before = contentHash(source.tupleType, key, value, options)
      for (const field of Object.keys(value)) {
        const changed = contentHash(source.tupleType, key, { ...value, [field]: other(value[field]) }, options)
        if (COMPUTED.includes(field)) expect(changed).toBe(before)
        else expect([field, changed]).not.toEqual([field, before])
      }
    }
  })

  test('outside the périmètre nothing is emitted, inside it the same tuples are', async () => {
    const whole = await run(source, sample.bytes)
    const none = await run(source, sample.bytes, { perimetre: new Set() })
    expect(none.tuples).toEqual([])
    const chosen = new Set(whole.tuples.slice(0, 1).map(({ key }) => key.slice(0, 9)))
    const some = await run(source, sample.bytes, { perimetre: chosen })
    expect(some.tuples).toEqual(whole.tuples.filter(({ key }) => chosen.has(key.slice(0, 9))))
    for (const { report } of [whole, none, some]) addsUp(report)
    expect(countsOf(some.report).read).toBe(countsOf(whole.report).read)
  })

  test.runIf(isText(source))('the case, the order and the number of the columns change nothing', async () => {
    const whole = await run(source, sample.bytes)
    const [header = '', ...lines] = Buffer.from(sample.bytes).toString('utf8').split('\n')
    const { sep } = source.dialect
    // The columns of months are found in lower case only, and the faulty lines stay faulty.
    const renamed = header.split(sep).map((cell) => (cell.startsWith('eff') ? cell : cell.toUpperCase()))
    const more = [`AUTRE${sep}${renamed.join(sep)}`, ...lines.map((line) => (line === '' ? '' : `x${sep}${line}`))].join('\n')
    const moved = await run(source, Buffer.from(more))
    expect(moved.tuples).toEqual(whole.tuples)
    expect(countsOf(moved.report)).toEqual(countsOf(whole.report))
  })

  test.runIf(isText(source))('a missing column is named, and nothing is read', async () => {
    const text = Buffer.from(sample.bytes).toString('utf8')
    for (const column of source.columns(defaultSwitches)) {
      const header = text.slice(0, text.indexOf('\n'))
      const without = header.split(source.dialect.sep).map((cell) => (cell.replaceAll('"', '').toLowerCase() === column.toLowerCase() ? 'autre' : cell))
      const { tuples, report } = await run(source, Buffer.from(text.replace(header, without.join(source.dialect.sep))))
      expect(report.fatal).toBe(`Colonne ${column} non trouvée. Abandon.`)
      expect([tuples, countsOf(report).read]).toEqual([[], 0])
    }
  })

  test('an empty file, and one that is not what it claims, fail as a whole', async () => {
    expect((await run(source, new Uint8Array())).report.fatal).toBeDefined()
    expect((await run(source, sample.bytes, { name: `${sample.name}.gz` })).report.fatal).toMatch(/gzip/)
    expect((await run(source, gzipSync(sample.bytes).subarray(0, -12), { name: `${sample.name}.gz` })).report.fatal).toBeDefined()
  })

  test('whatever its bytes, the file is read to its end, its counts add up and its ranges are the whole', async () => {
    const edit = fc.record({
      at: fc.nat(),
      kind: fc.constantFrom('set', 'insert', 'delete', 'cut'),
      byte: fc.oneof(fc.constantFrom(...Buffer.from('";,\n\r 0-é.')), fc.integer({ min: 0, max: 255 })),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(), fc.boolean(), async (edits, production, filtered) => {
        const bytes = edits.reduce((before, { at, kind, byte }) => mutated(before, at % Math.max(1, before.length), kind, byte), sample.bytes)
        const options = { switches: production ? productionSwitches : defaultSwitches, perimetre: filtered ? new Set(['301000001', '301000003']) : null }
        const whole = await run(source, bytes, options)
        addsUp(whole.report)
        for (const { scope, key } of whole.tuples) expect(isKey(scope, key)).toBe(true)
        if (filtered) expect(whole.tuples.every(({ key }) => options.perimetre?.has(key.slice(0, 9)))).toBe(true)
        expect(await run(source, bytes, { ...options, cutBytes: 100 })).toEqual(whole)
      }),
      { numRuns: FUZZ_RUNS },
    )
  })
})

/** A value of the same kind that is not this one; null may stand for a number. */
const other = (value: EntryValue | undefined): EntryValue => {
  if (value instanceof Date) return new Date(value.getTime() + 86_400_000)
  if (typeof value === 'string') return `${value}x`
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number' || value === null) return (value ?? 0) + 1
  return { start: new Date(0), end: new Date(0) }
}

const addsUp = (report: SourceRun['report']): void => {
  const { read, imported, filtered, rejected, ignored } = countsOf(report)
  expect(imported + filtered + rejected + ignored).toBe(read)
  expect(Math.min(imported, filtered, rejected, ignored)).toBeGreaterThanOrEqual(0)
}

const mutated = (bytes: Uint8Array, at: number, kind: string, byte: number): Uint8Array => {
  if (kind === 'set') return Uint8Array.from(bytes, (old, i) => (i === at ? byte : old))
  if (kind === 'insert') return Buffer.concat([bytes.subarray(0, at), Uint8Array.of(byte), bytes.subarray(at)])
  if (kind === 'delete') return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
  return bytes.subarray(0, at)
}
