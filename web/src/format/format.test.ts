import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAge, formatInstant, formatJour, formatMois, moisDeRang, rangMois } from './dates.ts'
import { formatSiren, formatSiret, sansEspaces } from './identifiants.ts'
import { formatDetteEnListe, formatEffectifs, formatEtp, formatEuros, formatKiloEuros, formatKiloEurosCourt, formatOctets, tendance } from './montants.ts'
import { formatPart, formatPoints, formatPointsSignes, formatVariation } from './nombres.ts'
import { pluriel } from './pluriels.ts'

/** No-break spaces are written `_` (ordinary) and `'` (narrow) to be seen. */
const vu = (texte: string): string => texte.replaceAll('\u00a0', '_').replaceAll('\u202f', "'")

describe('amounts', () => {
  test('turnover is an integer of k€ with narrow spaces between thousands', () => expect(vu(formatKiloEuros(34_441))).toBe("34'441_k€"))
  test('zero is a value', () => expect(vu(formatKiloEuros(0))).toBe('0_k€'))
  test('null and absent are n/c, without unit', () => expect([formatKiloEuros(null), formatEuros(undefined), formatEtp(null)]).toEqual(['n/c', 'n/c', 'n/c']))
  test('negatives take the minus sign', () => expect(vu(formatKiloEuros(-14))).toBe('\u221214_k€'))
  test('a negative that rounds to zero has no sign', () => expect(vu(formatKiloEuros(-0.2))).toBe('0_k€'))
  test('charts may write M€ from 100 000 k€ on', () =>
    expect([vu(formatKiloEurosCourt(571_300)), vu(formatKiloEurosCourt(99_999))]).toEqual(['571,3_M€', "99'999_k€"]))
  test('debts of lists are k€ with one decimal, from euros', () => expect(vu(formatDetteEnListe(1_023_100))).toBe("1'023,1_k€"))
  test('tables give whole euros', () => expect(vu(formatEuros(1023.4))).toBe("1'023_€"))
  test('short-time work is hours / 151.67', () => expect(vu(formatEtp(12.4 * 151.67))).toBe('12,4_ETP'))
  test('headcounts: either may be unknown', () => expect([formatEffectifs(47, 120), formatEffectifs(null, 0)]).toEqual(['47 / 120', 'n/c / 0']))
  test('ratios have one decimal', () => expect(vu(formatPart(0.182))).toBe('18,2_%'))
  test('what adds to a ratio is in points, plural from two as it is written', () => {
    expect([0.182, 0.0199, 0.0194, 0.008].map((part) => vu(formatPoints(part)))).toEqual(['18,2_points', '2,0_points', '1,9_point', '0,8_point'])
    expect([0.302, -0.041, 0].map((part) => vu(formatPointsSignes(part)))).toEqual(['+30,2_points', '−4,1_points', '0,0_point'])
  })
  test('variations are signed', () =>
    expect([vu(formatVariation(-0.17)), vu(formatVariation(0.4)), vu(formatVariation(0))]).toEqual(['\u221217_%', '+40_%', '0_%']))
  test('a trend is told only beyond 5 %', () => {
    expect(vu(tendance(1.12)?.texte ?? '')).toBe('en hausse de 12_%')
    expect(tendance(0.5)?.sens).toBe('baisse')
    expect([tendance(1.05), tendance(0.95), tendance(null)]).toEqual([null, null, null])
  })
  test('sizes of files', () =>
    expect([1, 184_302, 1_500_000, 80e6, 1.2e9].map((octets) => vu(formatOctets(octets)))).toEqual(['1_octet', '184_ko', '1,5_Mo', '80_Mo', '1,2_Go']))
})

describe('dates', () => {
  test('days and months are read in UTC', () =>
    expect([formatJour('2026-01-05T00:00:00Z'), formatMois('2026-01-01T00:00:00Z')]).toEqual(['05/01/2026', 'janv. 2026']))
  test('instants are those of Paris', () => expect(formatInstant('2026-01-02T09:12:41.120Z')).toBe('02/01/2026 10:12'))
  test('a text that is no date is n/c', () => expect([formatJour('2026-30-30'), formatJour(''), formatJour(null)]).toEqual(['n/c', 'n/c', 'n/c']))
  test('ages in words', () => {
    const maintenant = new Date('2026-01-15T12:00:00Z')
    expect([
      formatAge('2025-06-01', maintenant),
      formatAge('2025-01-15', maintenant),
      formatAge('2024-01-16', maintenant),
      formatAge('2013-12-31', maintenant),
    ]).toEqual(['moins d’un an', '1 an', '1 an', '12 ans'])
    expect([formatAge(null, maintenant), formatAge('2027-01-01', maintenant)]).toEqual([null, null])
  })
  test('the rank of a month and back is the identity', () =>
    fc.assert(fc.property(fc.integer({ min: 1980 * 12, max: 2100 * 12 }), (rang) => rangMois(moisDeRang(rang)) === rang)))
})

describe('identifiers and plurals', () => {
  test('spaces are for the eye', () => expect([vu(formatSiren('123456789')), vu(formatSiret('12345678900012'))]).toEqual(['123_456_789', '123_456_789_00012']))
  test('writing a SIRET loses nothing', () => fc.assert(fc.property(fc.stringMatching(/^\d{14}$/), (siret) => sansEspaces(formatSiret(siret)) === siret)))
  test('zero is singular', () =>
    expect([0, 1, 2].map((nombre) => vu(pluriel(nombre, 'risque élevé', 'risques élevés')))).toEqual(['0_risque élevé', '1_risque élevé', '2_risques élevés']))
})
