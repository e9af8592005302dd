import type { Etablissement, Resume, ScoreListe } from '../src/contracts/datapi.ts'
import { at, PLACES, RESUMES, rowsFor } from './entreprises.ts'

const month = (rank: number): string => new Date(Date.UTC(2023, rank, 1)).toISOString()
const scores = (row: Resume): ScoreListe[] => [
  {
    idListe: 'Janvier 2026',
    batch: '2512',
    algo: 'logit-1',
    periode: '2025-11-01T00:00:00Z',
    alert: row.alert ?? "Pas d'alerte",
    score: row.alert === 'Alerte seuil F1' ? 0.784 : 0.634,
    alertPreRedressements: row.alert ?? "Pas d'alerte",
    redressements: [],
    explSelection: {
      selectConcerning: [
        ['dette_urssaf', 'dette_sur_cotisation_mean12m'],
        ['dette_urssaf', 'dette_sociale_patronale'],
        ['sante_financiere', 'rentabilite_economique'],
      ],
    },
    macroExpl: {
      model_offset: 0.251,
      dette_urssaf: row.alert === 'Alerte seuil F1' ? 0.452 : 0.302,
      sante_financiere: 0.118,
      misc: 0.008,
      activite_partielle: -0.004,
      retards_paiement: -0.041,
    },
    microExpl: {
      model_offset: 0.251,
      dette_sur_cotisation_mean12m: 0.171,
      dette_sociale_patronale: 0.094,
      dette_sociale_ouvriere: 0.041,
      dette_par_effectif: 0.012,
      cotisation: -0.016,
      rentabilite_economique: 0.066,
      autonomie_financiere: 0.049,
      liquidite_reduite: 0.013,
      bilan_absent: -0.01,
      effectif: 0.008,
      ap_heures_consommees: -0.004,
      paydex: -0.041,
    },
    macroRadar: {
      dette_urssaf: 0.934,
      sante_financiere: 0.849,
      activite_partielle: 0.456,
      retards_paiement: 0.182,
    },
  },
  {
    idListe: 'Octobre 2025',
    batch: '2509',
    algo: 'logit-1',
    periode: '2025-08-01T00:00:00Z',
    alert: "Pas d'alerte",
    score: 0.3,
  },
]

/** Fiche of an établissement for a reader with these roles; null when unknown. */
export const ficheFor = (siret: string, roles: readonly string[]): Etablissement | null => {
  const row = rowsFor(roles).find((candidate) => candidate.siret === siret)
  const raw = RESUMES.find((candidate) => candidate.siret === siret)
  if (row === undefined || raw === undefined) return null
  const [code, departement, commune, region] = PLACES.find(([candidate]) => candidate === row.departement) ?? at(PLACES, 0)
  const count = 36
  const debt = (rank: number): number => (rank < 20 ? 0 : (rank - 20) ** 2 * 310)
  const periodes = Array.from({ length: count }, (_, rank) => month(rank))
  return {
    siren: row.siren,
    siret,
    siege: row.siege ?? false,
    entreprise: {
      siren: row.siren,
      Sirene: {
        raisonSociale: row.raison_sociale,
        statutJuridiqueN2: 'Société par actions simplifiée',
        creation: '2013-03-01T00:00:00Z',
        naf: {},
      },
      diane: [2021, 2022, 2023, 2024].map((annee) => ({
        arrete_bilan_diane: `${annee}-12-31T00:00:00Z`,
        exercice_diane: annee,
        ca: 1500 - (annee - 2021) * 120,
        resultat_expl: 60 - (annee - 2021) * 45,
        benefice_ou_perte: 40 - (annee - 2021) * 38,
        excedent_brut_d_exploitation: 110 - (annee - 2021) * 50,
      })),
      etablissementsSummary: [
        row,
        ...[1, 2].map((rank) => ({
          ...row,
          siret: `${row.siren}0009${rank}`,
          siege: false,
          departement: rank === 1 ? code : '75',
          commune: rank === 1 ? commune : 'PARIS',
          dernier_effectif: null,
          etatAdministratif: rank === 2 ? 'F' : 'A',
        })),
      ],
      ...(row.groupe === undefined ? {} : { groupe: { raison_sociale_groupe: row.groupe } }),
    },
    sirene: {
      adresse: `12 RUE DES FORGES\n${code}000 ${commune}`,
      codeDepartement: code,
      departement,
      region,
      creation: '2014-05-01T00:00:00Z',
      latitude: null,
      longitude: null,
      naf: {
        libelleActivite: row.libelle_activite ?? '',
        libelleSecteur: row.libelle_activite_n1 ?? '',
        codeActivite: row.code_activite ?? '',
        nomenActivite: 'NAFRev2',
      },
    },
    periodeUrssaf: {
      periodes,
      effectif: periodes.map((_, rank) => (rank === 27 ? null : 47 - Math.floor(rank / 4))),
      ...(row.permUrssaf
        ? {
            cotisation: periodes.map((_, rank) => (rank % 11 === 10 ? null : 21_000 + rank * 90)),
            partPatronale: periodes.map((_, rank) => debt(rank)),
            partSalariale: periodes.map((_, rank) => Math.round(debt(rank) * 0.3)),
            montantMajorations: periodes.map(() => 0),
          }
        : {}),
    },
    ...(row.permUrssaf
      ? {
          delai: [
            {
              action: 'SUR PO',
              dateCreation: '2025-03-10T00:00:00Z',
              dateEcheance: '2026-03-10T00:00:00Z',
              dureeDelai: 365,
              montantEcheancier: 42_000,
              stade: 'APPROB',
            },
          ],
        }
      : {}),
    ...(row.permDGEFP
      ? {
          apDemande: [
            {
              debut: '2025-02-01T00:00:00Z',
              fin: '2025-06-30T00:00:00Z',
              effectifAutorise: 20,
            },
          ],
          apConso: [3, 4, 5].map((rank) => ({
            date: `2025-0${rank}-01T00:00:00Z`,
            heureConsomme: 151.67 * rank,
          })),
        }
      : {}),
    procol:
      raw.etat_procol === 'redressement'
        ? [
            {
              dateEffet: '2025-10-03T00:00:00Z',
              action: 'redressement',
              stade: 'ouverture',
            },
          ]
        : [],
    ...(row.permScore ? { scores: scores(raw) } : {}),
    followed: row.followed,
    followedEntreprise: row.followedEntreprise,
    visible: row.visible,
    inZone: row.inZone,
    permScore: row.permScore,
    permUrssaf: row.permUrssaf,
    permDGEFP: row.permDGEFP,
    permBDF: roles.includes('bdf'),
    permPGE: roles.includes('pge'),
  }
}
