import type {
  CorpsFinSuivi,
  CorpsListe,
  CorpsRecherche,
  CorpsSuivi,
  Entreprise,
  Etablissement,
  Libelles,
  Liste,
  PageListe,
  PageRecherche,
  Regions,
  Suivis,
} from './datapi.ts'
import type { Depot, PageDepots } from './depots.ts'
import type * as api from './generated/types.gen.ts'

/**
 * Does the API still say what the pages read? Answers of its document must be usable as our shapes, and our bodies as its own: `vue-tsc` fails here
 * when they drift. Nothing is emitted.
 */
type Usable<Given extends Expected, Expected> = Given

type Ok<Responses> = Responses extends { 200: infer Answer } ? Answer : never

type Accepted<Responses> = Responses extends { 202: infer Answer } ? Answer : never

export type Answers = [
  Usable<Ok<api.GetListesResponses>, Liste[]>,
  Usable<Ok<api.PostScoresListeByIdResponses>, PageListe>,
  Usable<Ok<api.PostEtablissementSearchResponses>, PageRecherche>,
  Usable<Ok<api.PostEtablissementSearchTotalResponses>, { total: number }>,
  Usable<Ok<api.GetEtablissementGetBySiretResponses>, Etablissement>,
  Usable<Ok<api.GetEntrepriseAllBySirenResponses>, Entreprise>,
  Usable<Ok<api.GetFollowResponses>, Suivis>,
  Usable<Ok<api.GetReferenceNafResponses>, Libelles>,
  Usable<Ok<api.GetReferenceDepartementsResponses>, Libelles>,
  Usable<Ok<api.GetReferenceRegionsResponses>, Regions>,
  Usable<Ok<api.GetDepotsResponses>, PageDepots>,
  Usable<Ok<api.GetDepotsByIdResponses>, Depot>,
  Usable<Accepted<api.PostDepotsByIdConfirmationResponses>, Depot>,
]

export type Bodies = [
  Usable<CorpsListe, NonNullable<api.PostScoresListeByIdData['body']>>,
  Usable<CorpsRecherche, NonNullable<api.PostEtablissementSearchData['body']>>,
  Usable<CorpsSuivi, NonNullable<api.PostFollowBySiretData['body']>>,
  Usable<CorpsFinSuivi, NonNullable<api.DeleteFollowBySiretData['body']>>,
]
