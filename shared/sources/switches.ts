/**
 * Where the reference of 2026 contradicts the expected files of 2023, a named switch chooses (raw-formats §3.2). `departementFrom`:
 * `commune-or-postal` is the commune's, and the postal code's when the commune code is absent.
 */
export type Switches = {
  readonly keepZeroEffectif: boolean
  readonly departementFrom: 'postal' | 'commune' | 'commune-or-postal'
  readonly skipNonNafRev2: boolean
  readonly apeWithDot: boolean
  readonly motifRange: boolean
  readonly extensions: boolean
  /** Sources that are imported in full, whatever the périmètre. */
  readonly bypassFilter: readonly string[]
}

/** The values of 2023, which `parse-file` uses. */
export const defaultSwitches: Switches = {
  keepZeroEffectif: false,
  departementFrom: 'postal',
  skipNonNafRev2: false,
  apeWithDot: false,
  motifRange: false,
  extensions: false,
  bypassFilter: [],
}

/** The values that the pipeline uses. */
export const productionSwitches: Switches = {
  ...defaultSwitches,
  keepZeroEffectif: true,
  departementFrom: 'commune-or-postal',
  extensions: true,
}

/** Applies `name=value`; nothing when the name or the value is unknown. */
export const withSwitch = (switches: Switches, setting: string): Switches | undefined => {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(setting) ?? []
  switch (name) {
    case 'keepZeroEffectif':
    case 'skipNonNafRev2':
    case 'apeWithDot':
    case 'motifRange':
    case 'extensions':
      return value === 'true' || value === 'false' ? { ...switches, [name]: value === 'true' } : undefined
    case 'departementFrom':
      return value === 'postal' || value === 'commune' || value === 'commune-or-postal' ? { ...switches, departementFrom: value } : undefined
    case 'bypassFilter': {
      if (value === undefined) return undefined
      const sources = value === '' || value === 'none' ? [] : value.split(',')
      return sources.every((source) => /^[a-z_]+$/.test(source)) ? { ...switches, bypassFilter: sources } : undefined
    }
    default:
      return undefined
  }
}
