import { expect, test } from 'vitest'
import { erreurSuivi } from './suivi.ts'

test('a reason is needed, and « autre » needs ten characters', () => {
  expect(erreurSuivi(null, '')?.champ).toBe('categorie')
  expect(erreurSuivi('autre', '  trop peu  ')?.champ).toBe('commentaire')
  expect(erreurSuivi('autre', 'une raison claire')).toBeNull()
  expect(erreurSuivi('detection', '')).toBeNull()
})
