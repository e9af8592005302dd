import { AppError } from '../errors.ts'

/** Keys that the server alone sets, compared without case (upload §1.1 rules 11 and 12). */
const RESERVED: ReadonlySet<string> = new Set(['goup-path', 'email'])

const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

const MAX_HEADER = 4096
const MAX_KEYS = 32
const MAX_FILENAME = 255
const MAX_FILETYPE = 127

const KEY = /^[\x21-\x2b\x2d-\x7e]+$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The alphabet and the padding of RFC 4648 §4, nothing else; an empty text is one. */
export const isBase64 = (text: string): boolean => BASE64.test(text)

/** The blanks of a header. `trim` would take others away, which belong to what the client wrote. */
const BLANKS_AROUND = /^[ \t]+|[ \t]+$/g

/** Keeps a byte order mark: values are what was received. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads the header `Upload-Metadata` (upload §1.5). Spaces around a pair are tolerated, a key alone has an empty value.
 * Throws `INPUT_INVALID`.
 */
export const parseMetadata = (header: string | undefined): Record<string, string> => {
  const metadata: Record<string, string> = {}
  if (header === undefined || header.replace(BLANKS_AROUND, '') === '') return metadata
  if (header.length > MAX_HEADER) throw invalid(`L’en-tête Upload-Metadata dépasse ${MAX_HEADER} caractères.`)
  const pairs = header.split(',')
  if (pairs.length > MAX_KEYS) throw invalid(`L’en-tête Upload-Metadata a plus de ${MAX_KEYS} clés.`)
  for (const pair of pairs) {
    const [key = '', value = '', ...rest] = pair.replace(BLANKS_AROUND, '').split(/[ \t]+/)
    if (!KEY.test(key) || rest.length > 0) throw invalid('Une clé de Upload-Metadata est mal formée.')
    if (FORBIDDEN.has(key)) throw invalid('Une clé de Upload-Metadata est interdite.')
    if (Object.hasOwn(metadata, key)) throw invalid('Une clé de Upload-Metadata est présente deux fois.')
    metadata[key] = textOf(value)
  }
  if ((metadata.filename ?? '').length > MAX_FILENAME) throw invalid(`Le nom du fichier dépasse ${MAX_FILENAME} caractères.`)
  if ((metadata.filetype ?? '').length > MAX_FILETYPE) throw invalid(`Le type du fichier dépasse ${MAX_FILETYPE} caractères.`)
  return metadata
}

const textOf = (value: string): string => {
  if (!isBase64(value)) throw invalid('Une valeur de Upload-Metadata n’est pas en Base64.')
  try {
    return decoder.decode(Buffer.from(value, 'base64'))
  } catch (cause) {
    throw new AppError('INPUT_INVALID', 'Une valeur de Upload-Metadata n’est pas en UTF-8.', { cause })
  }
}

const invalid = (detail: string): AppError => new AppError('INPUT_INVALID', detail)

/** What the upload carries in the end: the client's pairs without the reserved keys, then those of the token. */
export const effectiveMetadata = (fromClient: Readonly<Record<string, string>>, owner: string, email: string | null): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(fromClient).filter(([key]) => !RESERVED.has(key.toLowerCase()))),
  'goup-path': owner,
  ...(email === null ? {} : { email }),
})

/** The header `Upload-Metadata` of an answer. */
export const formatMetadata = (metadata: Readonly<Record<string, string>>): string =>
  Object.entries(metadata)
    .map(([key, value]) => (value === '' ? key : `${key} ${Buffer.from(value, 'utf8').toString('base64')}`))
    .join(',')
