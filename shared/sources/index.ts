import { adminUrssaf } from './admin-urssaf.ts'
import { apconso } from './apconso.ts'
import { apdemande } from './apdemande.ts'
import { bdf } from './bdf.ts'
import { ccsf } from './ccsf.ts'
import { cotisation } from './cotisation.ts'
import { debit } from './debit.ts'
import { delai } from './delai.ts'
import { detectAmong, type UploadMetadata } from './detect-source.ts'
import { diane } from './diane.ts'
import { effectif } from './effectif.ts'
import { effectifEnt } from './effectif-ent.ts'
import { ellisphere } from './ellisphere.ts'
import { paydex } from './paydex.ts'
import { procol } from './procol.ts'
import { sirene } from './sirene.ts'
import { sireneHisto } from './sirene-histo.ts'
import { sireneUl } from './sirene-ul.ts'
import type { Source } from './source.ts'

/** The registry: a list, nothing else. Recognition, checks, reports and documentation follow from the declarations. */
const REGISTRY = [
  adminUrssaf,
  cotisation,
  debit,
  delai,
  ccsf,
  procol,
  effectif,
  effectifEnt,
  apconso,
  apdemande,
  bdf,
  diane,
  ellisphere,
  paydex,
  sirene,
  sireneUl,
  sireneHisto,
] as const

export type SourceName = (typeof REGISTRY)[number]['name']

export const sources: readonly Source<SourceName>[] = REGISTRY

export const sourceNames: readonly SourceName[] = REGISTRY.map(({ name }) => name)

export const isSourceName = (name: string): name is SourceName => sourceNames.some((known) => known === name)

const BY_NAME = new Map<string, Source<SourceName>>(REGISTRY.map((source) => [source.name, source]))

/** The source of this name; an unknown name is a mistake of the caller. */
export const sourceOf = (name: SourceName): Source<SourceName> => {
  const found = BY_NAME.get(name)
  if (found === undefined) throw new TypeError(`no source is named ${name}`)
  return found
}

/** The type of a file, from its metadata, else from its name (§4.4). */
export const detectSource = (metadata: UploadMetadata): SourceName | 'filter' | undefined => detectAmong(sources, metadata)

export { ignoredRows, type Months, parseMapping } from './admin-urssaf.ts'
export {
  needsOf,
  openParser,
  type Parser,
  type RowError,
  type RowOutcome,
} from './parser.ts'
export {
  addOutcome,
  type Counts,
  countsOf,
  eventOf,
  fatalReport,
  mergeReports,
  newReport,
  type RejectedRecord,
  type Report,
  type ReportEvent,
} from './report.ts'
export { type Context, lineOf, type Source } from './source.ts'
export {
  defaultSwitches,
  productionSwitches,
  type Switches,
  withSwitch,
} from './switches.ts'
