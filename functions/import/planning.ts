import { type Plan, planRanges } from '../../shared/csv/plan.ts'
import { type Bad, type Row, readCsv } from '../../shared/csv/read-csv.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { buildMapping, emptyMapping } from '../../shared/domain/mapping.ts'
import { computePerimetre, dateFinEffectif, readFiltre } from '../../shared/domain/perimetre.ts'
import type { DepositPlan, ImportDocument } from '../../shared/domain/spine/documents.ts'
import { packSirens } from '../../shared/domain/spine/sirens.ts'
import { FILTER_SOURCE, HEADCOUNT_SOURCE, MAPPING_SOURCE } from '../../shared/domain/spine/spine.ts'
import { isSourceName, needsOf, openParser, productionSwitches, sourceOf } from '../../shared/sources/index.ts'
import { reasonOf } from '../../shared/sources/malformed.ts'
import { type Encoding, encodingRemarks, type OpenBytes, toPlainCsv } from '../../shared/sources/plain.ts'
import type { DepositReader } from './core.ts'
import { copyName, openPlain, refuse, shapeOf, verified, writeCopy } from './plain-copy.ts'
import type { ReaderOptions } from './reader.ts'

const COMPTES_PER_RANGE = 25_000

type Planned = Awaited<ReturnType<DepositReader['plan']>>

/** What a file is and how it is cut, or why it is refused. */
export const planDeposit = async (options: ReaderOptions, document: ImportDocument): Promise<Planned> => {
  try {
    const { plan, work, encoding } = await cut(options, document)
    const { header, warnings } = headerOf(document.source, plan)
    const remarks = [...encodingRemarks(encoding), ...warnings].slice(0, REMARKS)
    const rows = (): AsyncIterable<readonly (Row | Bad)[]> => readCsv(openPlain(options.files, document, work), shapeOf(document.source).dialect)
    const learnt = await learn(document.source, rows)
    const { perimetre, computed, dateFinEffectif: lastMonth, records = plan.records } = learnt
    const whole = { start: 0, end: plan.bytes, firstRecord: 0, firstLine: 1 }
    const ranges = (): DepositPlan['ranges'] => {
      if (document.source === FILTER_SOURCE) return [whole]
      // Its rows have at least as many records as comptes.
      if (document.source === MAPPING_SOURCE)
        return Array.from({ length: Math.max(1, Math.ceil(records / (options.comptesPerRange ?? COMPTES_PER_RANGE))) }, () => whole)
      return plan.ranges.map(({ start, end, firstRecord, firstLine }) => ({ start, end, firstRecord, firstLine }))
    }
    return {
      plan: {
        header,
        records,
        bytes: plan.bytes,
        ranges: ranges(),
        needsMapping: isSourceName(document.source) && document.source !== MAPPING_SOURCE && needsOf(sourceOf(document.source), header).mapping,
        encoding,
        ...(remarks.length > 0 && { remarks }),
        ...(work === undefined ? {} : { work }),
        ...(perimetre === undefined ? {} : { perimetre: perimetre.length }),
        ...(computed && { computed }),
        ...(lastMonth === undefined ? {} : { dateFinEffectif: lastMonth }),
      },
      ...(perimetre === undefined ? {} : { perimetre }),
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'FILE_NOT_WHAT_IT_CLAIMS') throw error
    await options.files.work.remove(copyName(document))
    return { refused: error.message }
  }
}

/** A header may hold thousands of columns to remark upon. */
const REMARKS = 20

/** Verifies the bytes against the record, makes a plain CSV of what is none, and cuts it. */
const cut = async (options: ReaderOptions, document: ImportDocument): Promise<{ plan: Plan; work?: string; encoding: Encoding }> => {
  const { files, cutBytes } = options
  const shape = shapeOf(document.source)
  const open: OpenBytes = () => files.open(document.deposit)
  if (shape.container === 'csv') {
    const direct = await planRanges(verified(open(), document), shape.dialect, cutBytes)
    const gzip = await startsWithGzip(open)
    if (!gzip && direct.utf8 && !document.filename.endsWith('.gz')) return { plan: direct, encoding: 'utf-8' }
  } else {
    for await (const _ of verified(open(), document));
  }
  const { bytes, encoding } = await toPlainCsv(shape, open, document.filename, options.workBytes)
  const work = copyName(document)
  await writeCopy(options, work, bytes)
  const check = isSourceName(document.source) && sourceOf(document.source).malformed === 'file'
  const plan = await planRanges(files.work.open(work), shape.dialect, cutBytes, { check })
  if (plan.bad !== undefined) throw refuse(`Ligne ${plan.bad.line} : ${reasonOf(plan.bad, plan.header.length)} Un tel fichier est refusé en entier.`)
  return { plan, work, encoding }
}

const startsWithGzip = async (open: OpenBytes): Promise<boolean> => {
  for await (const chunk of open()) return chunk[0] === 0x1f && chunk[1] === 0x8b
  return false
}

/** Checks the header as the parser will; `warnings`: its remarks. */
const headerOf = (source: string, { header, headerEnd }: Plan): { header: string[]; warnings: readonly string[] } => {
  if (headerEnd === 0) throw refuse('Le fichier est vide : il n’a pas de ligne d’en-tête.')
  if (header.length === 0) throw refuse('L’en-tête du fichier est illisible : un guillemet y est mal placé.')
  if (!isSourceName(source)) return { header, warnings: [] }
  const opened = openParser(sourceOf(source), header, { switches: productionSwitches, mapping: emptyMapping() })
  if (!('fatal' in opened)) return { header, warnings: opened.warnings }
  const missing = /^Colonne (.*) non trouvée/.exec(opened.fatal)?.[1]
  throw refuse(
    missing === undefined
      ? `L’en-tête du fichier est illisible : ${opened.fatal}`
      : `Ce n’est pas un fichier « ${source} » : la colonne « ${missing} » est absente de l’en-tête.`,
  )
}

type Learnt = Pick<DepositPlan, 'computed' | 'dateFinEffectif'> & { perimetre?: Uint32Array; records?: number }

/** What some sources tell beside their rows: a mapping is checked whole, a perimeter is computed. */
const learn = async (source: string, rows: () => AsyncIterable<readonly (Row | Bad)[]>): Promise<Learnt> => {
  if (source === MAPPING_SOURCE) {
    const built = await buildMapping([rows()], null)
    if (!built.ok) throw refuse(`Le fichier des comptes est refusé${built.line === undefined ? '' : `, ligne ${built.line}`} : ${built.fatal}`)
    return {}
  }
  if (source === FILTER_SOURCE) {
    const read = await readFiltre([rows()])
    if (!read.ok) throw refuse(`Le fichier du périmètre est refusé${read.line === undefined ? '' : `, ligne ${read.line}`} : ${read.fatal}`)
    return { perimetre: packSirens(read.perimetre), records: read.perimetre.size }
  }
  if (source !== HEADCOUNT_SOURCE) return {}
  const computed = await computePerimetre(rows())
  if (!computed.ok) throw refuse(`Le fichier des effectifs est refusé${computed.line === undefined ? '' : `, ligne ${computed.line}`} : ${computed.fatal}`)
  const last = await dateFinEffectif(rows())
  if (!last.ok) throw refuse(`Le fichier des effectifs est refusé : ${last.fatal}`)
  const { parameters, removed } = computed
  return { perimetre: packSirens(computed.perimetre), computed: { parameters, removed }, ...(last.date === undefined ? {} : { dateFinEffectif: last.date }) }
}
