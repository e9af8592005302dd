/** `application/problem+json` of every function; `detail` is a sentence in French that may be shown. */
export type CorpsProbleme = {
  title?: string
  status?: number
  detail?: string
  code?: string
  instance?: string
  requestId?: string
}
