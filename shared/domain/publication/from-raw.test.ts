import { describe, expect, it } from 'vitest'
import type { Entries, Entry, RawValue } from '../entity.ts'
import { publicationOf } from './publication.ts'
import { adresseOf } from './sheets.ts'

const date = (text: string): Date => new Date(`${text}T00:00:00Z`)
const entries = (...items: Entry[]): Entries => Object.fromEntries(items.map((item, index) => [`h${index}`, item]))
const batch = { key: '2511', window: { dateDebut: date('2016-01-01'), dateFin: date('2025-11-01'), dateFinEffectif: date('2025-09-01') } }
const SIRET = '11111111100001'

const entity = (scope: RawValue['scope'], types: Record<string, Entries>): RawValue => ({
  key: scope === 'entreprise' ? '111111111' : SIRET,
  scope,
  index: { algo2: true },
  batch: { '2510': types },
})

const publish = (entreprise: Record<string, Entries>, site: Record<string, Entries>) => {
  const publication = publicationOf({
    siren: '111111111',
    entreprise: entity('entreprise', { sirene_ul: entries({ raison_sociale: 'FORGES', statut_juridique: '5710' }), ...entreprise }),
    etablissements: [entity('etablissement', { sirene: entries({ siege: true, departement: '75', ape: '25.62B' }), ...site })],
    scores: [],
    closedUnpublishedLists: [],
    batch,
  })
  if ('outside' in publication) throw new Error('outside')
  const sheet = (badges: string, ofSite: boolean) =>
    publication.feuillets.find((item) => item.badges.join() === badges && 'siret' in item.cle === ofSite)?.valeur ?? {}
  return { publication, sheet, resume: publication.resumes[0] }
}

