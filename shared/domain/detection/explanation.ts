import type { ArtefactFeature } from './artefact.ts'
import type { Theme } from './inputs.ts'
import { sigmoid } from './linear.ts'

/** What an alert says of itself, by theme and by variable (detect §6.2, §6.3). */
export type Explanation = {
  /** `model_offset` and one value by theme; they sum to the score. */
  macroExpl: Record<string, number>
  /** `model_offset` and one value by variable; those of a theme sum to its macro value. */
  microExpl: Record<string, number>
  /** Themes shown on the radar, in (0, 1): 0.5 is neutral. */
  macroRadar: Record<string, number>
  explSelection: { selectConcerning: [string, string][]; selectReassuring: [string, string][] }
}

type Grain = Pick<ArtefactFeature, 'name' | 'theme' | 'parent'>
type RadarTheme = { id: Theme; radar: boolean; scale: number }

const SELECTED = 3
const LEAST_SHARE = 0.05
const LEAST_SUM = 1e-9

/** `phi` in the units of the raw output: score points (link identity) or log-odds (link logit). */
export const explanationOf = (
  model: { features: readonly Grain[]; themes: readonly RadarTheme[]; link: 'identity' | 'logit'; base: number },
  phi: ArrayLike<number>,
  score: number,
): Explanation => {
  const { features, themes, link, base } = model
  const parents = new Map<string, { theme: Theme; phi: number }>()
  const byTheme = new Map<Theme, number>(themes.map(({ id }) => [id, 0]))
  let sum = 0
  features.forEach(({ theme, parent }, i) => {
    const value = phi[i] as number
    sum += value
    const known = parents.get(parent)
    parents.set(parent, { theme, phi: (known?.phi ?? 0) + value })
    byTheme.set(theme, (byTheme.get(theme) ?? 0) + value)
  })

  // Log-odds are put in score points along the path from the base to the score.
  const start = link === 'identity' ? base : sigmoid(base)
  const flat = link === 'logit' && Math.abs(sum) < LEAST_SUM
  const factor = link === 'identity' ? 1 : flat ? 0 : (score - start) / sum
  const offset = flat ? score : start
  const macroExpl: Record<string, number> = { model_offset: offset }
  for (const [theme, value] of byTheme) macroExpl[theme] = value * factor
  const microExpl: Record<string, number> = { model_offset: offset }
  for (const [parent, { phi: value }] of parents) microExpl[parent] = value * factor
  const macroRadar: Record<string, number> = {}
  for (const { id, radar, scale } of themes) if (radar) macroRadar[id] = radarOf(byTheme.get(id) ?? 0, scale)

  return { macroExpl, microExpl, macroRadar, explSelection: selectionOf(parents) }
}

/** σ(ln 9 · φ / scale): 0.9 at the 95th percentile of |φ| of the theme. */
export const radarOf = (phi: number, scale: number): number => sigmoid((Math.log(9) * phi) / scale)

/** The three largest of each sign among those that weigh 5 % or more of Σ|φ|; ties by name. */
const selectionOf = (parents: ReadonlyMap<string, { theme: Theme; phi: number }>): Explanation['explSelection'] => {
  const list = [...parents].map(([parent, { theme, phi }]) => ({ parent, theme, phi }))
  const least = LEAST_SHARE * list.reduce((sum, { phi }) => sum + Math.abs(phi), 0)
  const select = (sign: 1 | -1): [string, string][] =>
    list
      .filter(({ phi }) => sign * phi > 0 && sign * phi >= least)
      .sort((a, b) => sign * (b.phi - a.phi) || (a.parent < b.parent ? -1 : 1))
      .slice(0, SELECTED)
      .map(({ theme, parent }) => [theme, parent])
  return { selectConcerning: select(1), selectReassuring: select(-1) }
}
