import { canonicalJson } from './canonical-json.ts'
import { EXTENDED, type Kind, WRITTEN } from './content-fields.ts'
import type { Entry, EntryValue } from './entity.ts'

/** What an entry is hashed with. `aside`: the fields that are hashed and not stored, by their names in the hash (`NumeroCompte` of `ccsf`). */
export type Hashing = { readonly extensions: boolean; readonly aside?: Readonly<Record<string, string>> }

/** The text that is hashed, field after field. `ContentForm` writes the same bytes faster. */
export const contentText = (type: string, key: string, value: Entry, { extensions, aside }: Hashing): string => {
  const written = (extensions ? EXTENDED : WRITTEN)[type]
  if (written === undefined) return canonicalJson(value)
  let text = ''
  for (const { name, field, kind, before } of written) {
    text += before
    if (field === undefined) text += '""'
    else if (field === '') text += `"${key}"`
    else if (field === '#') text += `"${aside?.[name] ?? ''}"`
    else text += textOf(kind, value[field])
  }
  return `${text}}`
}

const textOf = (kind: Kind, value: EntryValue | undefined): string => {
  switch (kind) {
    case 'text':
      return `"${typeof value === 'string' ? value : ''}"`
    case 'integer':
      return String(typeof value === 'number' ? value : 0)
    case 'decimal':
      return scientific(typeof value === 'number' ? value : 0)
    case 'boolean':
      return value === true ? 't' : 'f'
    case 'date':
      return dateText(value)
    case 'optional-date':
      return value instanceof Date ? dateText(value) : NO_VALUE
    case 'interval':
      return intervalText(value)
  }
}

/** What a Go program says of a date that it has not. */
export const NO_VALUE = '<invalid Value>'

/** 0001-01-01T00:00:00Z, the date that it has when it has none. */
const ZERO = Date.parse('0001-01-01T00:00:00Z')

export const dateText = (value: EntryValue | undefined): string =>
  `{ext:${((value instanceof Date ? value.getTime() : ZERO) - ZERO) / 1000},loc:${NO_VALUE},wall:0}`

export const intervalText = (value: EntryValue | undefined): string => {
  const { start, end } = value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date) ? value : NO_BOUNDS
  return `{End:${dateText(end)},Start:${dateText(start)}}`
}
const NO_BOUNDS: Readonly<Record<string, EntryValue>> = {}

/** Shortest digits that round-trip, `E`, a sign and two exponent digits at least: 1959.07 is `1.95907E+03`. */
export const scientific = (value: number): string => {
  const text = Object.is(value, -0) ? '-0e+0' : value.toExponential()
  const mark = text.lastIndexOf('e')
  const exponent = text.slice(mark + 2)
  return `${text.slice(0, mark)}E${text[mark + 1]}${exponent.length < 2 ? '0' : ''}${exponent}`
}
