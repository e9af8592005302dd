import { activites } from '../reference/naf.ts'
import { documented } from './documentation-types.ts'
import { type Columns, type Frame, fill } from './frame.ts'

export const NAF_VARIABLES = documented('naf', [
  ['code_naf', 'string', '-', 'code_ape is known and in the table', '-', 'letter of its section'],
  ['libelle_naf', 'string', '-', 'code_naf is known', '-', 'label of the section'],
  ['code_ape_niveau2', 'string', '-', 'code_ape is known', '-', 'first 2 characters'],
  ['code_ape_niveau3', 'string', '-', 'code_ape is known', '-', 'first 3 characters'],
  ['code_ape_niveau4', 'string', '-', 'code_ape is known', '-', 'first 4 characters'],
  ['libelle_ape2', 'string', '-', 'found in the table', '-', 'label of the first 2 characters'],
  ['libelle_ape3', 'string', '-', 'found in the table', '-', 'label of the first 3 characters'],
  ['libelle_ape4', 'string', '-', 'found in the table', '-', 'label of the first 4 characters'],
  ['libelle_ape5', 'string', '-', 'found in the table', '-', 'label of code_ape'],
])

/** Labels by code, whatever its level, and the section of each sous-classe. Read once, at the first use. */
type Tables = { libelles: ReadonlyMap<string, string>; sections: ReadonlyMap<string, { code: string; libelle: string }> }
let loaded: Tables | undefined

export const nafTables = (): Tables => {
  loaded ??= load()
  return loaded
}

const load = (): Tables => {
  const libelles = new Map<string, string>()
  const sections = new Map<string, { code: string; libelle: string }>()
  for (const activite of activites()) {
    libelles.set(activite.code, activite.libelle)
    libelles.set(activite.code_n2, activite.libelle_n2)
    libelles.set(activite.code_n3, activite.libelle_n3)
    libelles.set(activite.code_n4, activite.libelle_n4)
    sections.set(activite.code, { code: activite.code_n1, libelle: activite.libelle_n1 })
  }
  return { libelles, sections }
}

/** Levels and labels of `code_ape`, on every month; a code that the tables lack leaves its labels absent (refine §3.5). */
export const writeNaf = (columns: Columns, frame: Frame): void => {
  const ape = columns['code_ape']?.[0]
  if (typeof ape !== 'string') return
  const { libelles, sections } = nafTables()
  const section = sections.get(ape)
  if (section !== undefined) {
    fill(columns, frame, 'code_naf', section.code)
    fill(columns, frame, 'libelle_naf', section.libelle)
  }
  for (const level of [2, 3, 4, 5]) {
    const code = ape.slice(0, level)
    const libelle = libelles.get(code)
    if (level < 5) fill(columns, frame, `code_ape_niveau${level}`, code)
    if (libelle !== undefined) fill(columns, frame, `libelle_ape${level}`, libelle)
  }
}
