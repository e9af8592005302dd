import { describe, expect, test } from 'vitest'
import { formatDay } from './month.ts'
import { headcountOf, integerOf, monthColumnOf, urssafDate, urssafPeriod } from './urssaf.ts'

describe('urssafDate', () => {
  test.each([
    ['1160318', '2016-03-18'],
    ['990612', '1999-06-12'],
    ['1050824', '2005-08-24'],
    ['9990101', '2899-01-01'],
    // An integer, whatever its length: the sum alone must have 8 digits.
    ['80101', '1908-01-01'],
    ['01160318', '2016-03-18'],
    ['+11000101', '3000-01-01'],
  ])('%s is %s', (text, day) => {
    expect(formatDay(urssafDate(text) ?? new Date(0))).toBe(day)
  })
  test.each(['0000000', '1180151', '11A0203', '', ' 990612', '1160230'])('« %s » is no date', (text) => {
    expect(urssafDate(text)).toBeUndefined()
  })
})

describe('urssafPeriod', () => {
  test.each([
    ['201631', '2016-07-01', '2016-08-01'],
    ['1022', '2010-05-01', '2010-06-01'],
    ['0232', '2002-08-01', '2002-09-01'],
    ['6331', '1963-07-01', '1963-08-01'],
    ['201712', '2017-02-01', '2017-03-01'],
    ['201511', '2015-01-01', '2015-02-01'],
    ['201543', '2015-12-01', '2016-01-01'],
    ['199904', '1999-01-01', '1999-02-01'],
    ['2110', '2021-01-01', '2021-04-01'],
    ['1820', '2018-04-01', '2018-07-01'],
    ['1862', '2018-01-01', '2019-01-01'],
    ['0162', '2001-01-01', '2002-01-01'],
    ['5062', '1950-01-01', '1951-01-01'],
    ['201862', '2018-01-01', '2019-01-01'],
    ['201700', '2016-10-01', '2017-01-01'],
    ['201750', '2018-01-01', '2018-04-01'],
  ])('%s is [%s, %s)', (text, start, end) => {
    const period = urssafPeriod(text)
    expect([period?.start, period?.end].map((date) => date && formatDay(date))).toEqual([start, end])
  })
  test.each(['', '2004101', '56331', '56a1', '5a31', 'AAAA10'])('« %s » is no period', (text) => {
    expect(urssafPeriod(text)).toBeUndefined()
  })
})

test('an integer has a sign and digits, nothing else', () => {
  expect(['12', '+3', '-04', '-0'].map(integerOf)).toEqual([12, 3, -4, 0])
  expect([' 12', '12.0', '1e3', '1 000', '', '+', '99999999999999999999'].map(integerOf)).toEqual(Array(7).fill(undefined))
})

test('a headcount loses whatever is not a digit', () => {
  expect(['12', '-5', '12,5', '12.0', '1 000', '0'].map(headcountOf)).toEqual([12, 5, 125, 120, 1000, 0])
  expect(headcountOf('')).toBeUndefined()
  expect(headcountOf('n/a')).toBe('unreadable')
})

test('a month column is eff and six digits, in lower case', () => {
  expect(formatDay(monthColumnOf('eff201043') ?? new Date(0))).toBe('2010-12-01')
  expect(['effectif', 'EFF201011', 'eff20101', ' eff201011'].map(monthColumnOf)).toEqual(Array(4).fill(undefined))
})
