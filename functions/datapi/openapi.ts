import type { OpenAPIHono } from '@hono/zod-openapi'
import * as z from 'zod'
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
