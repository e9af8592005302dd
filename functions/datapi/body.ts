import type { Context } from 'hono'
import type * as z from 'zod'
import { AppError } from '../../shared/domain/errors.ts'

/** Greatest body that is read. */
export const MAX_BODY_BYTES = 1_000_000

/**
 * The JSON of a body (datapi §3.0): `null` and no body are an empty object. Throws 413 above `MAX_BODY_BYTES`, 415 for another type of
 * content, 400 for what is not JSON.
 */
export const readBody = async (context: Context): Promise<unknown> => {
  if (Number(context.req.header('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  const bytes = await context.req.arrayBuffer()
  if (bytes.byteLength > MAX_BODY_BYTES) throw tooLarge()
  if (bytes.byteLength === 0) return {}
  const type = context.req.header('content-type') ?? ''
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type))
    throw new AppError('CONTENT_TYPE_REFUSED', 'Le corps doit être du JSON (Content-Type: application/json).')
  let body: unknown
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new AppError('INPUT_INVALID', 'Le corps n’est pas du JSON.', {
      cause,
    })
  }
  return body ?? {}
}

const tooLarge = (): AppError => new AppError('INPUT_TOO_LARGE', 'Le corps dépasse 1 Mo.')

/**
 * Parses values by a schema. Names of properties are matched whatever their case, unknown ones are left out, and null is absent (datapi §3.0,
 * §9 trap 14). Throws `INPUT_INVALID`, which names the fields at fault and never repeats what was sent.
 */
export const parseInput = <Schema extends z.ZodObject>(schema: Schema, value: unknown): z.output<Schema> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new AppError('INPUT_INVALID', 'Un objet JSON est attendu.')
  const names = new Map(Object.keys(schema.shape).map((name) => [name.toLowerCase(), name]))
  const chosen: Record<string, unknown> = {}
  for (const [name, content] of Object.entries(value)) {
    const known = names.get(name.toLowerCase())
    if (known !== undefined && content !== null) chosen[known] = content
  }
  const parsed = schema.safeParse(chosen)
  if (parsed.success) return parsed.data
  const champs = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))]
  throw new AppError('INPUT_INVALID', `Valeur refusée : ${champs.join(', ')}.`, { details: { champs } })
}
