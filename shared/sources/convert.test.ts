import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDay } from '../domain/month.ts'
import {
  boolean,
  type Convert,
  commaDecimal,
  decimal,
  frenchDate,
  integer,
  integerFromDecimal,
  isoDate,
  monthNameDate,
  period,
  remembering,
  urssafDay,
} from './convert.ts'

const run = <T>(convert: Convert<T>, cell: string): { value: T; faults: string[] } => {
  const faults: string[] = []
  const value = convert(cell, (message) => faults.push(message))
  return { value, faults }
}
const ok = <T>(convert: Convert<T>, cells: string[]) =>
  cells.map((cell) => {
    const { value, faults } = run(convert, cell)
    return faults.length === 0 ? value : faults
  })
const refused = <T>(convert: Convert<T>, cells: string[]) => cells.map((cell) => run(convert, cell).faults.length)

describe('conversions', () => {
  test('integer', () => {
    expect(ok(integer, ['', '12', '+3', '-4', '007', '999999999999999'])).toEqual([null, 12, 3, -4, 7, 999999999999999])
    expect(refused(integer, [' 12', '12.0', '1e3', '1 000', '+', '٣', '99999999999999999999'])).toEqual(Array(7).fill(1))
    expect(run(integer, 'x')).toEqual({ value: 0, faults: ['strconv.Atoi: parsing "x": invalid syntax'] })
  })
  test('decimal: a comma, blanks, infinities and hexadecimal are errors', () => {
    expect(ok(decimal, ['', '1', '.5', '5.', '-2.5e3', '+1E-2', '-0.1', '00012.50', '12345678901234567000', '.5e1', '5.E1', '+.5'])).toEqual([
      null,
      1,
      0.5,
      5,
      -2500,
      0.01,
      -0.1,
      12.5,
      12345678901234567000,
      5,
      50,
      0.5,
    ])
    expect(refused(decimal, ['1,5', ' 1', 'inf', 'NaN', '0x1p3', '.', '-', '-.', '1_000', '1e999', '--1', '1.2.3', '1 000'])).toEqual(Array(13).fill(1))
  })
  test('comma-decimal: every comma is a point', () => {
    expect(ok(commaDecimal, ['', '1250,50', '-,5', '5,', '1.5'])).toEqual([null, 1250.5, -0.5, 5, 1.5])
    expect(refused(commaDecimal, ['1.234,5', '1,2,3', ',', '1 000,5'])).toEqual(Array(4).fill(1))
  })
  test('a short decimal is the double that the general way gives', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?[0-9]{0,9}[.,]?[0-9]{0,8}$/), (cell) => {
        const { value, faults } = run(commaDecimal, cell)
        const plain = cell.replace(',', '.')
        if (/[0-9]/.test(cell)) expect(Object.is(value, Number(plain))).toBe(true)
        else expect(cell === '' ? value === null : faults.length === 1).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
  test('integer from decimal truncates toward zero', () => {
    expect(ok(integerFromDecimal, ['', '2.9', '-2.9', '16.0', '-0.5'])).toEqual([null, 2, -2, 16, 0])
  })
  test('boolean: twelve spellings', () => {
    expect(ok(boolean, ['1', 't', 'T', 'TRUE', 'true', 'True'])).toEqual(Array(6).fill(true))
    expect(ok(boolean, ['0', 'f', 'F', 'FALSE', 'false', 'False'])).toEqual(Array(6).fill(false))
    expect(refused(boolean, ['', 'O', 'N', 'oui', '1.0', 'yes', 'tRUE'])).toEqual(Array(7).fill(1))
  })
  test('dates are strict, and exist in the calendar', () => {
    const days = (convert: Convert<Date>, cells: string[]) => cells.map((cell) => formatDay(run(convert, cell).value))
    expect(days(isoDate, ['2017-08-09', '2020-02-29'])).toEqual(['2017-08-09', '2020-02-29'])
    expect(days(frenchDate, ['28/02/2019'])).toEqual(['2019-02-28'])
    expect(days(monthNameDate, ['24FEB2014', '01may2020', '31Aug1999'])).toEqual(['2014-02-24', '2020-05-01', '1999-08-31'])
    expect(refused(isoDate, ['', '2017-8-9', '2019-02-29', '2017-08-09 ', '09/08/2017'])).toEqual(Array(5).fill(1))
    expect(refused(frenchDate, ['29/02/2019', '02/28/2019', '1/2/2019', ''])).toEqual(Array(4).fill(1))
    expect(refused(monthNameDate, ['30FEB2014', '1JAN2010', '01AOU2010', '01JAN10'])).toEqual(Array(4).fill(1))
    expect(run(urssafDay, '1180151').faults).toEqual(['valeur non autorisée pour une conversion en date: 1180151'])
  })
  test('what is remembered of a cell is not taken for that of another with the same digits', () => {
    const remembered = remembering(period)
    expect(ok(remembered, ['1022', '0162', '162', '01022', '1022'])).toEqual([
      run(period, '1022').value,
      run(period, '0162').value,
      ['valeur non autorisée'],
      ['valeur non autorisée'],
      run(period, '1022').value,
    ])
  })
  test('what is remembered is told again when it fails', () => {
    const once = remembering(period)
    expect(run(once, '201712')).toEqual(run(period, '201712'))
    expect(run(once, '201712').value).toBe(run(once, '201712').value)
    expect([run(once, 'x').faults, run(once, 'x').faults]).toEqual([['valeur non autorisée'], ['valeur non autorisée']])
  })
})
