/** What the invented world is made of: small files, rules that are digests of their inputs, and the SIRENs that these cannot bear. */
import { createHash } from 'node:crypto'
import type { Detector } from '../../functions/detect/core.ts'
import type { DepositReader, ReadRecord } from '../../functions/import/core.ts'
import type { LargeContext, refinePage } from '../../functions/refine/core.ts'
import type { ComputeLarge } from '../../functions/refine/large.ts'
import { dateFinOf } from '../../shared/domain/batch-key.ts'
import { canonicalJson } from '../../shared/domain/canonical-json.ts'
import { stateAt } from '../../shared/domain/compaction/compact.ts'
import type { RawValue } from '../../shared/domain/entity.ts'
import { packSirens } from '../../shared/domain/spine/sirens.ts'
import type { SourceFacts } from '../../shared/domain/spine/spine.ts'
import type { MemoryData } from '../support/memory-data.ts'
import type { Pause } from '../support/memory-store.ts'

/** A row names a SIREN (or a compte, for the sources that need the mapping) and says a value of it. */
export type InventedRow = { siren?: string; compte?: string; value: number }

export type InventedFile = {
  deposit: string
  batch: string
  source: string
  rows: InventedRow[]
  completedAt?: number
  replaces?: string[]
  confirmed?: boolean
  owner?: string
  /** Rows per range. */
  cut?: number
  /** Last month that an `effectif_ent` file speaks of, as 2511. */
  lastMonth?: string
  /** The file is not what it claims to be. */
  refused?: boolean
}

/** What the invented rules cannot bear: refine throws on the first, detect on the second. */
export const POISON = { refine: 13, detect: 17 } as const

/** Sources of the invented world: `debit` needs the mapping, `sirene` a perimeter only, `effectif_ent` makes the perimeter. */
export const INVENTED_FACTS: SourceFacts = {
  isStock: (source) => source !== 'paydex' && source !== 'filter',
  typeOf: (source) => (source === 'admin_urssaf' ? 'compte' : source),
  usesPerimetre: (source) => source !== 'filter',
  usesMapping: (source) => source === 'debit' || source === 'admin_urssaf',
}

export const siretOf = (siren: string): string => `${siren}00011`
export const digest = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16)

/** The columns of a file decide whether it needs the mapping. */
export const needsMapping = ({ source, rows }: InventedFile): boolean => source === 'debit' && rows.some(({ compte }) => compte !== undefined)

export const inventedReader = (
  files: ReadonlyMap<string, InventedFile>,
  data: MemoryData,
  pause: Pause | undefined,
  onRead: (result: string) => unknown,
): DepositReader => ({
  async plan({ deposit, source }) {
    await pause?.('reader.plan')
    const file = files.get(deposit)
    if (file === undefined || file.refused) return { refused: 'Le fichier n’est pas ce qu’il annonce.' }
    const cut = file.cut ?? 1000
    const ranges = Array.from({ length: Math.max(1, Math.ceil(file.rows.length / cut)) }, (_, range) => ({
      start: range * cut,
      end: (range + 1) * cut,
      firstRecord: 0,
      firstLine: 0,
    }))
    const plan = {
      header: [],
      records: file.rows.length,
      bytes: file.rows.length,
      ranges,
      needsMapping: needsMapping(file),
      ...(file.lastMonth === undefined ? {} : { dateFinEffectif: dateFinOf(file.lastMonth) }),
    }
    if (source !== 'effectif_ent' && source !== 'filter') return { plan }
    const perimetre = packSirens(file.rows.filter((row) => row.value >= 10).flatMap((row) => row.siren ?? []))
    return { plan: { ...plan, perimetre: perimetre.length }, perimetre }
  },
  async *rows(document, run, range) {
    await pause?.('reader.rows')
    // the results of a run that was raised since are no longer kept
    if (data.batches.get(document.batch)?.runs[document.source]?.n === run.n) onRead(`${document.deposit}:${run.n}:${String(range).padStart(6, '0')}`)
    const file = files.get(document.deposit)
    const plan = document.plan?.ranges[range]
    if (file === undefined || plan === undefined) return
    const keeping = run.perimetre.length === 0 ? [document.deposit] : run.perimetre
    const perimetre = new Set(keeping.flatMap((deposit) => [...(data.perimetres.get(deposit) ?? [])].map(String)))
    const own = run.mapping.indexOf(document.deposit)
    const rank = own < 0 ? run.mapping.findIndex((deposit) => data.imports.get(deposit)?.sha256 === document.sha256) : own
    const later = document.source === 'admin_urssaf' ? run.mapping.slice(rank + 1) : []
    const listedLater = new Set(later.flatMap((deposit) => files.get(deposit)?.rows ?? []).map(({ compte }) => compte))
    const mapping = new Map(run.mapping.flatMap((deposit) => files.get(deposit)?.rows ?? []).map((row) => [row.compte, row.siren]))
    yield file.rows.slice(plan.start, plan.end).map((row, at): ReadRecord => {
      const place = { line: plan.start + at + 2, record: plan.start + at + 1 }
      if (row.value < 0) return { ...place, status: 'rejected', fault: { reason: 'une valeur négative' }, tuples: [] }
      const siren = row.siren ?? mapping.get(row.compte)
      if (siren === undefined) return { ...place, status: 'filtered', tuples: [] }
      if (document.source === 'filter') return { ...place, status: 'imported', named: [siren], tuples: [] }
      if (document.source === 'admin_urssaf' && listedLater.has(row.compte)) return { ...place, status: 'ignored', named: [siren], tuples: [] }
      if (!perimetre.has(siren)) return { ...place, status: 'filtered', named: [siren], tuples: [] }
      const type = INVENTED_FACTS.typeOf(document.source)
      const entreprise = document.source === 'effectif_ent'
      const value = { v: row.value }
      return {
        ...place,
        status: 'imported',
        named: [siren],
        tuples: [{ type, scope: entreprise ? 'entreprise' : 'etablissement', key: entreprise ? siren : siretOf(siren), hash: digest(value), value }],
      }
    })
  },
})

