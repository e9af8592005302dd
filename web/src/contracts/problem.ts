/** `application/problem+json` of every function; `errors` names the fields that are wrong. */
export type CorpsProbleme = {
  title?: string
  status?: number
  detail?: string
  code?: string
  instance?: string
  requestId?: string
  errors?: { field?: string; path?: string; message?: string }[]
}
