import type { Tree } from './artefact.ts'
import { type Random, randomOf } from './random.ts'

/** Settings of a forest (detect §4.2). `minLeaf` is in node weight. */
export type ForestSettings = { trees: number; depth: number; bins: number; minLeaf: number; seed: number }
export const FOREST_DEFAULTS: Omit<ForestSettings, 'seed'> = { trees: 100, depth: 9, bins: 64, minLeaf: 20 }

/** `columns[j][i]`: input j of row i, without missing values. `weights`: class weight of each row. */
export type ForestData = { columns: readonly Float32Array[]; labels: Uint8Array; weights: Float64Array }

const LEAST_GAIN = 1e-12

/** Up to `bins − 1` edges: distinct quantiles, the maximum excluded. Bin b holds values in (edge[b−1], edge[b]]. */
export const edgesOf = (column: Float32Array, bins: number): Float64Array => {
  const sorted = Float32Array.from(column).sort()
  const last = sorted[sorted.length - 1] as number
  const edges: number[] = []
  for (let k = 1; k < bins; k++) {
    const edge = sorted[Math.min(sorted.length - 1, Math.floor((k * sorted.length) / bins))] as number
    if (edge < last && edge !== edges[edges.length - 1]) edges.push(edge)
  }
  return Float64Array.from(edges)
}

export const binned = (column: Float32Array, edges: Float64Array): Uint8Array =>
  Uint8Array.from(column, (value) => {
    let low = 0
    let high = edges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (value <= (edges[middle] as number)) high = middle
      else low = middle + 1
    }
    return low
  })

/** Bins of the train rows, made once for all trees. */
export type Prepared = { edges: Float64Array[]; bins: Uint8Array[]; labels: Uint8Array; weights: Float64Array }

export const prepareForest = ({ columns, labels, weights }: ForestData, bins: number): Prepared => {
  const edges = columns.map((column) => edgesOf(column, bins))
  return { edges, bins: columns.map((column, j) => binned(column, edges[j] as Float64Array)), labels, weights }
}

/** Poisson(1) by inversion of its distribution: one draw per row. */
const poisson = (u: number): number => {
  let count = 0
  let term = Math.exp(-1)
  for (let sum = term; u > sum && count < 20; sum += term) {
    count += 1
    term /= count
  }
  return count
}

/**
 * Tree `index` of the forest: it depends on its own generator only, so that trees may be shared out between workers.
 * Covers count the train rows, without class weights nor bootstrap.
 */
export const growTree = (prepared: Prepared, settings: ForestSettings, index: number): Tree => {
  const { bins, edges, labels, weights } = prepared
  const inputs = bins.length
  const rows = labels.length
  const draw = randomOf(settings.seed, 'tree', index)
  const multiplicity = new Float64Array(rows)
  let kept = 0
  for (let i = 0; i < rows; i++) {
    const count = poisson(draw.uniform())
    multiplicity[i] = count * (weights[i] as number)
    if (count > 0) kept += 1
  }
  const order = new Int32Array(kept)
  kept = 0
  for (let i = 0; i < rows; i++) if ((multiplicity[i] as number) > 0) order[kept++] = i
  const scratch = new Int32Array(kept)
  const permutation = Int32Array.from({ length: inputs }, (_, j) => j)
  const tried = Math.ceil(Math.sqrt(inputs))
  const tree: Tree = { f: [], t: [], l: [], r: [], m: [], v: [], c: [] }
  const binOf: number[] = []

  const grow = (from: number, to: number, depth: number): number => {
    let w0 = 0
    let w1 = 0
    for (let i = from; i < to; i++) {
      const row = order[i] as number
      if (labels[row] === 1) w1 += multiplicity[row] as number
      else w0 += multiplicity[row] as number
    }
    const node = tree.f.length
    tree.f.push(-1)
    tree.t.push(0)
    tree.l.push(0)
    tree.r.push(0)
    tree.m.push(0)
    tree.v.push(w1 / (w0 + w1))
    tree.c.push(0)
    binOf.push(-1)
    if (depth === settings.depth || w0 === 0 || w1 === 0) return node
    const split = bestSplit(prepared, order, from, to, multiplicity, { w0, w1 }, permutation, tried, draw, settings.minLeaf)
    if (!split) return node
    const column = bins[split.input] as Uint8Array
    let middle = from
    let held = 0
    for (let i = from; i < to; i++) {
      const row = order[i] as number
      if ((column[row] as number) <= split.bin) order[middle++] = row
      else scratch[held++] = row
    }
    for (let i = 0; i < held; i++) order[middle + i] = scratch[i] as number
    tree.f[node] = split.input
    tree.t[node] = edges[split.input]?.[split.bin] as number
    tree.v[node] = 0
    binOf[node] = split.bin
    tree.l[node] = grow(from, middle, depth + 1)
    tree.r[node] = grow(middle, to, depth + 1)
    return node
  }
  grow(0, kept, 0)

  for (let i = 0; i < rows; i++) {
    let node = 0
    for (;;) {
      tree.c[node] = (tree.c[node] as number) + 1
      const input = tree.f[node] as number
      if (input < 0) break
      node = ((bins[input]?.[i] as number) <= (binOf[node] as number) ? tree.l[node] : tree.r[node]) as number
    }
  }
  return tree
}

type Found = { input: number; bin: number; gain: number }

const bestSplit = (
  { bins, edges, labels }: Prepared,
  order: Int32Array,
  from: number,
  to: number,
  multiplicity: Float64Array,
  parent: { w0: number; w1: number },
  permutation: Int32Array,
  tried: number,
  draw: Random,
  minLeaf: number,
): Found | undefined => {
  const total = parent.w0 + parent.w1
  const purity = (parent.w0 * parent.w0 + parent.w1 * parent.w1) / total
  let best: Found | undefined
  for (let k = 0; k < tried; k++) {
    const other = k + Math.floor(draw.uniform() * (permutation.length - k))
    const input = permutation[other] as number
    permutation[other] = permutation[k] as number
    permutation[k] = input
    const column = bins[input] as Uint8Array
    const cuts = edges[input]?.length ?? 0
    const zeros = new Float64Array(cuts + 1)
    const ones = new Float64Array(cuts + 1)
    for (let i = from; i < to; i++) {
      const row = order[i] as number
      const bin = column[row] as number
      if (labels[row] === 1) ones[bin] = (ones[bin] as number) + (multiplicity[row] as number)
      else zeros[bin] = (zeros[bin] as number) + (multiplicity[row] as number)
    }
    let left0 = 0
    let left1 = 0
    for (let bin = 0; bin < cuts; bin++) {
      left0 += zeros[bin] as number
      left1 += ones[bin] as number
      const left = left0 + left1
      const right = total - left
      if (left < minLeaf || right < minLeaf) continue
      const right0 = parent.w0 - left0
      const right1 = parent.w1 - left1
      const gain = (left0 * left0 + left1 * left1) / left + (right0 * right0 + right1 * right1) / right - purity
      if (gain > LEAST_GAIN && (!best || gain > best.gain)) best = { input, bin, gain }
    }
  }
  return best
}
