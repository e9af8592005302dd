import * as z from 'zod'
import { isRules } from '../../shared/domain/variables/rules.ts'
import { readConfig, withDefault } from '../../shared/runtime/config.ts'
import { WORKER_VARIABLES } from '../../shared/runtime/worker-variables.ts'

const RulesText = z.string().refine(isRules, 'default, 2023 or 2026, then the rules that differ from it: default,apart=2026')

/** Variables of the function. `RULES` are the rules of the variables (refine §5). */
export const refineConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig({ ...WORKER_VARIABLES, DETECT_QUEUE_URL: z.string(), RULES: withDefault(RulesText, 'default') }, environment)
