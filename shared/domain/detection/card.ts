import type { Artefact } from './artefact.ts'
import type { Evaluated, Metrics } from './evaluate.ts'

/** The card of an artefact: what a reader should know before activating it, in Markdown. `origin` says what it was trained on. */
export const cardOf = (
  artefact: Artefact,
  metrics: Evaluated & { outOfTime: ({ trainedTo: string; testedFrom: string } & { drop: Metrics; keep: Metrics }) | null },
  origin: string,
): string => {
  const { trainedOn, thresholds, calibration, model } = artefact
  const percent = (x: number): string => `${(100 * x).toFixed(1)} %`
  const row = (name: string, m: Metrics): string =>
    `| ${name} | ${m.rows} | ${m.sirens} | ${percent(m.prior)} | ${m.ap.toFixed(3)} | ${m.lift.toFixed(1)} | ${m.auc.toFixed(3)} | ` +
    `${m.red.f.toFixed(2)} · ${m.red.precision.toFixed(2)} · ${m.red.recall.toFixed(2)} · ${percent(m.red.alertShare)} | ` +
    `${m.orange.f.toFixed(2)} · ${m.orange.precision.toFixed(2)} · ${m.orange.recall.toFixed(2)} · ${percent(m.orange.alertShare)} |`
  const oot = metrics.outOfTime
  const lines = [
    `# ${artefact.id}`,
    '',
    origin,
    '',
    `- Model: ${model.type}, feature set ${artefact.featureSet}, target: entry into a procédure collective within ${artefact.target.horizonMonths} months, companies already in procedure left out.`,
    `- Rows: ${trainedOn.rows} of ${trainedOn.sirens} SIRENs, months ${trainedOn.from.slice(0, 7)} to ${trainedOn.to.slice(0, 7)}, ${trainedOn.positives} positive; seed ${trainedOn.seed}, split seed ${trainedOn.splitSeed}.`,
    `- Thresholds, chosen on the validation rows: F1 (red) ${thresholds.F1.toFixed(4)}, F2 (orange) ${thresholds.F2.toFixed(4)}. Calibration: ${calibration.kind}.`,
    `- sha256: \`${artefact.sha256}\``,
    '',
    'Red and orange: F (β 0.5, β 2) · precision · recall · share of the rows in alert; orange includes red.',
    '',
    '| rows | n | SIRENs | prior | AP | lift | ROC AUC | red | orange |',
    '|---|---|---|---|---|---|---|---|---|',
    row('validation, without strong signals', metrics.validation.drop),
    row('**test, without strong signals**', metrics.test.drop),
    row('test, strong signals kept', metrics.test.keep),
    row('test, last row of each SIREN', metrics.testLastRow),
    ...(oot ? [row(`test from ${oot.testedFrom.slice(0, 7)}, trained to ${oot.trainedTo.slice(0, 7)}`, oot.drop)] : []),
    '',
    `95 % intervals on test (bootstrap by SIREN): AP ${metrics.intervals.ap.map((x) => x.toFixed(3)).join('–')}, red F ${metrics.intervals.redF.map((x) => x.toFixed(2)).join('–')}, orange F ${metrics.intervals.orangeF.map((x) => x.toFixed(2)).join('–')}.`,
    '',
    `AP lost when a theme is shuffled: ${Object.entries(metrics.permutation)
      .map(([theme, lost]) => `${theme} ${lost.toFixed(3)}`)
      .join(', ')}.`,
    '',
    'The score says « looks like companies that failed », not « will fail ».',
    '',
  ]
  return lines.join('\n')
}
