import * as z from 'zod'

/** Signed contributions by theme or by variable, 0…1; keys are ASCII. */
const Contributions = z.record(z.string(), z.number())

/** [theme, variable], the strongest first. */
const Selection = z.array(z.tuple([z.string(), z.string()]))

/**
 * What `Scores` holds of one SIREN in one list (detect §8.1), as far as publication reads it: other fields are left aside. `level` is 0, 1
 * (orange, F2) or 2 (red, F1) after rules, `levelBefore` before them. Explanations exist for alerts only.
 */
export const ScoreDocument = z.object({
  list: z.string().regex(/^\d{4}$/),
  siren: z.string().regex(/^\d{9}$/),
  periode: z.date(),
  algo: z.string(),
  artefact: z.string(),
  score: z.number(),
  probability: z.number().nullish(),
  level: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  levelBefore: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  macroExpl: Contributions.nullish(),
  microExpl: Contributions.nullish(),
  macroRadar: Contributions.nullish(),
  explSelection: z
    .object({
      selectConcerning: Selection.default([]),
      selectReassuring: Selection.default([]),
    })
    .nullish(),
  redressements: z.array(z.string()).default([]),
})

export type ScoreDocument = z.infer<typeof ScoreDocument>
