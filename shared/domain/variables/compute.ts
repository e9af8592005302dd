import { type EntityState, stateAt } from '../compaction/compact.ts'
import type { RawValue } from '../entity.ts'
import type { BatchWindow, FeatureColumns } from '../features.ts'
import { formatMonth } from '../month.ts'
import { writeApart, writeRatioApart } from './apart.ts'
import { writeJoursDemandes } from './apart-demandes.ts'
import { writeBdf } from './bdf.ts'
import { writeCcsf } from './ccsf.ts'
import { writeCibles } from './cible.ts'
import { writeComptes } from './compte.ts'
import { writeRatiosDette } from './cotisation.ts'
import { writeDefaillances } from './defaillance.ts'
import { writeDelais } from './delai.ts'
import { writeDettes } from './dette.ts'
import { writeDiane } from './diane.ts'
import { writeEffectifs } from './effectif.ts'
import { writeEntreprise } from './entreprise.ts'
import { exclusionOf } from './exclusion.ts'
import { type Columns, type Frame, fill, frameOf, periodeAt } from './frame.ts'
import { writeNaf } from './naf.ts'
import { writePaydex } from './paydex.ts'
import { ouverturesOf, writeProcolEtat } from './procol-siren.ts'
import type { Rules } from './rules.ts'
import { writeSirene } from './sirene.ts'
import { writeSommes } from './sommes.ts'
import { addToSurvey, emptySurvey, procolsOf, type Survey } from './survey.ts'

export type ComputeInput = {
  siren: string
  entreprise?: RawValue | undefined
  /** Called twice: all établissements of the SIREN, in the same order, those outside the perimeter included. */
  etablissements: () => Iterable<RawValue> | AsyncIterable<RawValue>
  window: BatchWindow
  /** Batches after this one are ignored. */
  batch: string
  rules: Rules
}

/**
 * Variables of a SIREN, in columns: first its entreprise, then each établissement of the perimeter (refine §3). Two passes over the
 * établissements, of which only sums are held, so that memory does not grow with their number. What is said of the entreprise is on its
 * own document only; `rowsOf` joins it.
 */
export async function* computeFeatures(input: ComputeInput): AsyncGenerator<FeatureColumns> {
  const frame = frameOf(input.window, input.rules)
  const survey = emptySurvey(frame)
  for await (const etablissement of input.etablissements()) addToSurvey(survey, etablissement, input.batch, frame)
  yield entrepriseColumns(input, frame, survey)
  for await (const etablissement of input.etablissements()) {
    if (etablissement.index.algo2) yield etablissementColumns(etablissement, input, frame, survey)
  }
}

/** What is said of the entreprise, whether accounts are in force or not: detection reads it there (detect §2.2). */
export const entrepriseColumns = (input: Pick<ComputeInput, 'siren' | 'entreprise' | 'batch'>, frame: Frame, survey: Survey): FeatureColumns => {
  const columns: Columns = {}
  const state: EntityState = input.entreprise === undefined ? new Map() : stateAt(input.entreprise, input.batch)
  if (input.entreprise !== undefined) {
    fill(columns, frame, 'siren', input.siren)
    writeEntreprise(columns, frame, state.get('sirene_ul'))
    writeEffectifs(columns, frame, 'effectif_ent', state.get('effectif_ent'))
    writePaydex(columns, frame, state.get('paydex'))
    writeBdf(columns, frame, state.get('bdf'))
    writeDiane(columns, frame, state.get('diane'))
  }
  const procols = procolsOf(survey)
  writeProcolEtat(columns, frame, procols)
  const exclu = exclusionOf(state.get('sirene_ul'), survey.hasSiege)
  return { ...identity(input.siren, input.siren, frame), columns, entreprise: { procol_ouvertures: ouverturesOf(procols), exclu } }
}

/** Steps in the order of refine §3.3: later ones read and overwrite what earlier ones wrote. */
export const etablissementColumns = (value: RawValue, input: Pick<ComputeInput, 'siren' | 'batch'>, frame: Frame, survey: Survey): FeatureColumns => {
  const state = stateAt(value, input.batch)
  const columns: Columns = {}
  fill(columns, frame, 'effectif', null)
  const apartPlaces = writeApart(columns, frame, state.get('apconso'), state.get('apdemande'))
  writeComptes(columns, frame, state.get('compte'), state.get('reporder'))
  writeEffectifs(columns, frame, 'effectif', state.get('effectif'))
  const hasDettes = writeDettes(columns, frame, state.get('cotisation'), state.get('debit'))
  writeDelais(columns, frame, state.get('delai'), hasDettes)
  writeDefaillances(columns, frame, state.get('procol'), procolsOf(survey))
  writeCcsf(columns, frame, state.get('ccsf'))
  writeSirene(columns, frame, value.key, state.get('sirene'))
  writeNaf(columns, frame)
  writeRatiosDette(columns, frame)
  writeCibles(columns, frame)
  writeRatioApart(columns, frame, apartPlaces)
  writeSommes(columns, frame, survey.sommes, apartPlaces)
  writeJoursDemandes(columns, frame, state.get('apdemande'))
  return { ...identity(value.key, input.siren, frame), columns }
}

const identity = (key: string, siren: string, frame: Frame) => ({ siret: key, siren, start: formatMonth(periodeAt(frame, 0)), count: frame.count })
