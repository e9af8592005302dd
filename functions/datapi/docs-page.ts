import { createHash } from 'node:crypto'
import type { Route } from './route.ts'

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#161616}
details{border:1px solid #ccc;border-radius:4px;margin:.5rem 0;padding:.5rem 1rem}summary{cursor:pointer}
code,pre,textarea,input{font:14px/1.4 ui-monospace,monospace}pre{background:#f6f6f6;padding:1rem;overflow:auto;max-height:30rem}
textarea,input{width:100%;box-sizing:border-box}label{display:block;margin:.5rem 0}`

/** Sends what the forms say, with the token of the first field. Answers are shown as text, never as HTML. */
const SCRIPT = `for (const form of document.querySelectorAll('form')) form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const data = new FormData(form)
  const out = form.querySelector('pre')
  const path = form.dataset.path.replace(/\\{(\\w+)\\}/g, (_, name) => encodeURIComponent(data.get(name)))
  const token = document.getElementById('token').value.trim()
  const body = data.get('corps')
  const headers = { ...(token ? { authorization: 'Bearer ' + token } : {}), ...(body ? { 'content-type': 'application/json' } : {}) }
  out.textContent = '…'
  try {
    const answer = await fetch('/api' + path, { method: form.dataset.method, headers, ...(body ? { body } : {}) })
    const text = await answer.text()
    const isJson = (answer.headers.get('content-type') ?? '').includes('json')
    out.textContent = answer.status + '\\n' + (text === '' ? '(réponse sans contenu)' : isJson ? JSON.stringify(JSON.parse(text), null, 2) : text)
  } catch (error) { out.textContent = 'La réponse n’a pas pu être lue : ' + String(error) }
})`

/** Only this style and this script run, and only our origin is called. */
export const DOCS_POLICY = `default-src 'none'; style-src '${hash(STYLE)}'; script-src '${hash(SCRIPT)}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** A page in French to read the description of the service and to try it, without anything from elsewhere. */
export const docsPage = (routes: readonly Route[]): string =>
  `<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>datapi</title><style>${STYLE}</style></head><body>
<h1>datapi</h1><p>Description complète : <a href="/api/openapi.json">/api/openapi.json</a>. Les données affichées dépendent des droits du jeton, et chaque appel est journalisé.</p>
<label>Jeton d’accès <input id="token" type="password" autocomplete="off"></label>${routes.map(formOf).join('\n')}<script>${SCRIPT}</script></body></html>`

const formOf = ({ method, path, summary, access, body, answers }: Route): string => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '')
  const descriptions = Object.entries(answers).map(([status, { description }]) => `<li><code>${escaped(status)}</code> ${escaped(description)}</li>`)
  return `<details><summary><code>${method.toUpperCase()} ${escaped(path)}</code> — ${escaped(summary)}${access === 'anonymous' ? ' (sans jeton)' : ''}</summary>
<ul>${descriptions.join('')}</ul><form data-path="${escaped(path)}" data-method="${method.toUpperCase()}">
${names.map((name) => `<label>${name} <input name="${name}" required></label>`).join('')}
${body === undefined ? '' : '<label>Corps (JSON) <textarea name="corps" rows="4">{}</textarea></label>'}<button>Envoyer</button><pre aria-live="polite"></pre></form></details>`
}
