import * as z from 'zod'
import { createSuivi, endSuivi, followedBy, isKnownSiret } from '../../../shared/adapters/postgres/suivi.ts'
import { readSummaries } from '../../../shared/adapters/postgres/summaries.ts'
import { AppError } from '../../../shared/domain/errors.ts'
import { readLists } from '../light.ts'
import { type Outcome, type RouteInput, route } from '../route.ts'
import { Siret, text } from '../schemas.ts'
import { disclosureOf, instant, Summary, summaryOf } from '../summary.ts'

const Suivis = z.object({
  stats: z.object({ count: z.int(), countF1: z.null(), countF2: z.null() }),
  summaries: z.array(Summary),
  suivis: z.array(
    z.object({
      siret: z.string(),
      since: z.string(),
      category: z.string(),
      comment: z.string().nullable(),
    }),
  ),
})

const mine = async ({ db, agent, at }: RouteInput<unknown, unknown>): Promise<Outcome> => {
  const suivis = await followedBy(db, agent.username)
  if (suivis.length === 0) return { status: 204 }
  const { light } = await readLists(db, at)
  const summaries = (await readSummaries(db, agent, light, suivis)).map((row) => summaryOf(row))
  const body: z.input<typeof Suivis> = {
    stats: { count: summaries.length, countF1: null, countF2: null },
    summaries,
    suivis: suivis.map(({ siret, since, category, comment }) => ({
      siret,
      since: instant(since),
      category,
      comment,
    })),
  }
  return { status: 200, body, disclosure: disclosureOf(summaries) }
}

const listAnswers = {
  200: {
    description: 'Mes suivis, dans l’ordre de leur création',
    schema: Suivis,
  },
  204: { description: 'Aucun suivi' },
}

export const follow = route({
  method: 'get',
  path: '/follow',
  summary: 'Mes suivis',
  roles: [],
  answers: listAnswers,
  run: mine,
})

/** Kept for the former front end, whose kanban is gone (datapi §3.10). */
export const kanbanFollow = route({
  method: 'post',
  path: '/kanban/follow',
  summary: 'Mes suivis',
  roles: [],
  answers: listAnswers,
  run: mine,
})

const params = z.object({ siret: Siret })

const Start = z.object({
  category: z.enum(['source_interne', 'source_externe', 'detection', 'autre']),
  comment: text(5000).default(''),
})

export const startFollowing = route({
  method: 'post',
  path: '/follow/{siret}',
  summary: 'Suivre un établissement : ouvre les données de son entreprise, et laisse une trace',
  roles: [],
  params,
  body: Start,
  writes: true,
  answers: {
    201: {
      description: 'Suivi créé',
      schema: z.object({
        siret: z.string(),
        username: z.string(),
        active: z.literal(true),
        since: z.string(),
        comment: z.string(),
        category: z.string(),
      }),
    },
    204: { description: 'Déjà suivi' },
    404: { description: 'Établissement inconnu' },
  },
  run: async ({ db, agent, at, params: { siret }, body: { category, comment } }) => {
    if (category === 'autre' && comment.trim() === '')
      throw new AppError('INPUT_INVALID', 'Un commentaire est nécessaire avec la catégorie « autre ».', { details: { champs: ['comment'] } })
    if (!(await isKnownSiret(db, siret))) throw new AppError('SIRET_UNKNOWN', 'Cet établissement est inconnu.')
    const created = await createSuivi(db, {
      siret,
      username: agent.username,
      comment,
      category,
      at,
    })
    const disclosure = { sirets: [siret], sirens: [siret.slice(0, 9)] }
    if (created === undefined) return { status: 204, disclosure }
    return {
      status: 201,
      body: {
        siret,
        username: agent.username,
        active: true,
        since: instant(created.since),
        comment,
        category,
      },
      disclosure,
    }
  },
})

const End = z.object({
  unfollowCategory: z.enum(['actions', 'aucune_action']),
  unfollowComment: text(5000).default(''),
})

const endAnswers = {
  200: { description: 'Suivi terminé' },
  204: { description: 'Cet établissement n’était pas suivi' },
}

const end = async ({ db, agent, at, params: { siret }, body }: RouteInput<z.output<typeof params>, z.output<typeof End>>): Promise<Outcome> => {
  const ended = await endSuivi(db, {
    siret,
    username: agent.username,
    comment: body.unfollowComment,
    category: body.unfollowCategory,
    at,
  })
  const disclosure = { sirets: [siret], sirens: [siret.slice(0, 9)] }
  return ended
    ? {
        status: 200,
        body: { siret, username: agent.username, active: false },
        disclosure,
      }
    : { status: 204, disclosure }
}

export const stopFollowing = route({
  method: 'delete',
  path: '/follow/{siret}',
  summary: 'Ne plus suivre un établissement',
  roles: [],
  params,
  body: End,
  queryAsBody: true,
  writes: true,
  answers: endAnswers,
  run: end,
})

/** The same, for stacks that drop the body of a DELETE (datapi §3.14). */
export const stopFollowingByPost = route({
  method: 'post',
  path: '/follow/{siret}/fin',
  summary: 'Ne plus suivre un établissement',
  roles: [],
  params,
  body: End,
  writes: true,
  answers: endAnswers,
  run: end,
})
