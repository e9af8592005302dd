import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../shared/domain/errors.ts'
import { type Company, companyOf, type World } from './company.ts'
import { type Faults, faultsNear } from './faults.ts'
import {
  accountRows,
  cotisationHeader,
  cotisationRows,
  type Delivery,
  debitHeader,
  debitRows,
  EFFECTIF_LAG,
  effectifEntRow,
  effectifHeader,
  effectifRows,
  PROCOL_HEADER,
  procolRows,
  SIRENE_HEADER,
  SIRENE_UL_HEADER,
  sireneRows,
  sireneUlRow,
} from './rows.ts'
import { economyOf } from './trajectory.ts'

export type SampleOptions = {
  /** Entreprises meant for the perimeter; one in five more stays below 10 employees and is in the files all the same. */
  companies: number
  seed: number
  /** Last batch, `AAMM`. */
  batch: string
  /** Consecutive months that end with `batch`. */
  batches: number
  directory: string
  /** `2026`: cotisation and debit have a column `Siret`, and there is no admin_urssaf (raw-formats §1.10). Default `2023`. */
  form?: '2023' | '2026'
  /** First month of the history, `AAAA-MM`; default `2022-01`, or four years before an older batch. */
  origin?: string
}

export type SampleFile = {
  path: string
  name: string
  source: Source
  partner: 'partner1' | 'partner2'
  bytes: number
  metadata: Record<string, string>
}
export type SampleMonth = { batch: string; files: SampleFile[] }
/** `entreprises`: those that the perimeter of the last batch retains (10 employees in one of its last 36 months). */
export type Sample = { months: SampleMonth[]; entreprises: number }

type Source = keyof Faults

/** The files of a delivery, in the order of the deposits: mapping and perimeter first. Names of raw-formats §4.4. */
export const FILES: readonly {
  source: Source
  name: string
  partner: SampleFile['partner']
  header: (delivery: Delivery) => string
  rows: (company: Company, delivery: Delivery) => string[]
}[] = [
  {
    source: 'admin_urssaf',
    name: 'sigfaible_etablissement_utf8.csv',
    partner: 'partner1',
    header: () => 'Urssaf_gestion;Dep;Compte;Etat_compte;Siren;Siret;Date_crea_siret;Date_disp_siret',
    rows: accountRows,
  },
  {
    source: 'effectif_ent',
    name: 'sigfaible_effectif_siren.csv',
    partner: 'partner1',
    header: (d) => `siren;${effectifHeader(d)};rais_soc`,
    rows: (c, d) => [effectifEntRow(c, d)],
  },
  {
    source: 'effectif',
    name: 'sigfaible_effectif_siret.csv',
    partner: 'partner1',
    header: (d) => `compte;siret;rais_soc;ape_ins;dep;${effectifHeader(d)};base;UR_EMET`,
    rows: effectifRows,
  },
  {
    source: 'sirene_ul',
    name: 'sireneUL.csv',
    partner: 'partner2',
    header: () => SIRENE_UL_HEADER,
    rows: (c, d) => [sireneUlRow(c, d)],
  },
  {
    source: 'sirene',
    name: 'StockEtablissement_utf8_geo.csv',
    partner: 'partner2',
    header: () => SIRENE_HEADER,
    rows: sireneRows,
  },
  {
    source: 'cotisation',
    name: 'sigfaible_cotisdues.csv',
    partner: 'partner1',
    header: (d) => cotisationHeader(d.form),
    rows: cotisationRows,
  },
  {
    source: 'debit',
    name: 'sigfaible_debits.csv',
    partner: 'partner1',
    header: (d) => debitHeader(d.form),
    rows: debitRows,
  },
  {
    source: 'procol',
    name: 'sigfaible_pcoll.csv',
    partner: 'partner1',
    header: () => PROCOL_HEADER,
    rows: procolRows,
  },
]

const FAULTS_EVERY = 150
const SMALL_EVERY = 5
const PERIMETER_MONTHS = 36

/** Number of the month of a batch `AAMM` (raw-formats §4.2, years 20yy). */
export const batchMonth = (batch: string): number => {
  const found = /^(\d{2})(0[1-9]|1[0-2])$/.exec(batch)
  if (!found) throw new AppError('BATCH_INVALID', `« ${batch} » n’est pas un lot (AAMM attendu)`)
  return (2000 + Number(found[1])) * 12 + Number(found[2]) - 1
}

const batchOf = (month: number): string => `${String(Math.floor(month / 12) % 100).padStart(2, '0')}${String((month % 12) + 1).padStart(2, '0')}`

const DEFAULT_ORIGIN = 2022 * 12
const SHORTEST_HISTORY = 24

