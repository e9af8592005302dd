import type { Call, TestAgent } from './agents.ts'

/** `list`: name of a past list, as it stands in an address. */
type Asked = { siren: string; siret: string; list: string; search: string }
type Request = [method: string, path: string, body?: object]

/** How each route that shows companies or lists is asked, by what it is called in the OpenAPI document. */
export const readingsOf = ({ siren, siret, list, search }: Asked): Record<string, Request> => ({
  'get /listes': ['GET', '/listes'],
  'post /scores/liste': ['POST', '/scores/liste', { ignoreZone: true }],
  'post /scores/liste/{id}': ['POST', `/scores/liste/${list}`, { ignoreZone: true }],
  'post /scores/liste/{id}/departements': ['POST', `/scores/liste/${list}/departements`, { ignoreZone: true }],
  'post /etablissement/search': ['POST', '/etablissement/search', { search, ignoreZone: true, ignoreRoles: true }],
  'post /etablissement/search/total': ['POST', '/etablissement/search/total', { search, ignoreZone: true, ignoreRoles: true }],
  'get /etablissement/get/{siret}': ['GET', `/etablissement/get/${siret}`],
  'get /entreprise/get/{siren}': ['GET', `/entreprise/get/${siren}`],
  'get /entreprise/all/{siren}': ['GET', `/entreprise/all/${siren}`],
  'get /follow': ['GET', '/follow'],
  'post /kanban/follow': ['POST', '/kanban/follow', {}],
})

/** Routes that show neither company nor list: they change the suivis of who calls, or say what everybody may know. */
export const OTHER_ROUTES = [
  'get /healthcheck',
  'post /follow/{siret}',
  'delete /follow/{siret}',
  'post /follow/{siret}/fin',
  'get /reference/naf',
  'get /reference/departements',
  'get /reference/regions',
]

/** What each of these routes answers, with what was asked. */
export const readEverything = async (call: Call, agent: TestAgent, asked: Asked): Promise<{ route: string; status: number; body: unknown }[]> => {
  const answers = []
  for (const [route, [method, path, sent]] of Object.entries(readingsOf(asked))) {
    const { status, body } = await call(agent, method, path, sent)
    answers.push({ route, status, body })
  }
  return answers
}
