/** What the rules cannot bear is the error of one SIREN, which is set aside; any other is one of the environment, and its page is tried again. */
export class RulesError extends Error {}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Runs a rule. Throws `RulesError` for whatever it throws. */
export const byRules = <Result>(work: () => Result): Result => {
  try {
    return work()
  } catch (error) {
    throw new RulesError(messageOf(error), { cause: error })
  }
}

/** What comes of a SIREN that is worked at alone, or the error of its own; any other error is thrown. */
export const orItsError = async <Result>(work: () => Promise<Result>): Promise<Result | { error: string }> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RulesError) return { error: error.message }
    throw error
  }
}
