import type { APIGatewayProxyEventV2, Context as LambdaContext } from 'aws-lambda'
import type { Context } from 'hono'
import type { LambdaContext as HonoLambdaContext } from 'hono/aws-lambda'
import { consequenceOf, problemOf } from '../domain/errors.ts'
import type { Log } from '../ports.ts'

/** Bindings that Hono's Lambda adapter gives to a request. Outside Lambda (tests through `app.request`) they are absent. */
export type LambdaBindings = { event?: APIGatewayProxyEventV2; lambdaContext?: LambdaContext & HonoLambdaContext }

/** Id of the request: the one of API Gateway, else one made here. It is in the answer and in the log, so that they can be brought together. */
export const requestIdOf = (context: Context): string => {
  const bindings = context.env as LambdaBindings | undefined
  return bindings?.event?.requestContext?.requestId ?? bindings?.lambdaContext?.awsRequestId ?? crypto.randomUUID()
}

/**
 * The answer to an error: `application/problem+json`. What is not an `AppError` shows nothing of itself and is logged with its stack.
 * `extra` are headers, `members` what a page of the specification adds to the body.
 */
export const problemResponse = (
  error: unknown,
  requestId: string,
  log: Log,
  extra: Record<string, string> = {},
  members: Record<string, string> = {},
): Response => {
  const problem = problemOf(error, requestId)
  // A caller who asks too much may come back later, as when a service is down, but nothing of ours has failed.
  const isFault = consequenceOf(error).level === 'error' && problem.status >= 500
  if (isFault) log.error('request.failed', error, { requestId })
  else log.info('request.refused', { requestId, code: problem.code, status: problem.status })
  const headers = new Headers({ 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store', ...extra })
  if (problem.status === 401) headers.set('www-authenticate', 'Bearer')
  if (problem.status === 503 || problem.status === 429) headers.set('retry-after', '5')
  return new Response(JSON.stringify({ ...problem, ...members }), { status: problem.status, headers })
}