const originOf = (options: SampleOptions, last: number): number => {
  if (options.origin === undefined) return last - DEFAULT_ORIGIN >= SHORTEST_HISTORY + options.batches ? DEFAULT_ORIGIN : last - 48
  const found = /^(\d{4})-(\d{2})$/.exec(options.origin)
  if (!found) throw new AppError('INPUT_INVALID', `« ${options.origin} » n’est pas un mois (AAAA-MM attendu)`)
  return Number(found[1]) * 12 + Number(found[2]) - 1
}

/** The world in which the entreprises of these options live, until the end of the month before `batch`. */
export const worldOf = (options: SampleOptions): World => {
  const last = batchMonth(options.batch)
  const origin = originOf(options, last)
  if (last - origin - options.batches < 12) throw new AppError('INPUT_INVALID', 'L’historique doit couvrir au moins un an avant le premier lot')
  return {
    seed: options.seed,
    origin,
    months: last - origin,
    economy: economyOf(options.seed, last - origin),
  }
}

/** Entreprises of a sample, in the order of the files. */
export function* companiesOf(world: World, count: number): Generator<{ company: Company; large: boolean; index: number }> {
  for (let index = 0; index < count; index++) {
    yield { company: companyOf(world, 'large', index), large: true, index }
    if (index % SMALL_EVERY === SMALL_EVERY - 1)
      yield {
        company: companyOf(world, 'small', Math.floor(index / SMALL_EVERY)),
        large: false,
        index,
      }
  }
}

/**
 * Writes the files of each month under `directory/<batch>/`, in the partners' formats. The bytes depend on (companies, seed, batch, form, origin) only:
 * the files of a batch are the same whatever the later ones. Memory does not grow with the number of entreprises.
 */
export const generateSample = async (options: SampleOptions): Promise<Sample> => {
  const world = worldOf(options)
  const form = options.form ?? '2023'
  const last = batchMonth(options.batch)
  const months = Array.from({ length: options.batches }, (_, i) => last - options.batches + 1 + i)
  const kept = FILES.filter((file) => form === '2023' || file.source !== 'admin_urssaf')
  const targets: { delivery: Delivery; batch: string; writers: Writer[] }[] = []
  for (const month of months) {
    const batch = batchOf(month)
    await mkdir(join(options.directory, batch), { recursive: true })
    const delivery: Delivery = { world, known: month - world.origin, form }
    const writers = kept.map((file) => writerOf(join(options.directory, batch, file.name), file.header(delivery)))
    targets.push({ delivery, batch, writers })
  }

  let entreprises = 0
  for (const { company, large, index } of companiesOf(world, options.companies)) {
    if (inPerimeter(company, world.months)) entreprises += 1
    for (const { delivery, writers } of targets) {
      const faults = large && index % FAULTS_EVERY === 0 ? faultsNear(company, delivery) : undefined
      for (const [i, file] of kept.entries()) {
        const writer = writers[i] as Writer
        // A young entreprise is in no file before it exists.
        const rows = company.life.start < delivery.known ? file.rows(company, delivery) : []
        await writer.write([...rows, ...(faults?.[file.source] ?? [])])
      }
    }
  }

  const result: SampleMonth[] = []
  for (const { batch, writers } of targets) {
    const files: SampleFile[] = []
    for (const [i, { source, name, partner }] of kept.entries()) {
      const writer = writers[i] as Writer
      const metadata = {
        filename: name,
        filetype: 'text/csv',
        typeSignauxFaibles: source,
        batch,
      }
      files.push({
        path: writer.path,
        name,
        source,
        partner,
        bytes: await writer.end(),
        metadata,
      })
    }
    result.push({ batch, files })
  }
  return { months: result, entreprises }
}

const inPerimeter = (company: Company, known: number): boolean => {
  const end = known - EFFECTIF_LAG
  return company.life.workforce.subarray(Math.max(0, end - PERIMETER_MONTHS), end).some((heads) => heads >= 10)
}

type Writer = {
  path: string
  write: (rows: string[]) => Promise<void>
  end: () => Promise<number>
}

const FLUSH_AT = 1 << 16

const writerOf = (path: string, header: string): Writer => {
  const stream: WriteStream = createWriteStream(path)
  let failure: unknown
  stream.on('error', (error) => {
    failure = error
  })
  let pending = `${header}\n`
  const flush = async (): Promise<void> => {
    if (failure) throw failure
    const full = !stream.write(pending)
    pending = ''
    if (full) await once(stream, 'drain')
  }
  return {
    path,
    write: async (rows) => {
      for (const row of rows) pending += `${row}\n`
      if (pending.length >= FLUSH_AT) await flush()
    },
    end: async () => {
      await flush()
      stream.end()
      await once(stream, 'finish')
      return stream.bytesWritten
    },
  }
}
