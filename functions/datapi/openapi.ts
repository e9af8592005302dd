import type { OpenAPIHono } from '@hono/zod-openapi'
import * as z from 'zod'
import { DepotDetail, DepotPage } from '../../shared/domain/deposit/view.ts'
import { DepositId } from '../../shared/domain/messages.ts'
import type { LambdaBindings } from '../../shared/runtime/http.ts'
import type { Route } from './route.ts'

type App = OpenAPIHono<{ Bindings: LambdaBindings }>

const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    instance: z.string().optional(),
  })
  .meta({ id: 'Probleme' })

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
})

/** Adds a route to the document. */
export const describeRoute = (registry: App['openAPIRegistry'], route: Route): void => {
  const isOpen = route.access === 'anonymous'
  registry.registerPath({
    method: route.method,
    path: route.path,
    summary: route.summary,
    ...(isOpen ? {} : { security: [{ bearer: [] }] }),
    request: {
      params: route.params,
      ...(route.body === undefined
        ? {}
        : {
            body: {
              required: false,
              content: { 'application/json': { schema: route.body } },
            },
          }),
    },
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, { description, schema }]) => [
          status,
          schema === undefined ? { description } : { description, content: { 'application/json': { schema } } },
        ]),
      ),
      ...(isOpen
        ? {}
        : {
            400: problem('Requête invalide'),
            401: problem('Jeton absent ou refusé'),
            403: problem('Droit absent'),
          }),
      default: problem('Erreur'),
    },
  })
}

const depotParameters = z.object({ id: DepositId.meta({ param: { name: 'id', in: 'path' } }) })

/** The three routes of the function `depots`, which is not this one but has the same origin (upload §4.7). */
export const describeDepots = (registry: App['openAPIRegistry']): void => {
  const common = { security: [{ bearer: [] }] }
  const answer = (status: number, description: string, schema: z.ZodType) => ({ [status]: { description, content: { 'application/json': { schema } } } })
  const refusals = { 401: problem('Jeton absent ou refusé'), 403: problem('Aucun espace de dépôt'), default: problem('Erreur') }
  registry.registerPath({
    method: 'get',
    path: '/depots',
    summary: 'Les dépôts du partenaire, du plus récent au plus ancien',
    ...common,
    request: { query: z.object({ limit: z.coerce.number().int().min(1).max(100).optional(), before: z.string().optional() }) },
    responses: { ...answer(200, 'Une page de dépôts', DepotPage), 400: problem('Requête invalide'), ...refusals },
  })
  registry.registerPath({
    method: 'get',
    path: '/depots/{id}',
    summary: 'Un dépôt du partenaire, avec les premières lignes rejetées',
    ...common,
    request: { params: depotParameters },
    responses: { ...answer(200, 'Le dépôt', DepotDetail), 404: problem('Dépôt inconnu'), ...refusals },
  })
  registry.registerPath({
    method: 'post',
    path: '/depots/{id}/confirmation',
    summary: 'Confirmer qu’une livraison retenue est complète',
    ...common,
    request: { params: depotParameters },
    responses: {
      ...answer(202, 'La confirmation est enregistrée', DepotDetail),
      404: problem('Dépôt inconnu'),
      409: problem('Le dépôt n’attend pas de confirmation'),
      ...refusals,
    },
  })
}

/** The whole document. Tokens are those of the realm. */
export const openApiDocument = (app: App, version: string) => {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  })
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'datapi',
      version,
      description: 'Données des entreprises et listes de détection, masquées selon qui demande.',
    },
    servers: [{ url: '/api' }],
  })
}
