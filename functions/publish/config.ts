import * as z from 'zod'
import { readConfig } from '../../shared/runtime/config.ts'
import { WORKER_VARIABLES } from '../../shared/runtime/worker-variables.ts'

/** Variables of the function: a page of SIRENs shares one transaction. */
export const publishConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig({ ...WORKER_VARIABLES, POSTGRES_URL: z.string() }, environment)
