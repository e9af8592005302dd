/** What a command answers instead of a result: the server's own number, name and sentence, and its own fields (`keyValue`…). */
export class CommandError extends Error {
  override name = 'CommandError'
  readonly code: number
  readonly codeName: string
  readonly fields: Readonly<Record<string, unknown>>

  constructor(codeName: CodeName, message: string, fields: Record<string, unknown> = {}) {
    super(message)
    this.code = CODES[codeName]
    this.codeName = codeName
    this.fields = fields
  }
}

/** Numbers of the server (its error_codes list), under its own names. */
const CODES = {
  BadValue: 2,
  FailedToParse: 9,
  TypeMismatch: 14,
  IllegalOperation: 20,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  InvalidPipelineOperator: 168,
  NotImplemented: 238,
  BSONObjectTooLarge: 10_334,
  DuplicateKey: 11_000,
  Location40324: 40_324,
  Location40415: 40_415,
} as const

export type CodeName = keyof typeof CODES

/** A thing that MongoDB does and this server does not: refused aloud, never passed over. */
export const notImplemented = (what: string): CommandError => new CommandError('NotImplemented', `${what} is not implemented by the local stand-in`)

export type Failure = {
  code: number
  codeName: string
  errmsg: string
} & Record<string, unknown>

/** What is sent for anything thrown: errors of the libraries are values that they refuse. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof CommandError)
    return {
      ...error.fields,
      code: error.code,
      codeName: error.codeName,
      errmsg: error.message,
    }
  const message = error instanceof Error ? error.message : String(error)
  return { code: CODES.BadValue, codeName: 'BadValue', errmsg: message }
}
