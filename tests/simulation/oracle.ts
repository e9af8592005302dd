/**
 * The state that the files and the openings should give, computed apart from the platform: straight from the rules of architecture §4 and refine §2,
 * batch by batch, without runs, ranges, messages or ledger.
 */
import { dateFinOf, isSubBatch, monthKeyOf } from '../../shared/domain/batch-key.ts'
import { compareBytes } from '../../shared/domain/canonical-json.ts'
import { addMonths } from '../../shared/domain/month.ts'
import { type Entries, holds, INVENTED_FACTS, type InventedFile, needsMapping, POISON, scoreOf, siretOf, variablesOf } from '../spine/invented.ts'
import { digest } from './digest.ts'

export type OracleFile = InventedFile & { withdrawn: boolean; confirmed: boolean }

/** What the final state depends on (architecture §11): the files, what people said of them and of their batches, which batch is current. */
export type OracleInput = {
  files: readonly OracleFile[]
  /** Batches that exist: a person may make one that has no file yet. */
  batches: readonly string[]
  /** `batch source` of the sources declared flux. */
  flux: ReadonlySet<string>
  current: string | undefined
  guardShare: number
  requiredInBatch: readonly string[]
  requiredEver: readonly string[]
}

export type Expected = {
  /** `batch source` of the types that are effective as stock. */
  effective: string[]
  /** Entries of each entity at each batch, those without entries left out. */
  states: Map<string, Record<string, Entries>>
  /** Variables of each établissement at the current batch, without those of `failed`. */
  features: Map<string, string>
  /** Scores of the current list, without those of `failed`. */
  scores: Map<string, string>
  perimetre: Set<string>
  /** SIRENs that the rules cannot compute. */
  failed: Set<string>
  /** Batches that should be open by themselves once everything is at rest. */
  ready: string[]
  /** Deposits that cannot be read, for want of the mapping or of a perimeter. */
  waiting: string[]
}

type Rows = Map<string, Map<string, Set<number>>>
type Counting = (batch: string, source: string) => OracleFile[]

export const expectedState = (input: OracleInput): Expected => {
  const { files, current } = input
  const batches = [...new Set([...files.map(({ batch }) => batch), ...input.batches])].sort()
  const counting: Counting = (batch, source) => countingFiles(files.filter((file) => file.batch === batch && file.source === source))
  const perimetres = new Map<string, Set<string>>()
  const effective = new Map<string, Set<string>>()
  const stated = new Map<string, Map<string, Set<string>>>() // batch → source → SIRENs that the counting files name
  const imported = new Map<string, Rows>() // batch → type → key → values
  const waiting: string[] = []
  const sources = [...new Set(files.map(({ source }) => source))].sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))

  const judge = (batch: string, source: string, closed: readonly OracleFile[], named: ReadonlySet<string>): void => {
    if (!INVENTED_FACTS.isStock(source) || closed.length === 0 || input.flux.has(`${batch} ${source}`)) return
    const reference = batches.filter((other) => other < batch && effective.get(other)?.has(source)).at(-1)
    const holders = reference === undefined ? new Set<string>() : (stated.get(reference)?.get(source) ?? new Set<string>())
    const kept = [...named].filter((siren) => holders.has(siren)).length
    if (kept >= holders.size * input.guardShare || closed.some(({ confirmed }) => confirmed)) effective.get(batch)?.add(source)
  }
  const inherit = (batch: string): void => {
    const earlier = batches.filter((other) => other < batch && perimetres.has(other)).at(-1)
    const found = earlier === undefined ? undefined : perimetres.get(earlier)
    if (!perimetres.has(batch) && found !== undefined) perimetres.set(batch, found)
  }

  for (const batch of batches) {
    effective.set(batch, new Set())
    const named = new Map<string, Set<string>>()
    stated.set(batch, named)
    const rows: Rows = new Map()
    imported.set(batch, rows)
    const filters = counting(batch, 'filter')
    if (filters.length > 0) perimetres.set(batch, new Set(filters.flatMap((file) => membersOf(file))))
    for (const source of sources) {
      const own = counting(batch, source)
      if (own.length === 0) continue
      if (source !== 'effectif_ent' && source !== 'filter') inherit(batch)
      const mapping = mappingOf(batch, counting)
      const readable = own.filter((file) => canRead(file, perimetres.get(batch), mapping))
      waiting.push(...own.filter((file) => !readable.includes(file)).map(({ deposit }) => deposit))
      const explicit = filters.length > 0 ? perimetres.get(batch) : undefined
      const perimetre = source === 'effectif_ent' ? explicit : perimetres.get(batch)
      const siren = new Set<string>()
      named.set(source, siren)
      for (const file of readable) readFile(file, own, perimetre, mapping, rows, siren)
      judge(batch, source, readable, siren)
      if (source === 'effectif_ent' && filters.length === 0 && effective.get(batch)?.has(source))
        perimetres.set(batch, new Set(readable.flatMap((file) => membersOf(file))))
    }
    inherit(batch)
  }

  const states = statesOf(batches, imported, effective)
  const perimetre = (current === undefined ? undefined : perimetres.get(current)) ?? new Set<string>()
  const isEffective = (batch: string, source: string): boolean => effective.get(batch)?.has(source) === true
  return {
    effective: batches.flatMap((batch) => [...(effective.get(batch) ?? [])].map((source) => `${batch} ${source}`)).sort(),
    states,
    perimetre,
    ...scoresOf(current, states, perimetre, current === undefined ? undefined : lastHeadcount(current, batches, counting, isEffective)),
    ready: readyToOpen(input, batches, counting, isEffective, new Set(waiting)),
    waiting: waiting.sort(),
  }
}

