import * as z from 'zod'
import { AppError } from '../domain/errors.ts'

/**
 * Reads the variables that `shape` names and nothing else, once, when a function loads. An empty variable counts as
 * missing. Throws `CONFIG_INVALID` with one line that names every variable at fault.
 */
export const readConfig = <Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): z.infer<z.ZodObject<Shape>> => {
  const chosen = Object.fromEntries(Object.keys(shape).map((name) => [name, environment[name] === '' ? undefined : environment[name]]))
  const parsed = z.strictObject(shape).safeParse(chosen)
  if (parsed.success) return parsed.data as z.infer<z.ZodObject<Shape>>
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new AppError('CONFIG_INVALID', `environment refused: ${faults.join('; ')}`, { details: { faults } })
}

/** Whole number in a variable, with bounds. */
export const integer = (minimum: number, maximum = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^-?\d+$/, 'whole number expected')
    .transform(Number)
    .pipe(z.number().int().min(minimum).max(maximum))

/** `true` or `false`, nothing else. */
export const boolean = z.enum(['true', 'false']).transform((text) => text === 'true')

/** A list separated by commas, without blanks or empty items. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

/** `variable` with a default for when it is missing. The default is written as it would be in the environment. */
export const withDefault = <Schema extends z.ZodType>(schema: Schema, text: string) =>
  z
    .string()
    .optional()
    .transform((value) => value ?? text)
    .pipe(schema as unknown as z.ZodType<z.output<Schema>, string>)

/** `LOCAL_TIME_SCALE`: what delays are multiplied by; 1 but in the local run. */
export const timeScale = withDefault(z.coerce.number().positive().max(1), '1')
