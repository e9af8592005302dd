import type { Director } from '../director.ts'
import { monthFiles } from '../scenario.ts'

type Month = Parameters<typeof monthFiles>[2]

/** The files of an ordinary month arrive; it opens, is computed, and its list is published. */
export const openMonth = async (director: Director, batch: string, sirens: readonly string[], options: Month = {}): Promise<void> => {
  director.deposit(...monthFiles(batch, sirens, options))
  await director.rest()
}
