/** Metrics of a ranking (detect §10.1). `labels` are 0 or 1, one per score; rows count once. */

type Numbers = ArrayLike<number>

/** Places of the rows by decreasing score; ties keep the order of the rows. */
const byScore = (scores: Numbers): Int32Array => {
  const order = Int32Array.from({ length: scores.length }, (_, i) => i)
  return order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)
}

/** Walks the distinct scores downwards: counts of rows and of positives at or above each. */
const walk = function* (scores: Numbers, labels: Numbers): Generator<{ score: number; rows: number; positives: number }> {
  const order = byScore(scores)
  let positives = 0
  for (let i = 0; i < order.length; i++) {
    const place = order[i] as number
    positives += labels[place] as number
    const score = scores[place] as number
    if (i + 1 === order.length || (scores[order[i + 1] as number] as number) !== score) yield { score, rows: i + 1, positives }
  }
}

export const positivesOf = (labels: Numbers): number => {
  let sum = 0
  for (let i = 0; i < labels.length; i++) sum += labels[i] as number
  return sum
}

/** Step sum Σ (Rₖ − Rₖ₋₁)·Pₖ over the distinct scores, no interpolation. 0 without positives. */
export const averagePrecision = (scores: Numbers, labels: Numbers): number => {
  const total = positivesOf(labels)
  if (total === 0) return 0
  let sum = 0
  let before = 0
  for (const { rows, positives } of walk(scores, labels)) {
    sum += ((positives - before) / total) * (positives / rows)
    before = positives
  }
  return sum
}

/** Ties count half. 0.5 when one class is empty. */
export const rocAuc = (scores: Numbers, labels: Numbers): number => {
  const positives = positivesOf(labels)
  const negatives = labels.length - positives
  if (positives === 0 || negatives === 0) return 0.5
  let pairs = 0
  let above = { rows: 0, positives: 0 }
  for (const step of walk(scores, labels)) {
    const positive = step.positives - above.positives
    const negative = step.rows - above.rows - positive
    pairs += negative * (above.positives + positive / 2)
    above = step
  }
  return pairs / (positives * negatives)
}

export const brier = (probabilities: Numbers, labels: Numbers): number => {
  let sum = 0
  for (let i = 0; i < labels.length; i++) sum += ((probabilities[i] as number) - (labels[i] as number)) ** 2
  return sum / labels.length
}

const SMALLEST = 1e-15

export const logLoss = (probabilities: Numbers, labels: Numbers): number => {
  let sum = 0
  for (let i = 0; i < labels.length; i++) {
    const p = Math.min(1 - SMALLEST, Math.max(SMALLEST, probabilities[i] as number))
    sum -= labels[i] === 1 ? Math.log(p) : Math.log(1 - p)
  }
  return sum / labels.length
}

export type Confusion = { tn: number; fp: number; fn: number; tp: number }
export type AtThreshold = Confusion & { threshold: number; precision: number; recall: number; f: number; balancedAccuracy: number; alertShare: number }

const fBeta = ({ fp, fn, tp }: Confusion, beta: number): number => {
  const square = beta * beta
  const below = (1 + square) * tp + square * fn + fp
  return below === 0 ? 0 : ((1 + square) * tp) / below
}

/** At "score ≥ threshold". A ratio without denominator is 0. */
export const atThreshold = (scores: Numbers, labels: Numbers, threshold: number, beta: number): AtThreshold => {
  let tp = 0
  let fp = 0
  for (let i = 0; i < scores.length; i++) {
    if ((scores[i] as number) < threshold) continue
    if (labels[i] === 1) tp += 1
    else fp += 1
  }
  const fn = positivesOf(labels) - tp
  const tn = scores.length - tp - fp - fn
  const ratio = (above: number, below: number): number => (below === 0 ? 0 : above / below)
  const recall = ratio(tp, tp + fn)
  const confusion = { tn, fp, fn, tp }
  return {
    threshold,
    ...confusion,
    precision: ratio(tp, tp + fp),
    recall,
    f: fBeta(confusion, beta),
    balancedAccuracy: (recall + ratio(tn, tn + fp)) / 2,
    alertShare: ratio(tp + fp, scores.length),
  }
}

/** The value with the greatest Fβ at "score ≥ value"; ties → the highest value, hence the fewest alerts (detect §5.1). */
export const bestThreshold = (scores: Numbers, labels: Numbers, beta: number): { threshold: number; f: number } => {
  const total = positivesOf(labels)
  let best = { threshold: Number.POSITIVE_INFINITY, f: -1 }
  for (const { score, rows, positives } of walk(scores, labels)) {
    const f = fBeta({ tp: positives, fp: rows - positives, fn: total - positives, tn: 0 }, beta)
    if (f > best.f) best = { threshold: score, f }
  }
  return best
}

/** Alternative of 2021: lowest threshold with this precision, highest with this recall (detect §5.1, `--by-condition`). */
export const thresholdsByCondition = (
  scores: Numbers,
  labels: Numbers,
  precision: number,
  recall: number,
): { F1: number | undefined; F2: number | undefined } => {
  const total = positivesOf(labels)
  let F1: number | undefined
  let F2: number | undefined
  for (const step of walk(scores, labels)) {
    if (step.positives / step.rows >= precision) F1 = step.score
    if (F2 === undefined && total > 0 && step.positives / total >= recall) F2 = step.score
  }
  return { F1, F2 }
}

/** Share of positives among the best-ranked `share` of the rows (at least one row). */
export const precisionAtTop = (scores: Numbers, labels: Numbers, share: number): number => {
  const kept = Math.max(1, Math.floor(scores.length * share))
  const order = byScore(scores)
  let positives = 0
  for (let i = 0; i < kept; i++) positives += labels[order[i] as number] as number
  return positives / kept
}

/** Population stability index over the deciles of `expected`; missing values are a class of their own. */
export const populationStability = (expected: Numbers, actual: Numbers): number => {
  const known = Float64Array.from(expected)
    .filter((x) => !Number.isNaN(x))
    .sort()
  const edges = new Set<number>()
  for (let decile = 1; decile < 10 && known.length > 0; decile++) edges.add(known[Math.floor((decile * (known.length - 1)) / 10)] as number)
  const cuts = [...edges]
  const sharesOf = (values: Numbers): Float64Array => {
    const shares = new Float64Array(cuts.length + 2)
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number
      const found = cuts.findIndex((edge) => value <= edge)
      const place = Number.isNaN(value) ? cuts.length + 1 : found < 0 ? cuts.length : found
      shares[place] = (shares[place] as number) + 1
    }
    return shares.map((count) => Math.max(count / Math.max(1, values.length), 1e-4))
  }
  const before = sharesOf(expected)
  const now = sharesOf(actual)
  return before.reduce((sum, share, i) => sum + ((now[i] as number) - share) * Math.log((now[i] as number) / share), 0)
}

/** Observed frequency by tenth of the probability. */
export const reliability = (probabilities: Numbers, labels: Numbers): { from: number; rows: number; predicted: number; observed: number }[] => {
  const bins = Array.from({ length: 10 }, (_, i) => ({ from: i / 10, rows: 0, predicted: 0, observed: 0 }))
  for (let i = 0; i < labels.length; i++) {
    const bin = bins[Math.min(9, Math.floor((probabilities[i] as number) * 10))]
    if (!bin) continue
    bin.rows += 1
    bin.predicted += probabilities[i] as number
    bin.observed += labels[i] as number
  }
  return bins.filter(({ rows }) => rows > 0).map((bin) => ({ ...bin, predicted: bin.predicted / bin.rows, observed: bin.observed / bin.rows }))
}
