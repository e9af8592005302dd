import * as z from 'zod'
import { countMatches, MAX_TOTAL, type Search, searchPage } from '../../../shared/adapters/postgres/search.ts'
import { readSummaries } from '../../../shared/adapters/postgres/summaries.ts'
import { readLists } from '../light.ts'
import { route } from '../route.ts'
import { Amount, Codes, Etat, Page, text } from '../schemas.ts'
import { disclosureOf, Summary, summaryOf } from '../summary.ts'

const Body = z
  .object({
    search: text(200).refine((value) => [...value].length >= 3),
    page: Page.default(0),
    departements: Codes.optional(),
    activites: Codes.optional(),
    effectifMin: Amount.optional(),
    effectifMinEntreprise: Amount.optional(),
    effectifMaxEntreprise: Amount.optional(),
    caMin: Amount.optional(),
    caMax: Amount.optional(),
    siegeUniquement: z.boolean().default(false),
    ignoreRoles: z.boolean().default(false),
    ignoreZone: z.boolean().default(false),
    excludeSecteursCovid: Codes.optional(),
    etatAdministratif: Etat.optional(),
  })
  .meta({ id: 'CorpsRecherche' })

const searchOf = ({ search, page: _page, ...filters }: z.output<typeof Body>): Search => ({ ...filters, text: search })

const Answer = z
  .object({
    from: z.int(),
    to: z.int(),
    total: z.literal(0),
    nbF1: z.literal(0),
    nbF2: z.literal(0),
    pageMax: z.literal(0),
    page: z.int(),
    results: z.array(Summary),
  })
  .meta({ id: 'PageRecherche' })

export const search = route({
  method: 'post',
  path: '/etablissement/search',
  summary: 'Établissements dont la raison sociale contient le texte, ou dont le SIRET commence par lui',
  roles: [],
  body: Body,
  answers: {
    200: { description: 'Une page de résultats', schema: Answer },
    204: { description: 'Aucun résultat' },
  },
  run: async ({ db, agent, at, body, settings }) => {
    const { pageLength } = settings
    // Deep pages cost more than they serve: beyond what `total` counts there is nothing to read (datapi §4.5).
    if (body.page * pageLength > MAX_TOTAL) return { status: 204 }
    const sirets = await searchPage(db, agent, searchOf(body), {
      limit: pageLength,
      offset: body.page * pageLength,
    })
    if (sirets.length === 0) return { status: 204 }
    const { light } = await readLists(db, at)
    const results = (
      await readSummaries(
        db,
        agent,
        light,
        sirets.map((siret) => ({ siret })),
      )
    ).map((row) => summaryOf(row))
    const from = body.page * pageLength + 1
    const answer: z.input<typeof Answer> = {
      from,
      to: from - 1 + results.length,
      total: 0,
      nbF1: 0,
      nbF2: 0,
      pageMax: 0,
      page: body.page,
      results,
    }
    return {
      status: 200,
      body: answer,
      disclosure: { ...disclosureOf(results), page: body.page },
    }
  },
})

export const searchTotal = route({
  method: 'post',
  path: '/etablissement/search/total',
  summary: 'Nombre de résultats de la même recherche, 1000 voulant dire « 1000 ou plus »',
  roles: [],
  body: Body,
  answers: {
    200: {
      description: 'Nombre de résultats',
      schema: z.object({ total: z.int() }),
    },
  },
  run: async ({ db, agent, body }) => ({
    status: 200,
    body: { total: await countMatches(db, agent, searchOf(body)) },
  }),
})