describe('what RawData says', () => {
  it('accounts: one per closing date, the last said; figures of the most recent date that has them', () => {
    const { sheet, resume } = publish(
      {
        diane: entries(
          { arrete_bilan_diane: date('2023-12-31'), exercice_diane: 2023, ca: 100, resultat_expl: 5 },
          { arrete_bilan_diane: date('2022-12-31'), exercice_diane: 0, ca: 50, benefice_ou_perte: 1, excedent_brut_d_exploitation: 9 },
          { arrete_bilan_diane: date('2023-12-31'), exercice_diane: 2023, ca: 200, resultat_expl: 6 },
        ),
      },
      {},
    )
    expect(sheet('', false)['diane']).toEqual([
      { arrete_bilan_diane: '2022-12-31T00:00:00Z', ca: 50, resultat_expl: null, benefice_ou_perte: 1, excedent_brut_d_exploitation: 9 },
      { arrete_bilan_diane: '2023-12-31T00:00:00Z', exercice_diane: 2023, ca: 200, resultat_expl: 6 },
    ])
    expect(resume).toMatchObject({ ca: 200, variation_ca: 4, arrete_bilan: '2023-12-31', exercice_diane: 2023, resultat_expl: 6, excedent_brut: 9 })
  })

  it('ratios of the Banque de France are behind their badge; the head of the group and payment delays are public', () => {
    const { sheet, resume } = publish(
      {
        bdf: entries({ arrete_bilan_bdf: date('2023-12-31'), annee_bdf: 2023, delai_fournisseur: 31, taux_marge: 20 }),
        ellisphere: entries({ raison_sociale_groupe: 'HOLDING', code_groupe: '', niveau_detention: 0, part_financiere: 51 }),
        paydex: entries({ date_valeur: date('2025-03-15'), nb_jours: 7 }),
      },
      {},
    )
    expect(sheet('bdf', false)['bdf']).toMatchObject([{ arreteBilan: '2023-12-31T00:00:00Z', delaiFournisseur: 31, tauxMarge: 20, poidsFrng: null }])
    expect(Object.keys(sheet('', false))).not.toContain('bdf')
    expect(sheet('', false)).toMatchObject({ groupe: { raison_sociale_groupe: 'HOLDING', part_financiere: 51 }, paydex: [['2025-03-15', 7]] })
    expect(sheet('', false)['groupe']).not.toHaveProperty('niveau_detention')
    expect(resume).toMatchObject({ groupe: 'HOLDING', code_activite: '2562B' })
  })

  it('payment plans: distinct, proposals left out; the last échéance of a granted one is in the summary', () => {
    const delai = {
      numero_compte: 'c',
      numero_contentieux: 'n',
      date_creation: date('2025-05-01'),
      date_echeance: date('2026-05-01'),
      duree_delai: 365,
      montant_echeancier: 10,
      stade: 'APPROB',
      action: 'SUR PO',
    }
    const { sheet, resume } = publish(
      {},
      { delai: entries(delai, delai, { ...delai, stade: 'PRO PR', date_echeance: date('2030-01-01') }, { ...delai, date_creation: null }) },
    )
    expect(sheet('urssaf', true)['delai']).toMatchObject([
      { dateCreation: '2025-05-01T00:00:00Z', dateEcheance: '2026-05-01T00:00:00Z', stade: 'APPROB', indic6m: '' },
    ])
    expect(resume?.echeance_delai).toBe('2026-05-01')
  })

  it.each([
    [['redressement ouverture 2024-01-01', 'liquidation ouverture 2025-01-01'], 'liquidation', 2],
    [['redressement ouverture 2024-01-01', 'redressement plan_continuation 2024-06-01'], 'plan_continuation', 2],
    [['redressement ouverture 2024-01-01', 'redressement solde_procedure 2024-06-01'], 'redressement', 1],
    [['sauvegarde plan_continuation 2024-06-01'], 'plan_sauvegarde', 1],
    [['sauvegarde ouverture 2024-06-01', 'redressement ouverture 2024-07-01'], 'redressement', 2],
    [['sauvegarde ouverture 2024-06-01'], 'sauvegarde', 1],
    [[], 'in_bonis', 0],
  ])('procedures %j give the state %s, and the first step of each kind', (steps, state, shown) => {
    const procol = entries(
      ...steps.map((step) => {
        const [action = '', stade = '', day = ''] = step.split(' ')
        return { action_procol: action, stade_procol: stade, date_effet: date(day) }
      }),
    )
    const { sheet, resume } = publish({}, { procol })
    expect(resume?.etat_procol).toBe(state)
    expect((sheet('', false)['procol'] as unknown[] | undefined) ?? []).toHaveLength(shown)
  })

  it('short-time work: behind its badge, the last end and thirteen months of consumption in the summary', () => {
    const months = Array.from({ length: 15 }, (_, index) =>
      date(`${index < 3 ? 2024 : 2025}-${String(((index + 9) % 12) + 1).padStart(2, '0')}-30`.replace('-02-30', '-02-28')),
    )
    const { sheet, resume } = publish(
      {},
      {
        apdemande: entries({
          id_demande: 'D',
          periode: { start: date('2025-01-01'), end: date('2025-06-30') },
          hta: 100,
          heure_consommee: 3,
          montant_consommee: 4,
          effectif_consomme: 5,
        }),
        apconso: entries(...months.map((periode) => ({ id_conso: 'D', periode, heure_consomme: 10, montant: 20 })), {
          id_conso: 'E',
          periode: date('2025-12-01'),
          heure_consomme: 5,
        }),
      },
    )
    expect(sheet('dgefp', true)['apDemande']).toMatchObject([
      { debut: '2025-01-01T00:00:00Z', fin: '2025-06-30T00:00:00Z', heureConsomme: 3, montantConsomme: 4, effectifConsomme: 5, dateStatut: null },
    ])
    expect(sheet('dgefp', true)['apConso']).toHaveLength(16)
    expect(resume?.fin_ap).toBe('2025-06-30')
    expect(Object.keys(resume?.ap_mois ?? {})).toHaveLength(13)
    expect(resume?.ap_mois?.['2025-12']).toEqual([15, 20])
  })

  it('a natural person has the name of the person, a closed entreprise closed établissements', () => {
    const { resume } = publish(
      { sirene_ul: entries({ raison_sociale: '', nom_unite_legale: 'MARTIN', prenom1_unite_legale: 'JEANNE', est_actif: false, statut_juridique: '1000' }) },
      {},
    )
    expect(resume).toMatchObject({ raison_sociale: 'MARTIN JEANNE', etat_administratif: 'F', etat_administratif_entreprise: 'C' })
    expect(publish({ sirene_ul: entries({ raison_sociale: '', statut_juridique: '1000' }) }, {}).resume?.raison_sociale).toBeNull()
  })
})

describe('adresseOf', () => {
  const empty = {
    siege: null,
    creation: null,
    complementAdresse: null,
    numeroVoie: null,
    indiceRepetition: null,
    typeVoie: null,
    voie: null,
    distributionSpeciale: null,
    codeCedex: null,
    cedex: null,
    codePostal: null,
    commune: null,
    codePaysEtranger: null,
    codeCommune: null,
    departement: null,
    codeActivite: null,
    nomenActivite: null,
    latitude: null,
    longitude: null,
    visiteFce: null,
    etatAdministratif: null,
  }

  it('has a line per part that is known, cedex before the commune when both its parts are', () => {
    expect(
      adresseOf({
        ...empty,
        complementAdresse: 'BAT A',
        numeroVoie: '3',
        indiceRepetition: 'BIS',
        typeVoie: 'RUE',
        voie: 'X',
        distributionSpeciale: 'BP 4',
        codePostal: '75001',
        commune: 'PARIS',
      }),
    ).toBe('BAT A\n3 BIS RUE X\nBP 4\n75001 PARIS')
    expect(adresseOf({ ...empty, cedex: 'DIJON CEDEX', codePostal: '21000', commune: 'DIJON' })).toBe('21000 DIJON')
    expect(adresseOf({ ...empty, codeCedex: '21078', cedex: 'DIJON CEDEX', codePaysEtranger: '99109' })).toBe('21078 DIJON CEDEX\n99109')
    expect(adresseOf(empty)).toBe('')
  })
})
