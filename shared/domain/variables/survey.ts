import * as z from 'zod'
import { stateAt } from '../compaction/state.ts'
import type { RawValue } from '../entity.ts'
import { writeApart } from './apart.ts'
import { writeDettes } from './dette.ts'
import { writeEffectifs } from './effectif.ts'
import { isSiege } from './exclusion.ts'
import type { Columns, Frame } from './frame.ts'
import { ACTIONS, collectProcols, inOrder, type ProcolEvent, procolKey } from './procol-siren.ts'
import { addToSommes, emptySommes, type Sommes } from './sommes.ts'

/**
 * What the first pass over the établissements of a SIREN leaves: sums by month over the perimeter, proceedings and head office over all. Its size
 * depends on the window, not on how many they are (refine §6.4).
 */
export type Survey = { sommes: Sommes; procols: Map<string, ProcolEvent>; hasSiege: boolean }

export const emptySurvey = (frame: Frame): Survey => ({ sommes: emptySommes(frame.count), procols: new Map(), hasSiege: false })

/** Adds an établissement, as it stands at `batch`. To be called in one order of SIRETs: additions of doubles depend on it. */
export const addToSurvey = (survey: Survey, etablissement: RawValue, batch: string, frame: Frame): void => {
  const state = stateAt(etablissement, batch)
  collectProcols(survey.procols, state.get('procol'))
  survey.hasSiege ||= isSiege(state.get('sirene'))
  if (!etablissement.index.algo2) return
  // the columns that sums read, and no other: the second pass computes the rest
  const columns: Columns = {}
  writeApart(columns, frame, state.get('apconso'), state.get('apdemande'))
  writeEffectifs(columns, frame, 'effectif', state.get('effectif'))
  writeDettes(columns, frame, state.get('cotisation'), state.get('debit'))
  addToSommes(survey.sommes, columns, frame)
}

/** The proceedings of the SIREN, each told once, in order. */
export const procolsOf = (survey: Survey): ProcolEvent[] => inOrder(survey.procols.values())

/** Sums may be infinite, or no number at all where an amount is missing: zod's own numbers are neither. */
const sum = z.custom<number | null>((value) => typeof value === 'number' || value === null).transform((value) => value ?? undefined)
const sums = z.array(sum)
const storedSurvey = z.object({
  sommes: z.object({ effectif: sums, apart: sums, debit: sums, etablissements: z.number() }),
  procols: z.array(z.object({ action: z.enum(ACTIONS), stade: z.string(), date: z.date() })),
  hasSiege: z.boolean(),
})

/** As any store of BSON keeps it whole: an unknown sum is null. */
export const encodeSurvey = ({ sommes, procols, hasSiege }: Survey): z.input<typeof storedSurvey> => {
  const list = (values: readonly (number | undefined)[]): (number | null)[] => values.map((value) => value ?? null)
  return {
    sommes: { effectif: list(sommes.effectif), apart: list(sommes.apart), debit: list(sommes.debit), etablissements: sommes.etablissements },
    procols: [...procols.values()],
    hasSiege,
  }
}

/** The opposite of `encodeSurvey`. */
export const decodeSurvey = (stored: unknown): Survey => {
  const { sommes, procols, hasSiege } = storedSurvey.parse(stored)
  return { sommes, procols: new Map(procols.map((event) => [procolKey(event), event])), hasSiege }
}