const rankOf = (source: string): number => ['filter', 'effectif_ent'].indexOf(source) + (source === 'filter' || source === 'effectif_ent' ? 0 : 3)

/** SIRENs that a headcount file or an explicit perimeter keeps. */
const membersOf = ({ rows }: OracleFile): string[] => rows.flatMap(({ siren, value }) => (siren !== undefined && value >= 10 ? [siren] : []))

const byCompletion = (a: OracleFile, b: OracleFile): number =>
  (a.completedAt ?? 0) - (b.completedAt ?? 0) || compareBytes(digest(a.rows), digest(b.rows)) || compareBytes(a.deposit, b.deposit)

const countingFiles = (files: readonly OracleFile[]): OracleFile[] => {
  const ordered = files.toSorted(byCompletion)
  const counts = (file: OracleFile): boolean =>
    !file.withdrawn &&
    file.refused !== true &&
    !ordered.slice(ordered.indexOf(file) + 1).some((later) => (later.replaces ?? []).includes(file.deposit) && counts(later))
  return ordered.filter(counts)
}

const mappingOf = (batch: string, counting: Counting): OracleFile[] => {
  const own = counting(batch, 'admin_urssaf')
  return own.length === 0 && isSubBatch(batch) ? counting(monthKeyOf(batch), 'admin_urssaf') : own
}

const canRead = (file: OracleFile, perimetre: ReadonlySet<string> | undefined, mapping: readonly OracleFile[]): boolean => {
  if (file.source === 'effectif_ent' || file.source === 'filter') return true
  return perimetre !== undefined && (!needsMapping(file) || mapping.length > 0)
}

/** `perimetre` undefined: headcounts that make it themselves. */
const readFile = (
  file: OracleFile,
  own: readonly OracleFile[],
  perimetre: ReadonlySet<string> | undefined,
  mapping: readonly OracleFile[],
  rows: Rows,
  named: Set<string>,
): void => {
  const sirens = new Map(mapping.flatMap((other) => other.rows.map(({ compte, siren }) => [compte, siren])))
  const type = INVENTED_FACTS.typeOf(file.source)
  const laterComptes = new Set(own.slice(own.indexOf(file) + 1).flatMap((other) => other.rows.map(({ compte }) => compte)))
  for (const row of file.rows) {
    const siren = row.siren ?? sirens.get(row.compte)
    if (row.value < 0 || siren === undefined) continue
    named.add(siren)
    if (file.source === 'filter' || (file.source === 'admin_urssaf' && laterComptes.has(row.compte))) continue
    const inside = perimetre === undefined ? row.value >= 10 : perimetre.has(siren)
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

/** Last month of headcounts, from the latest effective headcount files that say one; else two months are assumed to be late. */
const lastHeadcount = (current: string, batches: readonly string[], counting: Counting, isEffective: (batch: string, source: string) => boolean): Date => {
  const upTo = batches.filter((batch) => batch <= current && isEffective(batch, 'effectif_ent')).reverse()
  for (const batch of upTo) {
    const months = counting(batch, 'effectif_ent')
      .flatMap(({ lastMonth }) => lastMonth ?? [])
      .sort()
    const last = months.at(-1)
    if (last !== undefined) return dateFinOf(last)
  }
  return addMonths(dateFinOf(current), -2)
}

const scoresOf = (
  current: string | undefined,
  states: Expected['states'],
  perimetre: ReadonlySet<string>,
  headcount: Date | undefined,
): Pick<Expected, 'features' | 'scores' | 'failed'> => {
  const features = new Map<string, string>()
  const scores = new Map<string, string>()
  const failed = new Set<string>()
  if (current === undefined || headcount === undefined) return { features, scores, failed }
  for (const siren of perimetre) {
    const site = states.get(siretOf(siren))?.[current] ?? {}
    if (Object.keys(site).length === 0) continue
    if (holds(site, POISON.refine) || holds(site, POISON.detect)) failed.add(siren)
    else {
      const variables = variablesOf(site, states.get(siren)?.[current] ?? {}, current, headcount)
      features.set(siretOf(siren), variables)
      scores.set(siren, scoreOf([variables]))
    }
  }
  return { features, scores, failed }
}

/** What should have opened by itself (architecture §4), given that nothing is in progress and that the current list is published. */
const readyToOpen = (
  { current, requiredInBatch, requiredEver }: OracleInput,
  batches: readonly string[],
  counting: Counting,
  isEffective: (batch: string, source: string) => boolean,
  waiting: ReadonlySet<string>,
): string[] =>
  batches.filter((batch) => {
    if (current !== undefined && batch <= current) return false
    if (isSubBatch(batch)) {
      const settled = ['debit', 'sirene', 'admin_urssaf', 'effectif_ent', 'paydex'].some((source) =>
        counting(batch, source).some(({ deposit }) => !waiting.has(deposit)),
      )
      return current !== undefined && monthKeyOf(batch) === monthKeyOf(current) && settled
    }
    return (
      requiredInBatch.every((source) => isEffective(batch, source)) &&
      requiredEver.every((source) => batches.some((other) => other <= batch && isEffective(other, source)))
    )
  })
