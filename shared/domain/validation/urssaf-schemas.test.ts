import { describe, expect, test } from 'vitest'
import { invalidEntriesIn } from './schemas.ts'

const date = new Date('2018-03-01T00:00:00Z')
const periode = { start: date, end: new Date('2018-04-01T00:00:00Z') }

/** An entry of each type that breaks no rule of raw-formats §5, the fields that it may lack, and values that its fields refuse or take. */
const TYPES: Record<
  string,
  { entry: Record<string, unknown>; optional?: string[]; bad?: [field: string, ...values: unknown[]][]; good?: [field: string, ...values: unknown[]][] }
> = {
  ccsf: {
    entry: { date_traitement: date, stade: 'DEBUT', action: 'CCSF' },
    good: [['stade', 'DEBUT', 'REFUS', 'APPROB', 'FIN', 'REJ']],
    bad: [
      ['stade', '', 'debut', 'AUTRE'],
      ['action', '', 'SUR PO'],
    ],
  },
  compte: { entry: { periode: date, siret: '30100000100011', numero_compte: 'c' }, good: [['siret', 'x']] },
  cotisation: { entry: { numero_compte: 'c', periode, encaisse: 1.5, du: -2 }, bad: [['periode', date, { start: date }, { ...periode, x: 1 }]] },
  debit: {
    entry: {
      numero_compte: 'c',
      numero_ecart_negatif: '101',
      date_traitement: date,
      part_ouvriere: 1.5,
      part_patronale: 2,
      numero_historique: 1,
      etat_compte: 5,
      code_procedure_collective: '',
      periode,
      code_operation_ecart_negatif: '1',
      code_motif_ecart_negatif: '40',
      recours_en_cours: false,
      debit_suivant: 'd41d8cd98f00b204e9800998ecf8427e',
      periode_prise_en_compte: date,
      debit_id: 'x',
    },
    optional: ['debit_suivant', 'periode_prise_en_compte', 'debit_id'],
    bad: [['recours_en_cours', 0, 'false']],
  },
  delai: {
    entry: {
      numero_compte: 'c',
      numero_contentieux: '1',
      date_creation: date,
      date_echeance: date,
      duree_delai: 1,
      denomination: 'N',
      indic_6m: 'INF',
      annee_creation: 2018,
      montant_echeancier: 0.01,
      stade: 'X',
      action: 'Y',
    },
    bad: [
      ['duree_delai', 0, 0.5],
      ['montant_echeancier', 0, 0.009],
    ],
  },
  effectif: { entry: { numero_compte: 'c', periode: date, effectif: 0 } },
  effectif_ent: { entry: { periode: date, effectif: 7 } },
  procol: {
    entry: { date_effet: date, action_procol: 'liquidation', stade_procol: 'ouverture' },
    good: [
      ['action_procol', 'liquidation', 'redressement', 'sauvegarde'],
      [
        'stade_procol',
        ...[
          'abandon_procedure',
          'solde_procedure',
          'fin_procedure',
          'plan_continuation',
          'ouverture',
          'inclusion_autre_procedure',
          'cloture_insuffisance_actif',
        ],
      ],
    ],
    bad: [
      ['action_procol', '', 'liquidation judiciaire'],
      ['stade_procol', '', 'plan'],
    ],
  },
}

describe.each(Object.entries(TYPES))('%s', (type, { entry, optional = [], bad = [], good = [] }) => {
  const isValid = (changed: Record<string, unknown>): boolean => invalidEntriesIn('id', { '1804': { [type]: { h: changed } } }).length === 0

  test('every field is required but those that may be absent, none is null, and no other is allowed', () => {
    expect(isValid(entry)).toBe(true)
    expect(isValid({ ...entry, autre: 1 })).toBe(false)
    for (const field of Object.keys(entry)) {
      const { [field]: _, ...rest } = entry
      expect([field, isValid(rest)]).toEqual([field, optional.includes(field)])
      expect([field, isValid({ ...entry, [field]: null })]).toEqual([field, false])
    }
  })

  test('each field has its kind', () => {
    for (const [field, value] of Object.entries(entry)) {
      const others = ['x', 12, true, date].filter((other) => typeof other !== typeof value || other instanceof Date !== value instanceof Date)
      for (const other of others) expect([field, other, isValid({ ...entry, [field]: other })]).toEqual([field, other, false])
    }
  })

  test('constrained fields take the values of the text and no other', () => {
    for (const [field, ...values] of good) for (const value of values) expect([value, isValid({ ...entry, [field]: value })]).toEqual([value, true])
    for (const [field, ...values] of bad) for (const value of values) expect([value, isValid({ ...entry, [field]: value })]).toEqual([value, false])
  })
})
