import type { Tree } from './artefact.ts'

/** Trees decoded end to end in typed arrays, one offset per tree (detect §3.2). Children are places in the same arrays. */
export type Forest = {
  feature: Int16Array
  threshold: Float64Array
  left: Int32Array
  right: Int32Array
  missingLeft: Uint8Array
  value: Float64Array
  cover: Float64Array
  roots: Int32Array
  inputs: number
  mean: boolean
  bias: number
  strict: boolean
}

export type EnsembleSettings = { aggregate: 'mean' | 'sum'; bias: number; compare: 'le' | 'lt'; trees: readonly Tree[] }

export const decodeForest = ({ aggregate, bias, compare, trees }: EnsembleSettings, inputs: number): Forest => {
  const nodes = trees.reduce((sum, { f }) => sum + f.length, 0)
  const forest: Forest = {
    feature: new Int16Array(nodes),
    threshold: new Float64Array(nodes),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
    missingLeft: new Uint8Array(nodes),
    value: new Float64Array(nodes),
    cover: new Float64Array(nodes),
    roots: new Int32Array(trees.length),
    inputs,
    mean: aggregate === 'mean',
    bias,
    strict: compare === 'lt',
  }
  let offset = 0
  trees.forEach((tree, index) => {
    forest.roots[index] = offset
    forest.feature.set(tree.f, offset)
    forest.threshold.set(tree.t, offset)
    forest.left.set(
      tree.l.map((child) => child + offset),
      offset,
    )
    forest.right.set(
      tree.r.map((child) => child + offset),
      offset,
    )
    forest.missingLeft.set(tree.m, offset)
    forest.value.set(tree.v, offset)
    forest.cover.set(tree.c, offset)
    offset += tree.f.length
  })
  return forest
}

/** Whether the row goes left at this node. */
export const goesLeft = (forest: Forest, node: number, x: ArrayLike<number>): boolean => {
  const value = x[forest.feature[node] as number] as number
  if (Number.isNaN(value)) return forest.missingLeft[node] === 1
  return forest.strict ? value < (forest.threshold[node] as number) : value <= (forest.threshold[node] as number)
}

/** Output of the ensemble before its link. */
export const forestRaw = (forest: Forest, x: ArrayLike<number>): number => {
  let sum = 0
  for (const root of forest.roots) {
    let node = root
    while ((forest.feature[node] as number) >= 0) node = (goesLeft(forest, node, x) ? forest.left[node] : forest.right[node]) as number
    sum += forest.value[node] as number
  }
  return forest.bias + (forest.mean ? sum / forest.roots.length : sum)
}

/** Expected output when nothing is known: leaf values weighted by cover. */
export const forestBase = (forest: Forest): number => {
  const expected = (node: number): number => {
    if ((forest.feature[node] as number) < 0) return forest.value[node] as number
    const left = forest.left[node] as number
    const right = forest.right[node] as number
    const leftCover = forest.cover[left] as number
    const rightCover = forest.cover[right] as number
    return (leftCover * expected(left) + rightCover * expected(right)) / (leftCover + rightCover)
  }
  let sum = 0
  for (const root of forest.roots) sum += expected(root)
  return forest.bias + (forest.mean ? sum / forest.roots.length : sum)
}
