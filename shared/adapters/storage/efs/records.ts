import { readFile } from 'node:fs/promises'
import { RECORD_MODE } from '../../../domain/deposit/placement.ts'
import { DepositRecord } from '../../../domain/deposit/record.ts'
import type { Records, StoredRecord } from '../../../domain/deposit/storage.ts'
import { AppError } from '../../../domain/errors.ts'
import { writeJson } from './durable.ts'
import { hasCode, translateFsError } from './errors.ts'
import type { TusdPaths } from './layout.ts'
import type { Custodian } from './ownership.ts'

/** Records as JSON files under `tusd/.state/`. The version of a record is its text. */
export const fileRecords = (paths: TusdPaths, custodian: Custodian): Records & { create(record: DepositRecord): Promise<StoredRecord> } => {
  const write = async (record: DepositRecord): Promise<StoredRecord> => {
    const version = await writeJson(paths.state(record.id), record, { temporary: paths.hidden('tmp'), mode: RECORD_MODE, custodian })
    return { record, version }
  }
  const read = async (id: string): Promise<StoredRecord | undefined> => {
    const text = await textOf(paths.state(id))
    return text === undefined ? undefined : { record: parse(text, id), version: text }
  }
  return {
    read,
    create: write,
    async save(next, version) {
      if ((await textOf(paths.state(next.id))) !== version) throw new AppError('VERSION_CONFLICT', 'Ce dépôt vient d’être modifié.')
      return write(next)
    },
  }
}

const textOf = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw translateFsError(error)
  }
}

const parse = (text: string, id: string): DepositRecord => {
  try {
    return DepositRecord.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error(`the record of ${id} cannot be read`, { cause })
  }
}
