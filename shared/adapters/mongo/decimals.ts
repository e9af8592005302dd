import { Double } from 'mongodb'
import { decimalFieldsOf } from '../../domain/content-fields.ts'
import type { Entry } from '../../domain/entity.ts'

type ByBatch = Readonly<Record<string, object>>

/**
 * A value of ImportedData or RawData as MongoDB keeps it: decimals are doubles even when they are whole (raw-formats §1.11), of which the driver would make
 * integers. Read again, they are numbers. What has no such decimal is given as it is.
 */
export const withDoubles = <Value extends { readonly batch: ByBatch }>(value: Value): Value => {
  const batch = changed(value.batch, (types) => changed(types as ByBatch, storedEntries))
  return batch === value.batch ? value : { ...value, batch }
}

const storedEntries = (entries: object, type: string): object => {
  const fields = decimalFieldsOf(type)
  return fields.length === 0 ? entries : changed(entries as Record<string, Entry>, (entry) => storedEntry(entry, fields))
}

const storedEntry = (entry: Entry, fields: readonly string[]): Entry => {
  let stored: Record<string, unknown> | undefined
  for (const field of fields) {
    const amount = entry[field]
    if (typeof amount !== 'number' || !Number.isInteger(amount)) continue
    stored ??= { ...entry }
    stored[field] = new Double(amount)
  }
  return stored === undefined ? entry : (stored as Entry)
}

/** The same object when `change` changes nothing of it. */
const changed = <Item extends object>(items: Readonly<Record<string, Item>>, change: (item: Item, name: string) => Item): Readonly<Record<string, Item>> => {
  let copy: Record<string, Item> | undefined
  for (const name in items) {
    const item = items[name]
    const now = item === undefined ? item : change(item, name)
    if (now === undefined || now === item) continue
    copy ??= { ...items }
    copy[name] = now
  }
  return copy ?? items
}
