/** What a family says of one of its variables, or of a family of lags: `name` then holds the letter N, one variable per lag. */
export type VariableDocumentation = {
  group: string
  name: string
  lags?: readonly number[]
  type: string
  unit: string
  /** Condition for the property to exist; otherwise it is absent. */
  present: string
  /** Condition for it to be null; `-` means never. */
  null: string
  formula: string
  /** True for what the platform adds to the reference (refine §3.20): not in the rows of the conformance commands. */
  addition?: boolean
}

/** Name, type, unit, present when, null when, formula, and the lags of a family. */
type Row = readonly [string, string, string, string, string, string, (readonly number[])?]

/** The documentation of a family, one line per variable. */
export const documented = (group: string, rows: readonly Row[], options: { addition?: boolean } = {}): readonly VariableDocumentation[] =>
  rows.map(([name, type, unit, present, nullWhen, formula, lags]) => ({
    group,
    name,
    type,
    unit,
    present,
    null: nullWhen,
    formula,
    ...(lags === undefined ? {} : { lags }),
    ...(options.addition === true ? { addition: true } : {}),
  }))
