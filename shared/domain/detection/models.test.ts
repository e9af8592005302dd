import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Tree } from './artefact.ts'
import { decodeForest, type Forest, forestBase, forestRaw, goesLeft } from './forest.ts'
import { linearBase, linearContributions, linearRaw, sigmoid } from './linear.ts'
import { rocAuc } from './metrics.ts'
import { randomOf } from './random.ts'
import { growTree, prepareForest } from './train-forest.ts'
import { fitLogistic } from './train-logistic.ts'
import { forestContributions } from './tree-shap.ts'

type Node = [feature: number, threshold: number, left: number, right: number, value: number, cover: number]

const treeOf = (nodes: Node[]): Tree => ({
  f: nodes.map((node) => node[0]),
  t: nodes.map((node) => node[1]),
  l: nodes.map((node) => node[2]),
  r: nodes.map((node) => node[3]),
  m: nodes.map(() => 0),
  v: nodes.map((node) => node[4]),
  c: nodes.map((node) => node[5]),
})

const leaf = (value: number, cover: number): Node => [-1, 0, 0, 0, value, cover]

const forestOf = (trees: Tree[], inputs: number): Forest => decodeForest({ aggregate: 'mean', bias: 0, compare: 'le', trees }, inputs)

/** Expected output of one tree when only the inputs of `known` are known. */
const expectedOf = (forest: Forest, node: number, x: number[], known: ReadonlySet<number>): number => {
  const feature = forest.feature[node] as number
  if (feature < 0) return forest.value[node] as number
  const [left, right] = [forest.left[node] as number, forest.right[node] as number]
  if (known.has(feature)) return expectedOf(forest, goesLeft(forest, node, x) ? left : right, x, known)
  const [a, b] = [forest.cover[left] as number, forest.cover[right] as number]
  return (a * expectedOf(forest, left, x, known) + b * expectedOf(forest, right, x, known)) / (a + b)
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))

/** Shapley values over all subsets of the inputs. */
const bruteForce = (forest: Forest, x: number[]): number[] => {
  const n = forest.inputs
  const value = (known: ReadonlySet<number>): number => forest.roots.reduce((sum, root) => sum + expectedOf(forest, root, x, known), 0) / forest.roots.length
  return Array.from({ length: n }, (_, i) => {
    let phi = 0
    for (let mask = 0; mask < 1 << n; mask++) {
      if (mask & (1 << i)) continue
      const known = new Set(Array.from({ length: n }, (_, j) => j).filter((j) => mask & (1 << j)))
      const weight = (factorial(known.size) * factorial(n - known.size - 1)) / factorial(n)
      phi += weight * (value(new Set([...known, i])) - value(known))
    }
    return phi
  })
}

/** A random tree in depth-first order; features repeat along paths. */
const randomTree = (seed: number, inputs: number, depth: number): Tree => {
  const draw = randomOf(seed, 'test-tree', inputs)
  const nodes: Node[] = []
  const missing: number[] = []
  const grow = (level: number, cover: number): number => {
    const place = nodes.length
    nodes.push(leaf(draw.uniform(), cover))
    missing.push(0)
    if (level === depth || draw.uniform() < 0.2) return place
    const share = 0.1 + 0.8 * draw.uniform()
    const feature = Math.floor(draw.uniform() * inputs)
    const threshold = draw.uniform()
    missing[place] = draw.uniform() < 0.5 ? 1 : 0
    const left = grow(level + 1, cover * share)
    const right = grow(level + 1, cover * (1 - share))
    nodes[place] = [feature, threshold, left, right, 0, cover]
    return place
  }
  grow(0, 100)
  return { ...treeOf(nodes), m: missing }
}

describe('contributions of a forest', () => {
  const golden = forestOf(
    [
      treeOf([[0, 1.5, 1, 4, 0, 100], [1, 10, 2, 3, 0, 80], leaf(0.02, 60), leaf(0.3, 20), leaf(0.8, 20)]),
      treeOf([[2, 0, 1, 2, 0, 100], leaf(0.05, 70), [0, 0.5, 3, 4, 0, 30], leaf(0.1, 12), leaf(0.6, 18)]),
    ],
    3,
  )

  test.each([
    [[2, 5, 1], 0.7, [0.363, -0.014, 0.1575]],
    [[1, 12, -1], 0.175, [-0.0455, 0.0945, -0.0675]],
    [[0.4, 3, 3], 0.06, [-0.172, -0.0315, 0.07]],
  ])('golden vector %j (detect, appendix A)', (x, score, phi) => {
    expect(forestBase(golden)).toBeCloseTo(0.1935, 12)
    expect(forestRaw(golden, x)).toBeCloseTo(score, 12)
    forestContributions(golden, x).forEach((value, i) => {
      expect(Math.abs(value - (phi[i] as number))).toBeLessThan(1e-12)
    })
  })

  test('are those of the sum over all subsets, repeated features and missing values included', () => {
    const entry = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN))
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(entry, { minLength: 6, maxLength: 6 }),
        (seed, inputs, depth, x) => {
          const forest = forestOf([randomTree(seed, inputs, depth), randomTree(seed + 1, inputs, depth)], inputs)
          const expected = bruteForce(forest, x)
          const phi = forestContributions(forest, x)
          for (let i = 0; i < inputs; i++) expect(Math.abs((phi[i] as number) - (expected[i] as number))).toBeLessThan(1e-12)
          const sum = phi.reduce((total, value) => total + value, forestBase(forest))
          expect(Math.abs(sum - forestRaw(forest, x))).toBeLessThan(1e-9)
        },
      ),
      { numRuns: 150 },
    )
  })

  test('an unused input contributes exactly nothing', () => {
    const [used, ...unused] = forestContributions(forestOf([treeOf([[0, 1.5, 1, 2, 0, 10], leaf(0.1, 4), leaf(0.9, 6)])], 3), [2, 1, 1])
    expect(used).toBeCloseTo(0.9 - (0.1 * 4 + 0.9 * 6) / 10, 12)
    expect(unused).toEqual([0, 0])
  })

  test('two identical inputs in mirrored trees contribute the same', () => {
    const mirrored = (a: number, b: number): Tree => treeOf([[a, 0.5, 1, 2, 0, 10], leaf(0.1, 4), [b, 0.5, 3, 4, 0, 6], leaf(0.3, 2), leaf(0.9, 4)])
    const phi = forestContributions(forestOf([mirrored(0, 1), mirrored(1, 0)], 2), [0.7, 0.7])
    expect(phi[0]).toBe(phi[1])
  })
})

