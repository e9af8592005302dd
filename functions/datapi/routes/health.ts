import * as z from 'zod'
import { openRoute } from '../route.ts'

/** Says that the function answers; it does not touch the database (datapi §3.12). */
export const healthcheck = openRoute({
  method: 'get',
  path: '/healthcheck',
  summary: 'Le service répond',
  roles: 'anonymous',
  answers: {
    200: {
      description: 'Le service répond',
      schema: z.object({ statut: z.literal('ok'), version: z.string() }),
    },
  },
  run: async ({ settings }) => ({
    status: 200,
    body: { statut: 'ok', version: settings.version },
  }),
})
