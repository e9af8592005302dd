import type { Source } from './source.ts'

/** Metadata of an upload that may name the type of its file (raw-formats §4.4, upload §1.1 row 14). */
export type UploadMetadata = {
  readonly filename?: string | undefined
  readonly type?: string | undefined
  readonly typeSignauxFaibles?: string | undefined
  readonly 'goup-path'?: string | undefined
}

/**
 * The type of a file: the one that its metadata name (unknown: nothing), else `bdf` for whatever that partner sends, else by the first rule of §4.4
 * that its name meets. `filter` is a file of the périmètre.
 */
export const detectAmong = <Name extends string>(sources: readonly Source<Name>[], metadata: UploadMetadata): Name | 'filter' | undefined => {
  const rules = [FILTER, ...sources.flatMap(({ name, fileNames }) => (fileNames === undefined ? [] : [{ ...fileNames, type: name }]))].sort(
    (a, b) => a.rule - b.rule,
  )
  const named = metadata.typeSignauxFaibles ?? metadata.type
  if (named) return named === 'filter' ? 'filter' : sources.find(({ name }) => name === named)?.name
  const bdf = metadata['goup-path'] === 'bdf' ? sources.find(({ name }) => name === 'bdf') : undefined
  if (bdf !== undefined) return bdf.name
  // A name typed on macOS is decomposed: compare composed forms.
  const path = (metadata.filename ?? '').normalize('NFC')
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).replace(/\.gz$/, '')
  return rules.find(({ pattern }) => pattern.test(name))?.type
}

/** Files that list the périmètre (rule 14). */
const FILTER = { rule: 14, pattern: /^filter_/, type: 'filter' } as const