/** Entries of an entity at a batch, by type: their values in order. */
export type Entries = Record<string, number[]>

/** The state of an entity at a batch, as the oracle says it too. */
export const entriesAt = (value: RawValue | undefined, batch: string): Entries => {
  const entries: Entries = {}
  if (value === undefined) return entries
  for (const [type, byHash] of stateAt(value, batch)) {
    if (type === 'reporder') continue
    const values = [...byHash.values()].map(({ v }) => Number(v)).sort((a, b) => a - b)
    if (values.length > 0) entries[type] = values
  }
  return entries
}

/**
 * What the invented variables are computed from: the state of the établissement and of its entreprise at the current batch; for those who
 * have headcounts, their last month too.
 */
export const variablesOf = (etablissement: Entries, entreprise: Entries, batch: string, lastHeadcount: Date): string => {
  const variables = digest([etablissement, entreprise, batch, entreprise.effectif_ent === undefined ? null : lastHeadcount.getTime()])
  return holds(etablissement, POISON.detect) ? `${UNBEARABLE}${variables}` : variables
}

/** Begins the variables from which no score can be given. */
const UNBEARABLE = 'unbearable '

export const holds = (entries: Entries, value: number): boolean => Object.values(entries).some((values) => values.includes(value))

export const computeVariables: Parameters<typeof refinePage>[0]['compute'] = async ({ entreprise, etablissements, batch, window }) => {
  const known = etablissements.map((value) => [value.key, entriesAt(value, batch)] as const).filter(([, entries]) => Object.keys(entries).length > 0)
  if (known.some(([, entries]) => holds(entries, POISON.refine))) throw new Error('no variable can be computed')
  return new Map(known.map(([key, entries]) => [key, variablesOf(entries, entriesAt(entreprise, batch), batch, window.dateFinEffectif)]))
}

/** In the invented world an établissement is inside whatever its headcount. */
export const inventedLarge = (store: LargeContext['store']): LargeContext['store'] => ({
  ...store,
  rawHeads: async (siren) => (await store.rawHeads(siren)).map((head) => ({ ...head, algo2: true })),
})

/** The same variables piece by piece; those of the entreprise say what the survey found. */
export const computeInPieces: ComputeLarge = ({ entreprise, batch, window, surveyed }) => {
  const survey = surveyed === undefined ? [] : [...(surveyed as [string, Entries][])]
  return {
    survey(etablissements) {
      survey.push(...etablissements.map((value): [string, Entries] => [value.key, entriesAt(value, batch)]))
      if (survey.some(([, entries]) => holds(entries, POISON.refine))) throw new Error('no variable can be computed')
    },
    surveyed: () => survey,
    entreprise: () => surveyOf(survey),
    etablissement(value) {
      const entries = entriesAt(value, batch)
      return Object.keys(entries).length === 0 ? undefined : variablesOf(entries, entriesAt(entreprise, batch), batch, window.dateFinEffectif)
    },
  }
}

/** The variables of an entreprise that is taken piece by piece. */
export const surveyOf = (survey: readonly (readonly [string, Entries])[]): string => digest(survey)

/** The score of a SIREN: a digest of its variables. */
export const scoreOf = (columns: readonly unknown[]): string => digest(columns)

export const inventedDetector: Detector = {
  describe: { artefact: 'a', algo: 'invented', ruleset: 'none', thresholds: { F1: 0.5, F2: 0.3 } },
  staleness: () => undefined,
  score({ siren, list, features }) {
    const columns = features.flatMap((document) => (document.columns === undefined || document.siret === siren ? [] : [document.columns]))
    if (columns.length === 0) return { key: 'none', excluded: 'no-features' }
    if (columns.some((variables) => String(variables).startsWith(UNBEARABLE))) throw new Error('no score can be given')
    return { key: scoreOf(columns), content: { siren, list, score: scoreOf(columns) } }
  },
}
