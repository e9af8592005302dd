/**
 * Loads the simulation and the product with some of their text replaced: a rule is turned off without a hook in the product. Every module of the
 * repository is loaded anew for each mutant, under its own address.
 */
import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** In `file` (from the root of the repository), `from` occurs once and is replaced by `to`. */
export type Patch = { file: string; from: string; to: string }

const ROOT = new URL('../../', import.meta.url)
const TAG = 'mutant'

const mutants = new Map<string, readonly Patch[]>()
let isHooked = false

/** The text of `file` with its patches. @throws RangeError when a patch does not find its place: the rule has moved. */
export const patched = (file: string, source: string, patches: readonly Patch[]): string => {
  let text = source
  for (const { from, to } of patches.filter((patch) => patch.file === file)) {
    const count = text.split(from).length - 1
    if (count !== 1) throw new RangeError(`${file} has ${count} times: ${from}`)
    text = text.replace(from, () => to)
  }
  return text
}

export const sourceOf = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8')

const stripped = new Map<string, string>()

/** Types are taken away once for all mutants in the files that a mutant leaves alone. */
const javaScriptOf = (file: string, patches: readonly Patch[]): string => {
  if (patches.some((patch) => patch.file === file)) return stripTypeScriptTypes(patched(file, sourceOf(file), patches))
  const source = stripped.get(file) ?? stripTypeScriptTypes(sourceOf(file))
  stripped.set(file, source)
  return source
}

const hook = (): void => {
  if (isHooked) return
  isHooked = true
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context)
      const tag = context.parentURL === undefined ? null : new URL(context.parentURL).searchParams.get(TAG)
      const isOurs = resolved.url.startsWith(ROOT.href) && !resolved.url.includes('/node_modules/')
      if (tag === null || !isOurs) return resolved
      const url = new URL(resolved.url)
      url.searchParams.set(TAG, tag)
      return { ...resolved, url: url.href, shortCircuit: true }
    },
    load(address, context, nextLoad) {
      const url = new URL(address)
      const patches = mutants.get(url.searchParams.get(TAG) ?? '')
      if (patches === undefined) return nextLoad(address, context)
      const file = relative(fileURLToPath(ROOT), fileURLToPath(url))
      return { format: 'module', source: javaScriptOf(file, patches), shortCircuit: true }
    },
  })
}

/** The schedules of the simulation, over code where the patches are applied. */
export const loadMutant = async (name: string, patches: readonly Patch[]): Promise<typeof import('./seeds.ts')> => {
  hook()
  mutants.set(name, patches)
  const url = new URL('./seeds.ts', import.meta.url)
  url.searchParams.set(TAG, name)
  return (await import(url.href)) as typeof import('./seeds.ts')
}
