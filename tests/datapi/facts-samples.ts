import type { EtablissementFacts, Facts, ScoreFacts } from '../../shared/domain/publication/facts.ts'
import { F1 } from '../../shared/domain/publication/facts.ts'

/** An entreprise that has data in every group, so that a mask that fails shows. */
export const sampleFacts = (
  siren: string,
  options: {
    departement?: string
    raisonSociale?: string
    scores?: Partial<ScoreFacts>[]
    sites?: number
  } = {},
): Facts => {
  const sites = Array.from({ length: options.sites ?? 1 }, (_, index) =>
    sampleSite(`${siren}${String(index + 1).padStart(5, '0')}`, index === 0, options.departement ?? '75'),
  )
  return {
    siren,
    entreprise: {
      raisonSociale: options.raisonSociale ?? `SOCIETE ${siren}`,
      prenom1: null,
      prenom2: null,
      prenom3: null,
      prenom4: null,
      nom: null,
      nomUsage: null,
      statutJuridique: '5710',
      creation: '1990-05-02',
      etatAdministratif: 'A',
      codeActivite: '2562B',
      nomenActivite: 'NAFRev2',
    },
    groupe: { raison_sociale_groupe: 'HOLDING EXEMPLE' },
    bilans: [
      {
        arrete: '2024-12-31',
        exercice: 2024,
        ca: 1200,
        resultatExploitation: 40,
        beneficeOuPerte: 12,
        excedentBrut: 80,
      },
      {
        arrete: '2023-12-31',
        exercice: 2023,
        ca: 1000,
        resultatExploitation: 30,
        beneficeOuPerte: 10,
        excedentBrut: 70,
      },
    ],
    bdf: [
      {
        arrete: '2024-12-31',
        annee: 2024,
        delaiFournisseur: 31,
        financierCourtTerme: 2,
        poidsFrng: 12,
        detteFiscale: 3,
        fraisFinancier: 1,
        tauxMarge: 24,
      },
    ],
    paydex: [],
    etablissements: sites,
    scores: (options.scores ?? []).map((score) => ({
      ...sampleScore(sites[0]?.siret ?? ''),
      ...score,
    })),
  }
}

const sampleSite = (siret: string, siege: boolean, departement: string): EtablissementFacts => ({
  siret,
  sirene: {
    siege,
    creation: '1990-05-02',
    complementAdresse: null,
    numeroVoie: '3',
    indiceRepetition: null,
    typeVoie: 'RUE',
    voie: 'DES FORGES',
    distributionSpeciale: null,
    codeCedex: null,
    cedex: null,
    codePostal: `${departement.slice(0, 2)}000`,
    commune: 'EXEMPLE',
    codePaysEtranger: null,
    codeCommune: null,
    departement,
    codeActivite: '2562B',
    nomenActivite: 'NAFRev2',
    latitude: 48.8,
    longitude: 2.3,
    visiteFce: null,
    etatAdministratif: 'A',
  },
  periodes: [
    {
      periode: '2025-08-01',
      cotisation: 1000,
      partPatronale: 100,
      partSalariale: 10,
      montantMajorations: 0,
      effectif: 21,
    },
    {
      periode: '2025-09-01',
      cotisation: 1000,
      partPatronale: 200,
      partSalariale: 20,
      montantMajorations: 0,
      effectif: 20,
    },
    {
      periode: '2025-10-01',
      cotisation: 1000,
      partPatronale: 300,
      partSalariale: 30,
      montantMajorations: 0,
      effectif: null,
    },
  ],
  delais: [
    {
      action: 'SUR PO',
      anneeCreation: 2025,
      dateCreation: '2025-06-01',
      dateEcheance: '2026-06-01',
      dureeDelai: 365,
      indic6m: 'SUP',
      montantEcheancier: 5000,
      noContentieux: '12',
      stade: 'APPROB',
      denomination: 'absent',
      noCompte: '99',
    },
  ],
  procols: [{ dateEffet: '2025-03-01', action: 'sauvegarde', stade: 'ouverture' }],
  apDemandes: [
    {
      idDemande: 'D1',
      effectifEntreprise: 21,
      effectif: 21,
      effectifAutorise: 10,
      dateStatut: '2025-05-01',
      debut: '2025-05-01',
      fin: '2025-09-30',
      hta: 1000,
      mta: 9000,
      motifRecoursSE: 1,
      heureConsomme: 120,
      montantConsomme: 1200,
      effectifConsomme: 4,
    },
  ],
  apConsos: [
    {
      idConso: 'D1',
      heureConsomme: 120,
      montant: 1200,
      effectif: 4,
      date: '2025-06-01',
    },
  ],
})

const sampleScore = (siret: string): ScoreFacts => ({
  siret,
  libelle: 'Novembre 2025',
  batch: '2511',
  algo: 'modele-1',
  periode: '2025-10-01',
  score: 0.8,
  diff: null,
  probability: 0.3,
  alert: F1,
  alertPreRedressements: F1,
  redressements: [],
  macroRadar: { dette_urssaf: 0.9 },
  macroExpl: { dette_urssaf: 0.4, model_offset: 0.4 },
  microExpl: { ratio_dette: 0.4, model_offset: 0.4 },
  selectConcerning: [['dette_urssaf', 'ratio_dette']],
  selectReassuring: [['sante_financiere', 'rentabilite_nette']],
})
