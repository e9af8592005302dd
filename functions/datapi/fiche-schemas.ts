/** Answers of the fiches, as the OpenAPI document declares them (datapi §3.2). A refused group is absent. */
import * as z from 'zod'
import { Summary } from './summary.ts'

const instant = z.string()
const Naf = z
  .object({
    libelleActivite: z.string().optional(),
    libelleSecteur: z.string().optional(),
    codeSecteur: z.string().optional(),
    codeActivite: z.string().optional(),
    libelleN2: z.string().optional(),
    libelleN3: z.string().optional(),
    libelleN4: z.string().optional(),
    nomenActivite: z.string().optional(),
  })
  .meta({ id: 'Naf' })
const Series = z.array(z.number().nullable()).optional()
const Contributions = z.record(z.string(), z.number()).optional()
const number = z.number().nullable()

/** An établissement in full (datapi §3.2). */
export const Etablissement = z
  .object({
    siren: z.string(),
    siret: z.string(),
    visiteFCE: z.boolean().nullable(),
    siege: z.boolean().optional(),
    sirene: z.object({
      adresse: z.string().nullable(),
      codeDepartement: z.string().nullable(),
      departement: z.string().nullable(),
      creation: instant.nullable(),
      codePostal: z.string().nullable(),
      region: z.string().nullable(),
      latitude: number,
      longitude: number,
      naf: Naf,
    }),
    periodeUrssaf: z.object({
      periodes: z.array(instant).optional(),
      cotisation: Series,
      partPatronale: Series,
      partSalariale: Series,
      montantMajorations: Series,
      effectif: Series,
    }),
    delai: z
      .array(
        z.object({
          action: z.string(),
          anneeCreation: number,
          dateCreation: instant,
          dateEcheance: instant,
          dureeDelai: number,
          indic6m: z.string(),
          montantEcheancier: number,
          noContentieux: z.string(),
          stade: z.string(),
          denomination: z.string(),
          noCompte: z.string(),
        }),
      )
      .optional(),
    apDemande: z
      .array(
        z.object({
          idDemande: z.string(),
          effectifEntreprise: number,
          effectif: number,
          effectifAutorise: number,
          dateStatut: instant.nullable(),
          debut: instant.nullable(),
          fin: instant.nullable(),
          hta: number,
          mta: number,
          motifRecoursSE: number,
          heureConsomme: number,
          montantConsomme: number,
          effectifConsomme: number,
        }),
      )
      .optional(),
    apConso: z
      .array(
        z.object({
          idConso: z.string(),
          heureConsomme: number,
          montant: number,
          effectif: number,
          date: instant,
        }),
      )
      .optional(),
    procol: z.array(z.object({ dateEffet: instant, action: z.string(), stade: z.string() })).optional(),
    scores: z
      .array(
        z.object({
          idListe: z.string(),
          batch: z.string(),
          algo: z.string(),
          periode: instant,
          score: z.number(),
          diff: z.number().optional(),
          alert: z.string(),
          macroRadar: Contributions,
          explSelection: z
            .object({
              selectConcerning: z.array(z.tuple([z.string(), z.string()])),
            })
            .optional(),
          macroExpl: Contributions,
          microExpl: Contributions,
          alertPreRedressements: z.string().nullable(),
          redressements: z.array(z.string()),
        }),
      )
      .optional(),
    followed: z.boolean(),
    followedEntreprise: z.boolean(),
    visible: z.boolean(),
    inZone: z.boolean(),
    alert: z.boolean().optional(),
    territoireIndustrie: z.object({ code: z.string(), libelle: z.string() }).optional(),
    permScore: z.boolean(),
    permUrssaf: z.boolean(),
    permDGEFP: z.boolean(),
    permBDF: z.boolean(),
    permPGE: z.boolean(),
  })
  .meta({ id: 'Etablissement' })

/** An entreprise (datapi §3.2). */
export const Entreprise = z
  .object({
    siren: z.string(),
    Sirene: z.object({
      raisonSociale: z.string().nullable(),
      statutJuridique: z.string().nullable(),
      statutJuridiqueN1: z.string().nullable(),
      statutJuridiqueN2: z.string().nullable(),
      prenom1: z.string().optional(),
      prenom2: z.string().optional(),
      prenom3: z.string().optional(),
      prenom4: z.string().optional(),
      nom: z.string().optional(),
      nomUsage: z.string().optional(),
      creation: instant.nullable(),
      naf: Naf,
    }),
    paydex: z.object({ joursRetard: z.array(number), dateValeur: z.array(instant) }).optional(),
    diane: z
      .array(
        z.object({
          arrete_bilan_diane: instant,
          exercice_diane: z.int().optional(),
          ca: z.number().optional(),
          resultat_expl: number,
          benefice_ou_perte: z.number().optional(),
          excedent_brut_d_exploitation: z.number().optional(),
        }),
      )
      .nullable(),
    bdf: z.array(z.record(z.string(), z.unknown())).optional(),
    etablissementsSummary: z.array(Summary).optional(),
    etablissements: z.array(Etablissement).optional(),
    groupe: z.record(z.string(), z.unknown()).optional(),
    pge: z.boolean().optional(),
  })
  .meta({ id: 'Entreprise' })
