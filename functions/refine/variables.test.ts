import { expect, test } from 'vitest'
import { DEPARTEMENTS } from '../../shared/domain/reference/departements.ts'
import { activites } from '../../shared/domain/reference/naf.ts'
import { rulesVersion } from './variables.ts'

test('other rules, another label of an activity or another région of a département compute everything again', () => {
  const tables = { activites: activites(), departements: DEPARTEMENTS }
  const known = rulesVersion('default')
  expect(rulesVersion('default', tables)).toBe(known)
  expect(rulesVersion('2023')).not.toBe(known)
  const [activite, ...activitesLeft] = tables.activites
  const [departement, ...departementsLeft] = DEPARTEMENTS
  if (activite === undefined || departement === undefined) throw new Error('the tables are empty')
  expect(rulesVersion('default', { ...tables, activites: [{ ...activite, libelle_n3: 'Autre' }, ...activitesLeft] })).not.toBe(known)
  expect(rulesVersion('default', { ...tables, departements: [{ ...departement, region: 'Autre' }, ...departementsLeft] })).not.toBe(known)
})
