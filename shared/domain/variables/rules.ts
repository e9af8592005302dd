/**
 * Which version of each rule computes the variables: `2023` is the last reference, `2026` its successor with the corrections of refine §5.
 * A rule that changes the inputs of a model and not the model is a drift: a model is trained and run on the same rules.
 */
export type Version = '2023' | '2026'

export type Rules = {
  /** Debts by accounting period (refine §5.1) instead of the chain of their history (§3.7). */
  debits: Version
  /** Partial activity summed over all requests and consumptions (§5.2) instead of request by request (§3.13). */
  apart: Version
  /** Proceedings of the whole SIREN, ended and expired ones discarded (§5.3), instead of the last event of the établissement (§3.10). */
  procols: Version
  /** Headcounts added over accounts and carried forward only (§5.5) instead of the last account, carried everywhere (§3.6). */
  effectifs: Version
  /** Régions of today, Corsica and overseas included (§5.6), instead of those of annex D. */
  regions: Version
  /** A missing type among cotisation and debit is read as empty, instead of hiding the other (§3.7). */
  dettes: Version
  /** Variables of the entreprise on every month, instead of those with accounts in force only (§3.17). */
  entreprises: Version
  /** Sheets show the last description of the entreprise (§4.3), and partial activity by month besides its requests and consumptions (§5.2). */
  fiches: Version
}

const all = (version: Version): Rules => ({
  debits: version,
  apart: version,
  procols: version,
  effectifs: version,
  regions: version,
  dettes: version,
  entreprises: version,
  fiches: version,
})

/** The reference, which the conformance samples follow. */
export const RULES_2023: Rules = all('2023')

/** Every rule of 2026 that refine §5 asks to adopt or to be able to switch; cotisations keep the spreading of 2023 (§5.4). */
export const RULES_2026: Rules = all('2026')

/** Production: what refine §5 marks "adopt". Partial activity keeps 2023 for the model, and 2026 on the sheets (§5.2). */
export const DEFAULT_RULES: Rules = { ...RULES_2026, apart: '2023' }

const PRESETS: ReadonlyMap<string, Rules> = new Map([
  ['default', DEFAULT_RULES],
  ['2023', RULES_2023],
  ['2026', RULES_2026],
])

/** Can this text name rules? See `rulesOf`. */
export const isRules = (text: string): boolean => parse(text) !== undefined

/** Rules by their text: a set (`default`, `2023`, `2026`), then the rules that differ from it, as in `default,apart=2026`. Throws for any other text. */
export const rulesOf = (text: string): Rules => {
  const rules = parse(text)
  if (rules === undefined) throw new RangeError(`no rules are named « ${text} »`)
  return rules
}

const parse = (text: string): Rules | undefined => {
  const [name = '', ...others] = text.split(',')
  let rules = PRESETS.get(name)
  for (const other of others) {
    const [rule = '', version = ''] = other.split('=')
    if (rules === undefined || !Object.hasOwn(rules, rule) || (version !== '2023' && version !== '2026') || other !== `${rule}=${version}`) return undefined
    rules = { ...rules, [rule]: version }
  }
  return rules
}
