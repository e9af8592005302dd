import { describe, expect, test } from 'vitest'
import { invalidEntriesIn } from './schemas.ts'

const date = new Date('2020-03-01T00:00:00Z')

type Values = readonly unknown[]
type Rules = {
  /** An entry that breaks no rule of raw-formats §5. */
  entry: Record<string, unknown>
  /** Fields that it may lack: all of them, or these. */
  optional?: 'all' | readonly string[]
  /** Values that a field takes or refuses, beside those of its kind. */
  good?: Record<string, Values>
  bad?: Record<string, Values>
}

const TYPES: Record<string, Rules> = {
  apconso: { entry: { id_conso: '', heure_consomme: 1.5, montant: 2, effectif: 3, periode: date } },
  apdemande: {
    entry: {
      id_demande: 'a',
      periode: { start: date, end: date },
      date_statut: date,
      hta: 1,
      mta: null,
      motif_recours_se: 8,
      effectif_entreprise: 1,
      effectif: 1,
      effectif_autorise: 1,
      effectif_consomme: null,
      heure_consommee: null,
      montant_consommee: null,
      perimetre: 1,
    },
    good: { mta: [1.5], effectif_consomme: [1], heure_consommee: [2.5], montant_consommee: [3] },
    bad: { motif_recours_se: [null], hta: [null], effectif: [null], periode: [{ start: date }] },
  },
  bdf: {
    entry: {
      siren: '301000001',
      annee_bdf: 2012,
      arrete_bilan_bdf: date,
      raison_sociale: '',
      secteur: '',
      poids_frng: -37.5,
      taux_marge: 1,
      delai_fournisseur: 1,
      dette_fiscale: 1,
      financier_court_terme: 1,
      frais_financier: 1,
    },
    bad: { siren: ['', '30100000', '301 000 001'], annee_bdf: [null, '2012'], poids_frng: [null] },
  },
  diane: {
    entry: { numero_siren: 'x', exercice_diane: 2017, procedure_collective: true, arrete_bilan_diane: date, ca: 0 },
    optional: 'all',
    bad: { ca: [null] },
  },
  ellisphere: {
    entry: {
      code_groupe: 'G',
      siren_groupe: '301000001',
      refid_groupe: 'R',
      raison_sociale_groupe: 'N',
      adresse_groupe: 'A',
      personne_pou_m_groupe: 'P',
      niveau_detention: 1,
      part_financiere: 50.5,
      code_filiere: 'F',
      refid_filiere: 'R',
      personne_pou_m_filiere: 'M',
    },
    optional: 'all',
    good: { personne_pou_m_groupe: ['M'], personne_pou_m_filiere: ['P'] },
    bad: { siren_groupe: ['5520135'], personne_pou_m_groupe: ['G', ''], personne_pou_m_filiere: ['G'] },
  },
  paydex: { entry: { date_valeur: date, nb_jours: 0 }, bad: { nb_jours: [null] } },
  sirene: {
    entry: { siren: '301000001', nic: 'x', siege: true, date_creation: date, longitude: 1, latitude: -1, departement: '2A', est_actif: false },
    optional: 'all',
    bad: { siren: ['3010000010'], siege: ['true'], longitude: ['1'] },
  },
  sirene_ul: {
    entry: {
      siren: '301000001',
      raison_sociale: '',
      statut_juridique: '5499',
      nic: '301000001',
      date_creation: date,
      ape: '5221Z',
      ape_naf25: 'x',
      est_actif: true,
    },
    optional: ['siren', 'nic', 'date_creation', 'ape', 'ape_naf25', 'est_actif'],
    bad: { siren: ['1'], statut_juridique: ['', '549', '54990', 'ABCD'], nic: ['00011'] },
  },
}

const isValid = (type: string, entry: Record<string, unknown>): boolean => invalidEntriesIn('x', { '2003': { [type]: { hash: entry } } }).length === 0

describe.each(Object.entries(TYPES))('%s', (type, { entry, optional = [], good = {}, bad = {} }) => {
  test('an entry that breaks no rule is valid, one with a property too many is not', () => {
    expect(isValid(type, entry)).toBe(true)
    expect(isValid(type, { ...entry, autre: 1 })).toBe(false)
  })
  test('it lacks nothing but what it may', () => {
    for (const field of Object.keys(entry)) {
      const { [field]: _, ...others } = entry
      expect([field, isValid(type, others)]).toEqual([field, optional === 'all' || optional.includes(field)])
    }
  })
  test('a field takes the values of its kind and no other', () => {
    for (const field of Object.keys(entry)) for (const value of [{}, [], () => {}]) expect(isValid(type, { ...entry, [field]: value })).toBe(false)
    for (const [field, values] of Object.entries(good))
      for (const value of values) expect([field, isValid(type, { ...entry, [field]: value })]).toEqual([field, true])
    for (const [field, values] of Object.entries(bad))
      for (const value of values) expect([field, value, isValid(type, { ...entry, [field]: value })]).toEqual([field, value, false])
  })
})
