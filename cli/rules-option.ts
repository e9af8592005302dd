import { InvalidArgumentError, Option } from 'commander'
import { isRules } from '../shared/domain/variables/rules.ts'

/** `--rules`: a set of rules, then those that differ from it (refine §5). */
export const rulesOption = (description: string): Option =>
  new Option('--rules <rules>', `${description}: default, 2023 or 2026, then those that differ (default,apart=2026)`).default('default').argParser((text) => {
    if (!isRules(text)) throw new InvalidArgumentError('default, 2023 or 2026 is expected, then rules such as apart=2026.')
    return text
  })
