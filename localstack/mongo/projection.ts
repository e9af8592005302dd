import { Query } from 'mingo'
import { CommandError, notImplemented } from './errors.ts'
import { checkExpression } from './expressions.ts'
import { type Document, dropFields, keepFields, toBuffer, toDocument } from './raw.ts'

/** A compiled projection, or nothing when everything is asked. */
export type Projection = (buffer: Buffer) => Buffer

const PROJECTION_OPERATORS: ReadonlySet<string> = new Set(['$elemMatch', '$slice'])

/** Whole top-level fields are copied as bytes; anything finer (paths, `$slice`, expressions) is done by mingo. */
export const compileProjection = (spec: Document): Projection | undefined => {
  const entries = Object.entries(spec)
  if (entries.length === 0) return undefined
  const flags = entries.map(([, value]) => (typeof value === 'number' || typeof value === 'boolean' ? Boolean(value) : undefined))
  const fields = entries.flatMap(([path], i) => (path === '_id' ? [] : [{ path, flag: flags[i] }]))
  const included = fields.some(({ flag }) => flag === true)
  if (included && fields.some(({ flag }) => flag === false)) {
    throw new CommandError('BadValue', 'Cannot do exclusion in inclusion projection')
  }
  const simple = flags.every((flag) => flag !== undefined) && fields.every(({ path }) => !path.includes('.') && !path.includes('$'))
  const id = '_id' in spec ? Boolean(spec._id) : undefined
  if (simple) {
    const names = new Set(fields.map(({ path }) => path))
    if (included || (fields.length === 0 && id === true)) {
      if (id !== false) names.add('_id')
      return (buffer) => keepFields(buffer, names)
    }
    if (id === false) names.add('_id')
    return (buffer) => dropFields(buffer, names)
  }
  if (fields.some(({ path }) => path.includes('$'))) throw notImplemented('a positional projection')
  checkExpression(spec, PROJECTION_OPERATORS)
  const query = new Query({})
  return (buffer) => {
    const [projected = {}] = query.find<Document>([toDocument(buffer)], spec as never).all()
    return toBuffer(projected)
  }
}
