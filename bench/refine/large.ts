/** One SIREN of many établissements, from what was imported of them to what agents read: what each of the three stages takes, and the most that it holds. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { startPostgres } from '../../localstack/postgres.ts'
import { migrate } from '../../shared/adapters/postgres/migrate.ts'
import type { ImportedDocument } from '../../shared/domain/spine/documents.ts'
import type { InProcess } from '../in-process.ts'
import { type Figure, mebibytes } from '../measure.ts'

export const LARGE_STAGES = ['refine', 'detect', 'publish'] as const
export type LargeStage = (typeof LARGE_STAGES)[number]

type Taken = { wall: number; cpu: number; peakBytes: number }

/** What was imported for one établissement that has a headcount, of every source. */
export const modelOf = async ({ db, spine }: InProcess): Promise<ImportedDocument[]> => {
  const found = await db.collection<{ _id: string; siren: string; key: string }>('ImportedData').findOne({ source: 'effectif' })
  if (found === null) throw new Error('no établissement has a headcount')
  return (await spine.store.entities.imported([found.siren])).filter(({ key }) => key === found.key)
}

/** `model` under as many other SIRETs of its SIREN, as if the files of the month had named them all; the other SIRENs are left where they are. */
export const largeSiren = async (
  platform: InProcess,
  model: readonly ImportedDocument[],
  { batch, etablissements, directory, onStep }: { batch: string; etablissements: number; directory: string; onStep: (step: string) => void },
): Promise<Figure[]> => {
  const { db, spine, uri } = platform
  const siren = model[0]?.siren ?? ''
  await db.collection<{ _id: string }>('Ledger').updateMany({ _id: { $ne: siren } }, { $set: { stage: 'done' } })
  for (let number = 0; number < etablissements; number += 200) {
    const copies = Array.from({ length: Math.min(200, etablissements - number) }, (_, i) => `${siren}${String(99_999 - number - i).padStart(5, '0')}`)
    await spine.store.entities.putImported(
      copies.flatMap((key) =>
        model.map((document) => ({ ...document, id: document.id.replaceAll(document.key, key), key, value: { ...document.value, key } })),
      ),
    )
  }
  await spine.store.ledger.touch([siren], { batch })
  const postgres = await startPostgres({ directory: path.join(directory, 'postgres'), scratch: directory })
  try {
    await migrate(postgres.url)
    const figures: Figure[] = []
    for (const stage of LARGE_STAGES) {
      const { stdout } = await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, 'large-once.ts'), stage, uri, postgres.url])
      const { wall, cpu, peakBytes }: Taken = JSON.parse(stdout)
      onStep(`${stage} of the large SIREN`)
      const name = `${stage} of a SIREN of ${etablissements} établissements`
      figures.push({ name, value: cpu, unit: 's cpu' }, { name: '  its time', value: wall, unit: 's' })
      figures.push({ name: '  its peak memory', value: mebibytes(peakBytes), unit: 'MiB', goal: 'under 512 MiB' })
    }
    const left = await db.collection<{ _id: string; stage: string }>('Ledger').findOne({ _id: siren })
    if (left?.stage !== 'done') throw new Error(`the large SIREN stands at ${left?.stage}`)
    const written = await db.collection('Features').countDocuments({ siren })
    if (written < etablissements) throw new Error(`${written} documents of variables for ${etablissements} établissements`)
    return figures
  } finally {
    await postgres.stop()
  }
}
