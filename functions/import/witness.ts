import type { Perimetre } from '../../shared/domain/perimetre.ts'
import { hasSiren } from '../../shared/domain/spine/sirens.ts'

/** Answers for `sirens` and remembers every SIREN that it was asked: those that a file names, whether or not they are inside. */
export const witness = (sirens: Uint32Array): Perimetre & { take(): string[] } => {
  let asked = new Set<string>()
  return {
    has(siren) {
      asked.add(siren)
      return hasSiren(sirens, siren)
    },
    take() {
      const taken = [...asked]
      asked = new Set()
      return taken
    },
  }
}
