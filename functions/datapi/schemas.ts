import * as z from 'zod'

/** Parts of bodies and paths, with the limits of datapi §8: nothing is read without a bound. */
export const Siren = z.string().regex(/^\d{9}$/)
export const Siret = z.string().regex(/^\d{14}$/)

const MAX_ITEMS = 200

/** Codes of a filter. */
export const Codes = z.array(z.string().max(50)).max(MAX_ITEMS)

export const Amount = z.number().min(-1e15).max(1e15)

/** `A` open, `F` closed. */
export const Etat = z.enum(['A', 'F'])

export const Page = z.int().min(0).max(100_000)

/** Text without the character that PostgreSQL cannot hold. */
export const text = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .refine((value) => !value.includes('\0'))

/** A day, or an instant of which the day counts. */
export const Jour = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}/)
  .max(40)
  .transform((value) => value.slice(0, 10))
  .refine((value) => !Number.isNaN(Date.parse(value)))
