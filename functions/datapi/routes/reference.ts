import * as z from 'zod'
import { departements, nafSections, regions } from '../../../shared/adapters/postgres/reference.ts'
import { FRANCE_ENTIERE } from '../../../shared/domain/access/zone.ts'
import { type Outcome, route } from '../route.ts'

const cacheable = (body: unknown): Outcome => ({
  status: 200,
  body,
  headers: { 'cache-control': 'private, max-age=3600' },
})

const Labels = z.record(z.string(), z.string())

export const naf = route({
  method: 'get',
  path: '/reference/naf',
  summary: 'Sections de la nomenclature d’activités',
  roles: [],
  answers: { 200: { description: 'Lettre → libellé', schema: Labels } },
  run: async ({ db }) => cacheable(await nafSections(db)),
})

export const referenceDepartements = route({
  method: 'get',
  path: '/reference/departements',
  summary: 'Départements',
  roles: [],
  answers: { 200: { description: 'Code → libellé', schema: Labels } },
  run: async ({ db }) => cacheable(await departements(db)),
})

export const referenceRegions = route({
  method: 'get',
  path: '/reference/regions',
  summary: 'Régions et leurs départements',
  roles: [],
  answers: {
    200: {
      description: 'Libellé → codes des départements',
      schema: z.record(z.string(), z.array(z.string())),
    },
  },
  run: async ({ db }) => {
    const [known, every] = [await regions(db), await departements(db)]
    return cacheable({ ...known, [FRANCE_ENTIERE]: Object.keys(every).sort() })
  },
})
