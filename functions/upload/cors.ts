/** Headers that a page of an allowed origin may read (upload §1.4). */
const EXPOSED =
  'Location, Tus-Checksum-Algorithm, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset'

const REQUEST_HEADERS =
  'Authorization, Content-Type, Tus-Resumable, Upload-Checksum, Upload-Length, Upload-Metadata, Upload-Offset, X-HTTP-Method-Override, X-Requested-With, X-Request-ID'

/** On every answer to an allowed origin, errors included; never `*`, no credentials. */
export const corsHeaders = (origin: string | undefined): Record<string, string> =>
  origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'Origin', 'access-control-expose-headers': EXPOSED }

export const preflightHeaders = (origin: string | undefined): Record<string, string> =>
  origin === undefined
    ? {}
    : { 'access-control-allow-methods': 'OPTIONS, POST, HEAD, PATCH', 'access-control-allow-headers': REQUEST_HEADERS, 'access-control-max-age': '86400' }
