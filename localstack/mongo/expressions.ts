import * as accumulators from 'mingo/operators/accumulator'
import * as expressions from 'mingo/operators/expression'
import { CommandError, notImplemented } from './errors.ts'
import { isDocument } from './path.ts'

const KNOWN: ReadonlySet<string> = new Set([...Object.keys(expressions), ...Object.keys(accumulators)])

/** They run code that is sent. */
const REFUSED = new Set(['$function', '$accumulator', '$where', '$meta'])

/** Refuses an expression before any document is read: mingo would only notice at the first one. `also`: other operators of the place. */
export const checkExpression = (expression: unknown, also: ReadonlySet<string> = NONE): void => {
  if (Array.isArray(expression)) for (const item of expression) checkExpression(item, also)
  if (!isDocument(expression)) return
  for (const [name, operand] of Object.entries(expression)) {
    if (REFUSED.has(name)) throw notImplemented(name)
    if (name.startsWith('$') && !KNOWN.has(name) && !also.has(name)) {
      throw new CommandError('InvalidPipelineOperator', `Unrecognized expression '${name}'`)
    }
    if (name !== '$literal' && name !== '$elemMatch') checkExpression(operand, also)
  }
}

const NONE: ReadonlySet<string> = new Set()
