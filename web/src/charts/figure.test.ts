import { expect, test } from 'vitest'
import { csvDe } from './figure.ts'

test('csv: semicolons, quotes doubled, formulas neutralised', () =>
  expect(
    csvDe({
      entetes: ['Mois', 'a;b'],
      lignes: [
        ['janv. 2026', '=1'],
        ['x', 'dit "oui"'],
      ],
    }),
  ).toBe('Mois;"a;b"\r\njanv. 2026;\'=1\r\nx;"dit ""oui"""'))
