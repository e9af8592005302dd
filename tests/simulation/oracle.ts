/**
 * The state that the files and the openings should give, computed apart from the platform: straight from the rules of architecture §4 and refine §2,
 * batch by batch, without runs, ranges, messages or ledger.
 */
import { compareBytes } from '../../shared/domain/canonical-json.ts'
import { type Entries, INVENTED_FACTS, type InventedFile, scoreOf, siretOf, variablesOf } from '../spine/world.ts'

export type OracleFile = InventedFile & { withdrawn: boolean; confirmed: boolean }

export type Expected = {
  /** `batch source` of the types that are effective as stock. */
  effective: string[]
  /** Entries of each entity at each batch, those without entries left out. */
  states: Map<string, Record<string, Entries>>
  /** Scores of the current list. */
  scores: Map<string, string>
  perimetre: Set<string>
}

type Rows = Map<string, Map<string, Set<number>>>

export const expectedState = (files: readonly OracleFile[], current: string | undefined, guardShare: number, digest: (rows: unknown) => string): Expected => {
  const batches = [...new Set([...files.map(({ batch }) => batch)])].sort()
  const counting = (batch: string, source: string): OracleFile[] =>
    countingFiles(
      files.filter((file) => file.batch === batch && file.source === source),
      digest,
    )
  const perimetres = new Map<string, Set<string>>()
  const effective = new Map<string, Set<string>>()
  const stated = new Map<string, Map<string, Set<string>>>() // batch → source → SIRENs that the counting files name
  const imported = new Map<string, Rows>() // batch → type → key → values
  const sources = [...new Set(files.map(({ source }) => source))].sort((a, b) => (a === 'effectif_ent' ? -1 : b === 'effectif_ent' ? 1 : a < b ? -1 : 1))

  const judge = (batch: string, source: string, closed: readonly OracleFile[], named: Set<string>): void => {
    if (!INVENTED_FACTS.isStock(source) || closed.length === 0) return
    const reference = batches.filter((other) => other < batch && effective.get(other)?.has(source)).at(-1)
    const holders = reference === undefined ? new Set<string>() : (stated.get(reference)?.get(source) ?? new Set<string>())
    const kept = [...named].filter((siren) => holders.has(siren)).length
    if (kept >= holders.size * guardShare || closed.some(({ confirmed }) => confirmed)) effective.get(batch)?.add(source)
  }

  for (const batch of batches) {
    effective.set(batch, new Set())
    stated.set(batch, new Map())
    imported.set(batch, new Map())
    for (const source of sources) {
      const own = counting(batch, source)
      if (own.length === 0) continue
      if (source !== 'effectif_ent' && !perimetres.has(batch)) {
        const inherited = batches.filter((other) => other < batch && perimetres.has(other)).at(-1)
        if (inherited !== undefined) perimetres.set(batch, perimetres.get(inherited) ?? new Set())
      }
      const mapping = mappingOf(batch, counting)
      const perimetre = perimetres.get(batch)
      const readable = own.filter((file) => canRead(file, perimetre, mapping))
      const named = new Set<string>()
      for (const file of readable) readFile(file, own, perimetre ?? new Set(), mapping, imported.get(batch) ?? new Map(), named)
      stated.get(batch)?.set(source, named)
      judge(batch, source, readable, named)
      if (source === 'effectif_ent' && effective.get(batch)?.has(source)) {
        perimetres.set(batch, new Set(readable.flatMap(({ rows }) => rows.flatMap(({ siren, value }) => (siren !== undefined && value >= 10 ? [siren] : [])))))
      }
    }
    if (!perimetres.has(batch)) {
      const inherited = batches.filter((other) => other < batch && perimetres.has(other)).at(-1)
      if (inherited !== undefined) perimetres.set(batch, perimetres.get(inherited) ?? new Set())
    }
  }

  const states = statesOf(batches, imported, effective)
  const perimetre = (current === undefined ? undefined : perimetres.get(current)) ?? new Set<string>()
  const scores = new Map<string, string>()
  if (current !== undefined) {
    for (const siren of perimetre) {
      const site = states.get(siretOf(siren))?.[current]
      if (site === undefined || Object.keys(site).length === 0) continue
      scores.set(siren, scoreOf([variablesOf(site, states.get(siren)?.[current] ?? {}, current)]))
    }
  }
  return { effective: batches.flatMap((batch) => [...(effective.get(batch) ?? [])].map((source) => `${batch} ${source}`)).sort(), states, scores, perimetre }
}

