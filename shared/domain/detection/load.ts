import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { canonicalJson } from '../canonical-json.ts'
import { AppError } from '../errors.ts'
import { type Artefact, artefactSchema, type Tree } from './artefact.ts'
import { decodeForest, type Forest, forestBase, forestRaw } from './forest.ts'
import { FEATURE_SET, INPUT_NAMES } from './inputs.ts'
import { linearBase, linearContributions, linearRaw, sigmoid } from './linear.ts'
import { transformed } from './transform.ts'
import { forestContributions } from './tree-shap.ts'

/** An artefact that passed every check of detect §3.2, ready to score. */
export type LoadedArtefact = {
  artefact: Artefact
  /** Picks the inputs of the artefact, in its order, from a row of the whole feature set. */
  select: (row: ArrayLike<number>) => Float64Array
  /** Inputs of the artefact (NaN = missing) → raw output of the model, before its link. */
  raw: (x: ArrayLike<number>) => number
  /** Raw output → score in [0, 1]. */
  link: (raw: number) => number
  /** One contribution per input, in the units of the raw output. */
  contributions: (x: ArrayLike<number>) => Float64Array
}

export const MAX_BYTES = 8 * 1024 * 1024
/** A gzip of 8 MB may hide much more: what comes out of it is bounded as well. */
const MAX_PLAIN_BYTES = 256 * 1024 * 1024
const MAX_NODES = 2_000_000
const MAX_DEPTH = 32
const BASE_TOLERANCE = 1e-9
const SCORE_TOLERANCE = 1e-12
const PHI_TOLERANCE = 1e-9

const refuse = (check: string, detail: string): never => {
  throw new AppError('ARTEFACT_INVALID', `Modèle refusé (${check}) : ${detail}`, { details: { check } })
}

/** SHA-256 of the canonical JSON without the key `sha256`. */
export const artefactDigest = (artefact: Omit<Artefact, 'sha256'> & { sha256?: string }): string => {
  const { sha256: _, ...content } = artefact
  return createHash('sha256').update(canonicalJson(content)).digest('hex')
}

/** The file `<id>.sfm.json.gz`. */
export const encodeArtefact = (artefact: Artefact): Uint8Array => gzipSync(canonicalJson(artefact), { level: 9 })

/** Bytes of an artefact, gzipped or plain, to one that can score. Throws `ARTEFACT_INVALID` whose `details.check` names the check that failed. */
export const loadArtefact = (bytes: Uint8Array, limits: { maxBytes: number } = { maxBytes: MAX_BYTES }): LoadedArtefact => {
  if (bytes.length > limits.maxBytes) refuse('size', `${bytes.length} octets, ${limits.maxBytes} au plus`)
  return loadArtefactJson(parsed(bytes))
}

const parsed = (bytes: Uint8Array): unknown => {
  try {
    const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
    return JSON.parse(Buffer.from(gzipped ? gunzipSync(bytes, { maxOutputLength: MAX_PLAIN_BYTES }) : bytes).toString('utf8'))
  } catch {
    return refuse('json', 'ni du JSON ni du JSON compressé')
  }
}

/** The checks of detect §3.2 on a JSON value. */
export const loadArtefactJson = (value: unknown): LoadedArtefact => {
  const result = artefactSchema.safeParse(value)
  if (!result.success) {
    const issue = result.error.issues[0]
    return refuse('schema', `${issue?.path.join('.') || 'racine'} : ${issue?.message ?? 'forme inattendue'}`)
  }
  const artefact = result.data
  const digest = artefactDigest(artefact)
  if (digest !== artefact.sha256) refuse('sha256', `${digest.slice(0, 12)}… calculé, ${artefact.sha256.slice(0, 12)}… annoncé`)
  checkFeatures(artefact)
  const { F1, F2 } = artefact.thresholds
  if (!(F2 > 0 && F2 <= F1 && F1 < 1)) refuse('thresholds', `F1 = ${F1}, F2 = ${F2} : 0 < F2 ≤ F1 < 1 attendu`)
  const { calibration } = artefact
  if (calibration.kind === 'isotonic' && calibration.x.length !== calibration.y.length) refuse('calibration', 'x et y de longueurs différentes')

  const loaded = ready(artefact)
  if (Math.abs(artefact.base - loaded.computed) > BASE_TOLERANCE) refuse('base', `${artefact.base} annoncé, ${loaded.computed} calculé`)
  for (const [index, { x, score, phi }] of artefact.vectors.entries()) {
    if (x.length !== artefact.features.length || phi.length !== artefact.features.length) refuse('vectors', `vecteur ${index} : longueur inattendue`)
    const row = Float64Array.from(x, (entry) => entry ?? Number.NaN)
    const again = loaded.link(loaded.raw(row))
    if (!(Math.abs(again - score) <= SCORE_TOLERANCE)) refuse('vectors', `vecteur ${index} : score ${again}, ${score} attendu`)
    const contributions = loaded.contributions(row)
    const gap = contributions.findIndex((value, i) => !(Math.abs(value - (phi[i] as number)) <= PHI_TOLERANCE))
    if (gap >= 0) refuse('vectors', `vecteur ${index} : contribution de ${artefact.features[gap]?.name} inattendue`)
  }
  const places = artefact.features.map(({ name }) => INPUT_NAMES.indexOf(name))
  const select = (row: ArrayLike<number>): Float64Array => Float64Array.from(places, (place) => row[place] as number)
  return { artefact, select, raw: loaded.raw, link: loaded.link, contributions: loaded.contributions }
}

