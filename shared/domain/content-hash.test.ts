import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EXTENDED, type Kind, WRITTEN } from './content-fields.ts'
import { contentHash } from './content-hash.ts'
import { contentText } from './content-text.ts'
import type { EntryValue } from './entity.ts'

const day = (text: string): Date => new Date(`${text}T00:00:00Z`)
const off = { extensions: false }

describe('contentHash', () => {
  test('the check value of the rule', () => {
    const value = { numero_compte: '111982477292496174', periode: { start: day('2010-05-01'), end: day('2010-06-01') }, encaisse: 4, du: 4 }
    expect(contentText('cotisation', 'k', value, off)).toBe(
      '{Du:4E+00,Encaisse:4E+00,NumeroCompte:"111982477292496174",Periode:{End:{ext:63410947200,loc:<invalid Value>,wall:0},Start:{ext:63408268800,loc:<invalid Value>,wall:0}}}',
    )
    expect(contentHash('cotisation', 'k', value, off)).toBe('a9f8ac9c179ae903f3cbc079326dc9e0')
  })
  test.each([
    [1959.07, '1.95907E+03'],
    [4, '4E+00'],
    [0.03, '3E-02'],
    [-37.5, '-3.75E+01'],
    [1000000, '1E+06'],
    [9999999.99, '9.99999999E+06'],
    [-0.1, '-1E-01'],
    [10000000.01, '1.000000001E+07'],
    [0.005, '5E-03'],
    [1e-7, '1E-07'],
    [null, '0E+00'],
    [0, '0E+00'],
    [-0, '-0E+00'],
    [1e100, '1E+100'],
    [123456789, '1.23456789E+08'],
  ])('the decimal %s is written %s', (montant, written) => {
    expect(contentText('apconso', 'k', { id_conso: 'a', heure_consomme: 1, montant, effectif: null, periode: day('2020-01-01') }, off)).toContain(
      `Montant:${written},`,
    )
  })
  test('whatever the decimal, the digits are those of the number', () => {
    const general = (value: number): string =>
      value
        .toExponential()
        .replace(/e([+-])([0-9])$/, 'e$10$2')
        .replace('e', 'E')
    const textOf = (montant: number): string | undefined => /Montant:([^,]*),/.exec(contentText('apconso', 'k', { montant }, off))?.[1]
    fc.assert(fc.property(fc.integer({ min: -2e9, max: 2e9 }), (cents) => void expect(textOf(cents / 100 || 1)).toBe(general(cents / 100 || 1))))
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => void expect(textOf(value || 1)).toBe(general(value || 1))))
  })
  test('a null integer is 0, an absent boolean false, an absent date has no value but the zero date of diane has one', () => {
    expect(contentText('paydex', '301000001', { date_valeur: day('0001-01-02'), nb_jours: null }, off)).toBe(
      '{DateValeur:{ext:86400,loc:<invalid Value>,wall:0},NbJours:0,Siren:"301000001"}',
    )
    expect(contentText('sirene_histo', 'k', { siret: 's', changement_statut_actif: true }, off)).toBe(
      '{ChangementStatutActif:t,DateDebut:<invalid Value>,DateFin:<invalid Value>,EstActif:f,Siret:"s"}',
    )
    expect(contentText('diane', 'k', {}, off)).toContain('ArreteBilan:{ext:0,loc:<invalid Value>,wall:0}')
  })
  test('the fields of extensions join the hash of the registers, and of them alone', () => {
    const value = { siren: '301000001', raison_sociale: 'A', statut_juridique: '5499', ape: '1071C', ape_naf25: '10.71J', est_actif: true }
    const extended = contentText('sirene_ul', 'k', value, { extensions: true })
    expect(extended).toMatch(/^{APE:"1071C",APENaf25:"10.71J",CodeStatutJuridique:"5499",Creation:<invalid Value>,EstActif:t,/)
    expect(contentText('sirene_ul', 'k', value, off)).toMatch(/^{CodeStatutJuridique:"5499",Creation:<invalid Value>,Nic:"",NomUniteLegale/)
    expect(contentText('sirene', 'k', { est_actif: true }, { extensions: true })).toContain('EstActif:t')
    expect(contentText('sirene', 'k', { est_actif: true }, off)).not.toContain('EstActif')
  })
  test('a field that is hashed and not stored is given aside', () => {
    const value = { date_traitement: day('2016-03-18'), stade: 'DEBUT', action: 'CCSF' }
    expect(contentText('ccsf', 'k', value, { ...off, aside: { NumeroCompte: '117' } })).toContain('NumeroCompte:"117"')
    expect(contentHash('ccsf', 'k', value, { ...off, aside: { NumeroCompte: '117' } })).not.toBe(
      contentHash('ccsf', 'k', value, { ...off, aside: { NumeroCompte: '118' } }),
    )
  })
  test('a type that the reference did not know is hashed by its canonical JSON', () => {
    expect(contentText('retards', 'k', { montant: 2, date_effet: day('2020-01-01') }, off)).toBe('{"date_effet":"2020-01-01T00:00:00Z","montant":2}')
  })

  describe.each([
    ['without extensions', WRITTEN, false],
    ['with extensions', EXTENDED, true],
  ] as const)('%s', (_, types, extensions) => {
    test.each(Object.keys(types))('%s: entries one after the other, alike or not, have the hash of their text', (type) => {
      const fields = types[type] ?? []
      const entry = fc.record(Object.fromEntries(fields.flatMap(({ field, kind }) => (field ? [[field, fc.oneof(VALUES[kind], FOREIGN)]] : []))), {
        requiredKeys: [],
      })
      const aside = fc.option(fc.record({ NumeroCompte: TEXT }), { nil: undefined })
      const given = fc.tuple(TEXT, entry, fc.boolean(), aside)
      fc.assert(
        fc.property(fc.array(given, { minLength: 1, maxLength: 8 }), (entries) => {
          let before: Record<string, EntryValue | undefined> = {}
          for (const [key, drawn, goesOn, hashedOnly] of entries) {
            // most entries differ from the one before by a few fields
            const value = (goesOn ? { ...before, ...drawn } : drawn) as Record<string, EntryValue>
            before = value
            const options = { extensions, ...(hashedOnly === undefined ? {} : { aside: hashedOnly }) }
            expect(contentHash(type, key, value, options)).toBe(hash('md5', contentText(type, key, value, options)))
          }
        }),
      )
    })
  })
})

const TEXT = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('', '1', '117300000000000110', 'RUE', 'SAINT-ANDRÉ', '"', '\ud800', '€uro') },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(1300), 'é'.repeat(1400), 'x'.repeat(70_000)) },
)
const DAY = fc.constantFrom('0001-01-01', '1899-12-31', '2015-02-01', '2024-02-29').map(day)
const NUMBER = fc.oneof(
  fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }),
  fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }).map((cents) => cents / 100),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 0.01, 0.1, 1, 10, 9_999_999.99, 10_000_000, -9_999_999.99, 1e21),
)
const VALUES: Record<Kind, fc.Arbitrary<EntryValue>> = {
  text: TEXT,
  integer: NUMBER,
  decimal: NUMBER,
  boolean: fc.boolean(),
  date: DAY,
  'optional-date': DAY,
  interval: fc.record({ start: DAY, end: DAY }, { requiredKeys: [] }) as fc.Arbitrary<EntryValue>,
}
/** What a field of another kind would hold, or none. */
const FOREIGN = fc.constantFrom<EntryValue>(null, 'x', 1, true, new Date(0), [])