describe('logistic regression', () => {
  const x0 = [0, 1, 2, 3, 1, 4, 5, 2]
  const x1 = [1, 0, 1, 5, 4, 2, 6, 3]
  const labels = [0, 0, 0, 1, 0, 1, 1, 1]
  const fit = fitLogistic({ columns: [x0, x1], labels, weights: labels.map((label) => (label === 1 ? 1.5 : 1)) }, 0.01)

  test('golden values (detect, appendix A)', () => {
    expect(fit.coefficients[0]).toBeCloseTo(2.9438193218618, 10)
    expect(fit.coefficients[1]).toBeCloseTo(1.1459824956093, 10)
    expect(fit.intercept).toBeCloseTo(-8.5005035068494, 10)
    const scores = x0.map((x, i) => sigmoid(linearRaw({ ...fit, background: [0, 0] }, [x, x1[i] as number])))
    const expected = [0.0006392848, 0.00384670513, 0.1874169413, 0.99767304934, 0.27433187173, 0.99619163155, 0.99999794347, 0.69531417366]
    scores.forEach((score, i) => {
      expect(Math.abs(score - (expected[i] as number))).toBeLessThan(1e-10)
    })
  })

  test('the gradient vanishes at the solution', () => {
    expect(fit.gradient).toBeLessThan(1e-9)
    expect(fit.steps).toBeLessThanOrEqual(12)
  })

  test('base and contributions add up to the raw output', () => {
    const number = fc.double({ min: -50, max: 50, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 40 }), number, (rows, intercept) => {
        const model = { intercept, coefficients: rows.map((row) => row[0]), background: rows.map((row) => row[1]) }
        const z = rows.map((row) => row[2])
        const sum = linearContributions(model, z).reduce((total, phi) => total + phi, linearBase(model))
        expect(Math.abs(sum - linearRaw(model, z))).toBeLessThan(1e-9)
      }),
    )
  })
})

describe('a forest that is grown', () => {
  const rows = 3_000
  const draw = randomOf(1, 'xor', 0)
  const columns = Array.from({ length: 6 }, () => Float32Array.from({ length: rows }, () => draw.uniform()))
  const labels = Uint8Array.from({ length: rows }, (_, i) => Number((columns[0]?.[i] as number) > 0.5 !== (columns[1]?.[i] as number) > 0.5))
  const settings = { trees: 30, depth: 9, bins: 64, minLeaf: 20, seed: 5 }
  const prepared = prepareForest({ columns, labels, weights: new Float64Array(rows).fill(1) }, settings.bins)
  const trees = Array.from({ length: settings.trees }, (_, index) => growTree(prepared, settings, index))
  const forest = forestOf(trees, 6)
  const rowAt = (i: number): number[] => columns.map((column) => column[i] as number)

  test('separates an exclusive or, which a linear model cannot', () => {
    expect(
      rocAuc(
        Array.from({ length: rows }, (_, i) => forestRaw(forest, rowAt(i))),
        labels,
      ),
    ).toBeGreaterThan(0.95)
    const fit = fitLogistic({ columns, labels, weights: new Float64Array(rows).fill(1) }, 0.01)
    const linear = Array.from({ length: rows }, (_, i) => linearRaw({ ...fit, background: [] }, rowAt(i)))
    expect(Math.abs(rocAuc(linear, labels) - 0.5)).toBeLessThan(0.06)
  })

  test('a tree depends on its own place only, so that workers may share them out', () => {
    expect(growTree(prepared, settings, 7)).toEqual(trees[7])
    expect(growTree(prepared, { ...settings, seed: 6 }, 7)).not.toEqual(trees[7])
  })

  test('covers count the train rows and the base is the mean score', () => {
    expect(trees.every((tree) => tree.c[0] === rows)).toBe(true)
    let sum = 0
    for (let i = 0; i < rows; i++) sum += forestRaw(forest, rowAt(i))
    expect(Math.abs(sum / rows - forestBase(forest))).toBeLessThan(1e-9)
  })
})
