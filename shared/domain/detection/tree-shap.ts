import { type Forest, goesLeft } from './forest.ts'

/**
 * Exact path-dependent contributions of the inputs to the raw output (detect §6.1, trees): base + Σ φ = raw output.
 * Each step of a path remembers its feature, the share of cover that flows without knowing it (`zero`), whether the known value flows there (`one`),
 * and the total weight of the subsets of each size.
 */
export const forestContributions = (forest: Forest, x: ArrayLike<number>): Float64Array => {
  const phi = new Float64Array(forest.inputs)
  // Tree by tree: two inputs that play the same part in mirrored trees then get the same bits.
  const own = new Float64Array(forest.inputs)
  for (const root of forest.roots) {
    own.fill(0)
    visit(forest, x, own, root, [], 1, 1, -1)
    for (let i = 0; i < phi.length; i++) phi[i] = (phi[i] as number) + (own[i] as number)
  }
  if (forest.mean) for (let i = 0; i < phi.length; i++) phi[i] = (phi[i] as number) / forest.roots.length
  return phi
}

type PathStep = { feature: number; zero: number; one: number; weight: number }

const visit = (
  forest: Forest,
  x: ArrayLike<number>,
  phi: Float64Array,
  node: number,
  above: readonly PathStep[],
  zero: number,
  one: number,
  feature: number,
): void => {
  let path = extended(above, zero, one, feature)
  const split = forest.feature[node] as number
  if (split < 0) {
    for (let i = 1; i < path.length; i++) {
      const { feature: of, zero: without, one: withIt } = path[i] as PathStep
      phi[of] = (phi[of] as number) + unwoundSum(path, i) * (withIt - without) * (forest.value[node] as number)
    }
    return
  }
  const left = forest.left[node] as number
  const right = forest.right[node] as number
  const [hot, cold] = goesLeft(forest, node, x) ? [left, right] : [right, left]
  const total = (forest.cover[left] as number) + (forest.cover[right] as number)
  let zeroBefore = 1
  let oneBefore = 1
  // A feature met again: its former step is undone, its shares multiply.
  const known = path.findIndex((step, i) => i > 0 && step.feature === split)
  if (known > 0) {
    const step = path[known] as PathStep
    zeroBefore = step.zero
    oneBefore = step.one
    path = unwound(path, known)
  }
  visit(forest, x, phi, hot, path, (zeroBefore * (forest.cover[hot] as number)) / total, oneBefore, split)
  visit(forest, x, phi, cold, path, (zeroBefore * (forest.cover[cold] as number)) / total, 0, split)
}

const extended = (path: readonly PathStep[], zero: number, one: number, feature: number): PathStep[] => {
  const length = path.length
  const next = path.map((step) => ({ ...step }))
  next.push({ feature, zero, one, weight: length === 0 ? 1 : 0 })
  for (let i = length - 1; i >= 0; i--) {
    const step = next[i] as PathStep
    const after = next[i + 1] as PathStep
    after.weight += (one * step.weight * (i + 1)) / (length + 1)
    step.weight = (zero * step.weight * (length - i)) / (length + 1)
  }
  return next
}

const unwound = (path: readonly PathStep[], index: number): PathStep[] => {
  const last = path.length - 1
  const { zero, one } = path[index] as PathStep
  const next = path.map((step) => ({ ...step }))
  let carried = (next[last] as PathStep).weight
  for (let i = last - 1; i >= 0; i--) {
    const step = next[i] as PathStep
    if (one !== 0) {
      const before = step.weight
      step.weight = (carried * (last + 1)) / ((i + 1) * one)
      carried = before - (step.weight * zero * (last - i)) / (last + 1)
    } else {
      step.weight = (step.weight * (last + 1)) / (zero * (last - i))
    }
  }
  for (let i = index; i < last; i++) {
    const step = next[i] as PathStep
    const after = next[i + 1] as PathStep
    step.feature = after.feature
    step.zero = after.zero
    step.one = after.one
  }
  next.pop()
  return next
}

/** Sum of the weights of the path once this step is undone. */
const unwoundSum = (path: readonly PathStep[], index: number): number => {
  const last = path.length - 1
  const { zero, one } = path[index] as PathStep
  let carried = (path[last] as PathStep).weight
  let total = 0
  for (let i = last - 1; i >= 0; i--) {
    const { weight } = path[i] as PathStep
    if (one !== 0) {
      const share = (carried * (last + 1)) / ((i + 1) * one)
      total += share
      carried = weight - (share * zero * (last - i)) / (last + 1)
    } else {
      total += (weight * (last + 1)) / (zero * (last - i))
    }
  }
  return total
}