const byCompletion =
  (digest: (rows: unknown) => string) =>
  (a: OracleFile, b: OracleFile): number =>
    (a.completedAt ?? 0) - (b.completedAt ?? 0) || compareBytes(digest(a.rows), digest(b.rows)) || compareBytes(a.deposit, b.deposit)

const countingFiles = (files: readonly OracleFile[], digest: (rows: unknown) => string): OracleFile[] => {
  const ordered = files.toSorted(byCompletion(digest))
  const counts = (file: OracleFile): boolean =>
    !file.withdrawn && !ordered.slice(ordered.indexOf(file) + 1).some((later) => (later.replaces ?? []).includes(file.deposit) && counts(later))
  return ordered.filter(counts)
}

const mappingOf = (batch: string, counting: (batch: string, source: string) => OracleFile[]): OracleFile[] => {
  const own = counting(batch, 'admin_urssaf')
  return own.length === 0 && batch.includes('_') ? counting(batch.slice(0, 4), 'admin_urssaf') : own
}

const canRead = (file: OracleFile, perimetre: ReadonlySet<string> | undefined, mapping: readonly OracleFile[]): boolean => {
  if (file.source === 'effectif_ent') return true
  if (perimetre === undefined) return false
  return !(file.source === 'debit' && file.rows.some(({ compte }) => compte !== undefined)) || mapping.length > 0
}

const readFile = (
  file: OracleFile,
  own: readonly OracleFile[],
  perimetre: ReadonlySet<string>,
  mapping: readonly OracleFile[],
  rows: Rows,
  named: Set<string>,
): void => {
  const sirens = new Map(mapping.flatMap((other) => other.rows.map(({ compte, siren }) => [compte, siren])))
  const type = INVENTED_FACTS.typeOf(file.source)
  const laterComptes = new Set(own.slice(own.indexOf(file) + 1).flatMap((other) => other.rows.map(({ compte }) => compte)))
  for (const row of file.rows) {
    if (file.source === 'admin_urssaf' && laterComptes.has(row.compte)) {
      if (row.siren !== undefined) named.add(row.siren)
      continue
    }
    const siren = row.siren ?? sirens.get(row.compte)
    if (siren === undefined) continue
    named.add(siren)
    const inside = file.source === 'effectif_ent' ? row.value >= 10 : perimetre.has(siren)
    if (!inside) continue
    const key = file.source === 'effectif_ent' ? siren : siretOf(siren)
    const byKey = rows.get(type) ?? new Map<string, Set<number>>()
    rows.set(type, byKey)
    byKey.set(key, (byKey.get(key) ?? new Set()).add(row.value))
  }
}

/** The recurrence of refine §2.1: stock replaces, flux adds. */
const statesOf = (
  batches: readonly string[],
  imported: ReadonlyMap<string, Rows>,
  effective: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, Record<string, Entries>> => {
  const types = [...new Set([...imported.values()].flatMap((rows) => [...rows.keys()]))].sort()
  const keys = [...new Set([...imported.values()].flatMap((rows) => [...rows.values()].flatMap((byKey) => [...byKey.keys()])))].sort()
  const states = new Map<string, Record<string, Entries>>()
  for (const key of keys) {
    const byBatch: Record<string, Entries> = {}
    const running = new Map<string, Set<number>>()
    for (const batch of batches) {
      const stock = new Set([...(effective.get(batch) ?? [])].map((source) => INVENTED_FACTS.typeOf(source)))
      const entries: Entries = {}
      for (const type of types) {
        const here = imported.get(batch)?.get(type)?.get(key) ?? new Set<number>()
        const before = running.get(type) ?? new Set<number>()
        const now = stock.has(type) ? here : new Set([...before, ...here])
        running.set(type, now)
        if (now.size > 0) entries[type] = [...now].sort((a, b) => a - b)
      }
      byBatch[batch] = entries
    }
    states.set(key, byBatch)
  }
  return states
}
