import { gunzipSync, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import type { Artefact } from './artefact.ts'
import { INPUTS } from './inputs.ts'
import { artefactDigest, encodeArtefact, loadArtefact, loadArtefactJson } from './load.ts'
import { tinyArtefact } from './tiny-artefact.ts'

/** A copy with changes, its digest made right again. */
const sealed = (artefact: Artefact, change: (copy: Artefact) => void): Artefact => {
  const copy = structuredClone(artefact)
  change(copy)
  return { ...copy, sha256: artefactDigest(copy) }
}

const checkOf = (act: () => unknown): unknown => {
  try {
    act()
  } catch (error) {
    return error instanceof AppError && error.code === 'ARTEFACT_INVALID' ? error.details['check'] : error
  }
  return 'loaded'
}

describe.each(['logistic', 'forest'] as const)('an artefact (%s)', (type) => {
  let artefact: Artefact
  beforeAll(() => {
    artefact = tinyArtefact(type)
  })

  test('round trip: encoded, loaded, encoded again, the same bytes', () => {
    const bytes = encodeArtefact(artefact)
    const loaded = loadArtefact(bytes)
    expect(loaded.artefact).toEqual(artefact)
    expect(encodeArtefact(loaded.artefact)).toEqual(bytes)
    expect(loadArtefact(gunzipSync(bytes)).artefact).toEqual(artefact)
  })

  test('base and contributions add up to the raw output', () => {
    const { contributions, raw } = loadArtefact(encodeArtefact(artefact))
    for (let k = 0; k < 50; k++) {
      const x = Float64Array.from(INPUTS, (_, i) => Math.fround(((k * 7919 + i * 104_729) % 1000) / 100 - 2))
      const sum = contributions(x).reduce((total, phi) => total + phi, artefact.base)
      expect(Math.abs(sum - raw(x))).toBeLessThan(1e-9)
    }
  })

  test.each([
    ['schema', (copy: Artefact): void => void Object.assign(copy, { comment: 'unknown key' })],
    ['schema', (copy: Artefact): void => void Object.assign(copy, { formatVersion: 2 })],
    ['featureSet', (copy: Artefact): void => void Object.assign(copy, { featureSet: 'sf-features-2' })],
    ['features', (copy: Artefact): void => void Object.assign(copy.features[0] ?? {}, { name: 'fpi_30' })],
    ['features', (copy: Artefact): void => void Object.assign(copy.features[1] ?? {}, { name: copy.features[0]?.name })],
    ['base', (copy: Artefact): void => void Object.assign(copy, { base: copy.base + 1e-8 })],
    ['thresholds', (copy: Artefact): void => void Object.assign(copy.thresholds, { F2: copy.thresholds.F1 + 0.01 })],
    ['thresholds', (copy: Artefact): void => void Object.assign(copy.thresholds, { F1: 1 })],
    ['vectors', (copy: Artefact): void => void Object.assign(copy.vectors[0] ?? {}, { score: (copy.vectors[0]?.score ?? 0) + 1e-11 })],
    ['vectors', (copy: Artefact): void => void copy.vectors[0]?.phi.fill(12, 0, 1)],
    ['vectors', (copy: Artefact): void => void copy.vectors[0]?.x.pop()],
  ])('is refused for its own reason: %s', (check, change) => {
    expect(checkOf(() => loadArtefactJson(sealed(artefact, change)))).toBe(check)
  })

  test('is refused when a number changed and its digest did not', () => {
    const copy = structuredClone(artefact)
    copy.thresholds.F1 += 1e-6
    expect(checkOf(() => loadArtefactJson(copy))).toBe('sha256')
  })

  test('a flipped byte is refused, wherever it is', () => {
    const plain = gunzipSync(encodeArtefact(artefact))
    for (let k = 0; k < 60; k++) {
      const flipped = Buffer.from(plain)
      const place = (k * 7919) % flipped.length
      flipped[place] = (flipped[place] as number) ^ 1
      expect(
        checkOf(() => loadArtefact(gzipSync(flipped))),
        `byte ${place}`,
      ).toMatch(/^(json|schema|sha256)$/)
    }
  })

  test('is refused when it is too large', () => {
    expect(checkOf(() => loadArtefact(encodeArtefact(artefact), { maxBytes: 100 }))).toBe('size')
  })
})

describe('trees', () => {
  const forest = tinyArtefact('forest')
  const withTree = (change: (tree: { f: number[]; l: number[]; r: number[]; v: number[]; c: number[] }) => void): Artefact =>
    sealed(forest, (copy) => {
      if (copy.model.type === 'forest' && copy.model.trees[0]) change(copy.model.trees[0])
    })

  test.each([
    ['a child before its parent', withTree((tree) => void tree.l.splice(0, 1, 0))],
    ['a node reached twice', withTree((tree) => void tree.r.splice(0, 1, tree.l[0] as number))],
    ['no cover', withTree((tree) => void tree.c.splice(tree.c.length - 1, 1, 0))],
    ['covers that do not add up', withTree((tree) => void tree.c.splice(0, 1, (tree.c[0] as number) + 1))],
    ['a leaf above one', withTree((tree) => void tree.v.splice(tree.v.length - 1, 1, 1.5))],
    ['an unknown input', withTree((tree) => void tree.f.splice(0, 1, 40))],
    ['arrays of several lengths', withTree((tree) => void tree.v.pop())],
  ])('%s is refused', (_, artefact) => {
    expect(checkOf(() => loadArtefactJson(artefact))).toBe('trees')
  })
})
