import { expect, test } from 'vitest'
import { accepterCharte, charteValide } from './charte.ts'

const memoire = () => {
  const contenu = new Map<string, string>()
  return {
    getItem: (cle: string) => contenu.get(cle) ?? null,
    setItem: (cle: string, valeur: string) => void contenu.set(cle, valeur),
  }
}

test('the charter lasts sixty days, for the agent who accepted it only', () => {
  const ici = memoire()
  const jour = new Date('2026-01-01T10:00:00Z')
  expect(charteValide(ici, 'a', jour)).toBe(false)
  accepterCharte(ici, 'a', jour)
  expect(charteValide(ici, 'a', new Date('2026-03-01T10:00:00Z'))).toBe(true)
  expect(charteValide(ici, 'a', new Date('2026-03-02T10:00:00Z'))).toBe(false)
  expect(charteValide(ici, 'b', jour)).toBe(false)
  expect(charteValide(ici, 'a', new Date('2025-12-31T10:00:00Z'))).toBe(false)
})
