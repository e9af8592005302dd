import * as z from 'zod'
import { readConfig, withDefault } from '../../shared/runtime/config.ts'
import { WORKER_VARIABLES } from '../../shared/runtime/worker-variables.ts'

/** Variables of the function. `RULES` are the rules of the variables (refine §5). */
export const refineConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig({ ...WORKER_VARIABLES, DETECT_QUEUE_URL: z.string(), RULES: withDefault(z.enum(['default', '2023', '2026']), 'default') }, environment)