const checkFeatures = ({ featureSet, features }: Artefact): void => {
  if (featureSet !== FEATURE_SET) refuse('featureSet', `« ${featureSet} » inconnu, « ${FEATURE_SET} » attendu`)
  const known = new Set(INPUT_NAMES)
  const seen = new Set<string>()
  const themes = new Map<string, string>()
  for (const { name, parent, theme } of features) {
    if (!known.has(name)) refuse('features', `« ${name} » ne sait pas être calculé`)
    if (seen.has(name)) refuse('features', `« ${name} » deux fois`)
    seen.add(name)
    if ((themes.get(parent) ?? theme) !== theme) refuse('features', `« ${parent} » dans deux thèmes`)
    themes.set(parent, theme)
  }
}

/** A model that can score, its artefact not sealed yet. */
export type ReadyModel = Omit<LoadedArtefact, 'artefact' | 'select'> & { artefact: Draft; base: number }
type Draft = Omit<Artefact, 'sha256'>

/** For training, which needs scores before thresholds, vectors and digest exist. `base` is computed, whatever the artefact says. Inputs are those of the feature set, in its order. */
export const readyArtefact = (artefact: Draft): ReadyModel => {
  const { computed, ...model } = ready(artefact)
  return { ...model, artefact, base: computed }
}

type Ready = Omit<LoadedArtefact, 'artefact' | 'select'> & { computed: number }

const ready = (artefact: Draft): Ready => {
  const { features, model } = artefact
  const inputs = (x: ArrayLike<number>): Float64Array => Float64Array.from(features, (feature, i) => transformed(feature, x[i] as number))
  if (model.type === 'logistic') {
    if (model.coefficients.length !== features.length || model.background.length !== features.length)
      refuse('model', 'autant de coefficients que de variables attendu')
    return {
      computed: linearBase(model),
      raw: (x) => linearRaw(model, inputs(x)),
      link: sigmoid,
      contributions: (x) => linearContributions(model, inputs(x)),
    }
  }
  model.trees.forEach((tree, index) => {
    checkTree(tree, index, features.length, model.link === 'identity')
  })
  const nodes = model.trees.reduce((sum, { f }) => sum + f.length, 0)
  if (nodes > MAX_NODES) refuse('size', `${nodes} nœuds, ${MAX_NODES} au plus`)
  const forest: Forest = decodeForest(model, features.length)
  const rounded = (x: ArrayLike<number>): Float64Array => (model.float32 ? inputs(x).map(Math.fround) : inputs(x))
  const link = model.link === 'identity' ? (raw: number): number => raw : sigmoid
  return { computed: forestBase(forest), raw: (x) => forestRaw(forest, rounded(x)), link, contributions: (x) => forestContributions(forest, rounded(x)) }
}

const checkTree = (tree: Tree, index: number, inputs: number, probabilities: boolean): void => {
  const { f, t, l, r, m, v, c } = tree
  const fail = (what: string): never => refuse('trees', `arbre ${index} : ${what}`)
  const size = f.length
  if (size === 0 || [t, l, r, m, v, c].some((list) => list.length !== size)) fail('tableaux de longueurs différentes')
  const reached = new Uint8Array(size)
  reached[0] = 1
  const depth = new Uint8Array(size)
  for (let node = 0; node < size; node++) {
    if (reached[node] !== 1) fail(`nœud ${node} atteint ${reached[node]} fois`)
    if (!((c[node] as number) > 0)) fail(`couverture du nœud ${node}`)
    const split = f[node] as number
    if (split === -1) {
      const value = v[node] as number
      if (probabilities && !(value >= 0 && value <= 1)) fail(`valeur de la feuille ${node}`)
      continue
    }
    if (split < 0 || split >= inputs) fail(`variable du nœud ${node}`)
    if (m[node] !== 0 && m[node] !== 1) fail(`valeurs manquantes du nœud ${node}`)
    const [left, right] = [l[node] as number, r[node] as number]
    for (const child of [left, right]) {
      if (child <= node || child >= size) fail(`enfant du nœud ${node}`)
      reached[child] = (reached[child] as number) + 1
      depth[child] = (depth[node] as number) + 1
      if ((depth[child] as number) > MAX_DEPTH) fail(`plus de ${MAX_DEPTH} niveaux`)
    }
    const covered = (c[left] as number) + (c[right] as number)
    if (Math.abs(covered - (c[node] as number)) > 1e-6 * (c[node] as number)) fail(`couverture des enfants du nœud ${node}`)
  }
}
