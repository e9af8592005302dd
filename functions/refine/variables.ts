import { hash } from 'node:crypto'
import { DEPARTEMENTS, type Departement } from '../../shared/domain/reference/departements.ts'
import { type Activite, activites } from '../../shared/domain/reference/naf.ts'
import { computeFeatures, entrepriseColumns, etablissementColumns } from '../../shared/domain/variables/compute.ts'
import { frameOf } from '../../shared/domain/variables/frame.ts'
import { rulesOf } from '../../shared/domain/variables/rules.ts'
import { encodeColumns } from '../../shared/domain/variables/storage.ts'
import { addToSurvey, decodeSurvey, emptySurvey, encodeSurvey } from '../../shared/domain/variables/survey.ts'
import type { ComputeVariables } from './core.ts'
import type { ComputeLarge } from './large.ts'

/** Raised when the same RawData give other variables: everything is then computed again at the next pass. */
const VARIABLES_VERSION = 1

/** What labels and régions are read from. */
type Tables = { activites: readonly Activite[]; departements: readonly Departement[] }

/** Names the rules and the tables in the fingerprint of what is computed with them (refine §6.2). Reads the whole tables: once per process is enough. */
export const rulesVersion = (rules: string, tables: Tables = { activites: activites(), departements: DEPARTEMENTS }): string =>
  `${VARIABLES_VERSION}:${rules}:${hash('sha256', JSON.stringify([tables.activites, tables.departements]), 'hex').slice(0, 16)}`

/** The variables of a SIREN in their stored form: its entreprise under the SIREN, its établissements under their SIRET. */
export const computeVariables =
  (rules: string): ComputeVariables =>
  async ({ siren, entreprise, etablissements, batch, window }) => {
    const stored = new Map<string, unknown>()
    for await (const columns of computeFeatures({ siren, entreprise, etablissements: () => etablissements, window, batch, rules: rulesOf(rules) })) {
      stored.set(columns.siret, encodeColumns(columns))
    }
    return stored
  }

/** The same, one at a time: the first pass over the établissements leaves sums, with which the second computes each of them. */
export const computeLarge =
  (rules: string): ComputeLarge =>
  ({ siren, entreprise, batch, window, surveyed }) => {
    const frame = frameOf(window, rulesOf(rules))
    const survey = surveyed === undefined ? emptySurvey(frame) : decodeSurvey(surveyed)
    return {
      survey(etablissements) {
        for (const etablissement of etablissements) addToSurvey(survey, etablissement, batch, frame)
      },
      surveyed: () => encodeSurvey(survey),
      entreprise: () => encodeColumns(entrepriseColumns({ siren, entreprise, batch }, frame, survey)),
      etablissement: (value) => encodeColumns(etablissementColumns(value, { siren, batch }, frame, survey)),
    }
  }
