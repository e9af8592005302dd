import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request as the fixtures read it. */
export type Request = {
  method: string
  url: URL
  origin: string
  headers: IncomingMessage['headers']
  cookie: string
  body: Buffer
  form: URLSearchParams
}
export type Reply = {
  status?: number
  json?: unknown
  html?: string
  redirect?: string
  headers?: Record<string, string>
}

export const readRequest = async (incoming: IncomingMessage): Promise<Request> => {
  const origin = `http://${incoming.headers.host ?? 'localhost'}`
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part as Buffer)
  const body = Buffer.concat(parts)
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', origin),
    origin,
    headers: incoming.headers,
    cookie: incoming.headers.cookie ?? '',
    body,
    form: new URLSearchParams(body.length < 10_000 ? body.toString('utf8') : ''),
  }
}

export const sendReply = (outgoing: ServerResponse, { status = 200, json, html, redirect, headers = {} }: Reply): void => {
  if (redirect !== undefined) {
    outgoing.writeHead(302, { ...headers, location: redirect })
    outgoing.end()
    return
  }
  if (html !== undefined) {
    outgoing.writeHead(status, {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
    })
    outgoing.end(html)
    return
  }
  const kind = status >= 400 ? 'application/problem+json' : 'application/json'
  outgoing.writeHead(status, json === undefined ? headers : { ...headers, 'content-type': kind })
  outgoing.end(json === undefined ? undefined : JSON.stringify(json))
}
