import { FILTER_SOURCE, type SourceFacts } from '../domain/spine/spine.ts'
import { isSourceName, sourceOf } from './index.ts'

/** What the spine asks of a source, from the registry. A `filter` file is a perimeter, and needs none. */
export const sourceFacts: SourceFacts = {
  isStock: (source) => isSourceName(source) && sourceOf(source).delivery === 'stock',
  typeOf: (source) => (isSourceName(source) ? sourceOf(source).tupleType : source),
  usesPerimetre: (source) => source !== FILTER_SOURCE,
  usesMapping: (source) => isSourceName(source) && (sourceOf(source).mapping || source === 'admin_urssaf'),
}
