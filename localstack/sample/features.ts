import type { TrainingEntity } from '../../shared/domain/detection/dataset.ts'
import type { Entries, RawValue } from '../../shared/domain/entity.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { FeatureColumns } from '../../shared/domain/features.ts'
import { monthFromIndex } from '../../shared/domain/month.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import { computeFeatures } from '../../shared/domain/variables/compute.ts'
import { DEFAULT_RULES } from '../../shared/domain/variables/rules.ts'
import { openParser, type Parser, productionSwitches, sourceOf } from '../../shared/sources/index.ts'
import type { Company } from './company.ts'
import { companiesOf, FILES, type SampleOptions, worldOf } from './generate.ts'
import { type Delivery, EFFECTIF_LAG } from './rows.ts'

export type SampleEntity = TrainingEntity & {
  /** The fragility that made the data, by month: the best that any model could rank by. */
  hidden: Float64Array
}

/**
 * Features of the entreprises of a sample, entreprise by entreprise, in memory: the rows of its files through the parsers, then the computation of
 * variables that refine runs. Only deposits, queues and databases are left out; the last delivery is the only one, its faulty rows are absent.
 */
export async function* sampleFeatures(options: Pick<SampleOptions, 'companies' | 'seed' | 'batch' | 'origin'>): AsyncGenerator<SampleEntity> {
  const world = worldOf({ ...options, batches: 1, directory: '' })
  const delivery: Delivery = { world, known: world.months, form: '2026' }
  const reader = readerOf(delivery)
  for (const { company, large } of companiesOf(world, options.companies)) {
    if (!large || company.life.start >= world.months) continue
    const features: FeatureColumns[] = []
    for await (const columns of featuresOf(company, delivery, options.batch, reader)) features.push(columns)
    yield { siren: company.siren, features, hidden: company.life.fragility }
  }
}

/** RawData of one entreprise and of its établissements, by key, as one import of its rows leaves them. */
export type Reader = (company: Company, batch: string) => Map<string, RawValue>

/** The parsers of the files of a delivery, opened once. */
export const readerOf = (delivery: Delivery): Reader => {
  const opened = FILES.filter(({ source }) => source !== 'admin_urssaf').map((file) => {
    const separator = file.source.startsWith('sirene') ? ',' : ';'
    const parser: { fatal: string } | Parser = openParser(sourceOf(file.source), file.header(delivery).split(separator), {
      switches: productionSwitches,
      hash: false,
    })
    if ('fatal' in parser) throw new AppError('FILE_NOT_WHAT_IT_CLAIMS', `${file.name} : ${parser.fatal}`)
    return { file, separator, parser }
  })
  return (company, batch) => {
    const values = new Map<string, RawValue>()
    for (const { file, separator, parser } of opened) {
      let record = 0
      for (const row of file.rows(company, delivery)) {
        record += 1
        for (const { type, scope, key, value } of parser.parse({ line: record + 1, record, cells: row.split(separator) }).tuples) {
          const raw = values.get(key) ?? { key, scope, index: { algo2: true }, batch: { [batch]: {} } }
          values.set(key, raw)
          const types = raw.batch[batch] as Record<string, Entries>
          const entries = types[type] ?? {}
          types[type] = entries
          // Nothing compares these entries: their rank is as good a key as their hash.
          entries[`${record}-${Object.keys(value).length}-${rankOf(value)}`] = value
        }
      }
    }
    return values
  }
}

/** Wide rows give one entry by month: their period tells them apart. */
const rankOf = (value: Record<string, unknown>): string => (value['periode'] instanceof Date ? value['periode'].toISOString().slice(0, 7) : '')

export const featuresOf = (company: Company, { world, known }: Delivery, batch: string, reader: Reader): AsyncGenerator<FeatureColumns> => {
  const values = reader(company, batch)
  const month = (number: number): Date => monthFromIndex(world.origin + number)
  return computeFeatures({
    siren: company.siren,
    entreprise: values.get(company.siren),
    etablissements: () => [...values.values()].filter(({ key }) => !isSiren(key)),
    window: { dateDebut: month(0), dateFin: month(known), dateFinEffectif: month(known - EFFECTIF_LAG - 1) },
    batch,
    rules: DEFAULT_RULES,
  })
}
