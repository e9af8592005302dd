import * as z from 'zod'
import { countByDepartement, type ListFilters, readListPage } from '../../../shared/adapters/postgres/lists.ts'
import type { PublishedList } from '../../../shared/adapters/postgres/published.ts'
import { readSummaries } from '../../../shared/adapters/postgres/summaries.ts'
import { AppError } from '../../../shared/domain/errors.ts'
import { lightOf, readLists } from '../light.ts'
import { type Outcome, type RouteInput, route } from '../route.ts'
import { Amount, Codes, Etat, Jour, Page, text } from '../schemas.ts'
import { disclosureOf, instant, Summary, summaryOf } from '../summary.ts'

const Liste = z
  .object({
    id: z.string(),
    batch: z.string(),
    algo: z.string(),
    description: z.string().optional(),
    nbF1: z.literal(0),
    nbF2: z.literal(0),
    total: z.literal(0),
    dateDonnees: z.string().optional(),
    seuils: z.object({ f1: z.number(), f2: z.number() }).optional(),
    listeRestreinte: z.boolean().optional(),
  })
  .meta({ id: 'Liste' })

export const listes = route({
  method: 'get',
  path: '/listes',
  summary: 'Listes de détection publiées, la courante en premier',
  roles: [],
  answers: {
    200: { description: 'Listes', schema: z.array(Liste) },
    204: { description: 'Aucune liste' },
  },
  run: async ({ db, at }) => {
    const { all } = await readLists(db, at)
    return all.length === 0 ? { status: 204 } : { status: 200, body: all.map(listeOf) }
  },
})

const listeOf = (list: PublishedList): z.input<typeof Liste> => ({
  id: list.libelle,
  batch: list.batch,
  algo: list.algo,
  ...(list.description === null ? {} : { description: list.description }),
  nbF1: 0,
  nbF2: 0,
  total: 0,
  ...(list.dateDonnees === null ? {} : { dateDonnees: instant(list.dateDonnees) }),
  ...(list.seuils === null ? {} : { seuils: list.seuils }),
  ...(list.restreinte ? { listeRestreinte: true } : {}),
})

/** Names are matched whatever their case: `ignorezone` and `ignoreZone` are one (datapi §3.4). */
const Filters = z
  .object({
    zone: Codes.optional(),
    procol: Codes.optional(),
    activite: Codes.optional(),
    effectifMin: Amount.optional(),
    effectifMax: Amount.optional(),
    effectifMinEntreprise: Amount.optional(),
    effectifMaxEntreprise: Amount.optional(),
    caMin: Amount.optional(),
    caMax: Amount.optional(),
    ignoreZone: z.boolean().default(false),
    exclureSuivi: z.boolean().default(false),
    siegeUniquement: z.boolean().default(false),
    filter: text(200).optional(),
    excludeSecteursCovid: Codes.optional(),
    etatAdministratif: Etat.optional(),
    creationDateThreshold: Jour.optional(),
    firstAlert: z.boolean().optional(),
    hasntDelai: z.boolean().optional(),
    codefiListOnly: z.boolean().default(false),
    page: Page.default(0),
  })
  .meta({ id: 'CorpsListe' })

const ListAnswer = z
  .object({
    id: z.string(),
    batch: z.string(),
    algo: z.string(),
    scores: z.array(Summary).optional(),
    nbF1: z.int(),
    nbF2: z.int(),
    from: z.int().optional(),
    total: z.int(),
    page: z.int().optional(),
    pageMax: z.int().optional(),
    to: z.int().optional(),
  })
  .meta({ id: 'PageListe' })

const answers = {
  200: { description: 'Une page de la liste', schema: ListAnswer },
  204: { description: 'Rien à montrer' },
}

export const listeCourante = route({
  method: 'post',
  path: '/scores/liste',
  summary: 'Liste courante, sous les filtres du corps',
  roles: [],
  body: Filters,
  answers,
  run: async (input) => {
    const { all, current } = await readLists(input.db, input.at)
    return current === undefined ? { status: 204 } : answerList(input, all, current)
  },
})

export const liste = route({
  method: 'post',
  path: '/scores/liste/{id}',
  summary: 'Une liste, par son libellé ou son lot',
  roles: [],
  params: z.object({ id: text(100) }),
  body: Filters,
  answers: { ...answers, 404: { description: 'Liste inconnue' } },
  run: async (input) => {
    const { all } = await readLists(input.db, input.at)
    return answerList(input, all, findList(all, input.params.id))
  },
})

export const listeDepartements = route({
  method: 'post',
  path: '/scores/liste/{id}/departements',
  summary: 'Nombre d’établissements d’une liste par département, sous les mêmes filtres',
  roles: [],
  params: z.object({ id: text(100) }),
  body: Filters,
  answers: {
    200: { description: 'Comptes par département', schema: z.array(z.object({ departement: z.string(), total: z.int(), nbF1: z.int(), nbF2: z.int() })) },
    204: { description: 'Rien à compter' },
    404: { description: 'Liste inconnue' },
  },
  run: async ({ db, agent, at, params, body: { page: _page, ...filters } }) => {
    const { all } = await readLists(db, at)
    const counts = await countByDepartement(db, agent, lightOf(all, findList(all, params.id), at), filters)
    return counts.length === 0 ? { status: 204 } : { status: 200, body: counts, disclosure: { groupes: ['score'] } }
  },
})

/** By libellé, as always, or by batch, which is unique (datapi §3.14). */
const findList = (all: readonly PublishedList[], id: string): PublishedList => {
  const list = all.find(({ libelle, batch }) => libelle === id || batch === id)
  if (list === undefined) throw new AppError('LIST_UNKNOWN', 'Cette liste n’existe pas.')
  return list
}

type Input = RouteInput<unknown, z.output<typeof Filters>>

const answerList = async ({ db, agent, at, body, settings }: Input, all: readonly PublishedList[], list: PublishedList): Promise<Outcome> => {
  const { page, ...filters } = body
  const light = lightOf(all, list, at)
  const found = await readListPage(db, agent, light, filters satisfies ListFilters, { limit: settings.pageLength, offset: page * settings.pageLength })
  if (found.rows.length === 0) return { status: 204 }
  const scores = (await readSummaries(db, agent, light, found.rows)).map((row) => summaryOf(row, { withDelai: true }))
  const from = page * settings.pageLength + 1
  const pageMax = Math.floor((found.total - 1) / settings.pageLength)
  const answer: z.input<typeof ListAnswer> = {
    id: list.libelle,
    batch: list.batch,
    algo: lastAlgo(all, list.libelle),
    scores,
    nbF1: found.nbF1,
    nbF2: found.nbF2,
    from,
    total: found.total,
    ...(page === 0 ? {} : { page }),
    ...(pageMax === 0 ? {} : { pageMax }),
    to: from - 1 + scores.length,
  }
  return {
    status: 200,
    body: answer,
    disclosure: { ...disclosureOf(scores), page },
  }
}

/** Several algorithms may share a libellé: the answer names the last one in alphabetical order (datapi §3.4). */
const lastAlgo = (all: readonly PublishedList[], libelle: string): string => all.filter((item) => item.libelle === libelle).at(-1)?.algo ?? ''
