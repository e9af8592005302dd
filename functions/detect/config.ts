import * as z from 'zod'
import { readConfig } from '../../shared/runtime/config.ts'
import { WORKER_VARIABLES } from '../../shared/runtime/worker-variables.ts'

/** Variables of the function. `MODELS_ROOT` holds the artefacts and the pointer to the active one. */
export const detectConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig({ ...WORKER_VARIABLES, DETECT_QUEUE_URL: z.string(), MODELS_ROOT: z.string() }, environment)
