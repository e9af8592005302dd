import * as z from 'zod'

/** What a level of tests gave. A file that cannot be loaded and an error that no test awaited count as a failure each. */
export const LevelReport = z.strictObject({
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  failures: z.array(z.string()),
})
export type LevelReport = z.infer<typeof LevelReport>
