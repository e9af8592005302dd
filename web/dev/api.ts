import { randomUUID } from 'node:crypto'
import type { CorpsListe } from '../src/contracts/datapi.ts'
import type { Depot } from '../src/contracts/depots.ts'
import { DEPOTS, REJETS } from './depots.ts'
import { DEPARTEMENTS, followed, LISTES, NAF, REGIONS, rowsFor } from './entreprises.ts'
import { ficheFor } from './fiche.ts'
import type { Reply, Request } from './http.ts'
import { bearer } from './identity.ts'

const LENGTH = 20
const EMPTY: Reply = { status: 204 }
const problem = (status: number, title: string, detail: string): Reply => ({
  status,
  json: {
    type: 'about:blank',
    title,
    status,
    detail,
    instance: `urn:request:${randomUUID().slice(0, 8)}`,
  },
})

const page = <T>(rows: T[], number: number) => ({
  rows: rows.slice(number * LENGTH, (number + 1) * LENGTH),
  from: number * LENGTH + 1,
  pageMax: Math.floor((rows.length - 1) / LENGTH),
})

const list = (id: string, body: CorpsListe, roles: readonly string[]): Reply => {
  const found = LISTES.find(({ id: label, batch }) => label === id || batch === id)
  if (found === undefined) return problem(404, 'Liste inconnue', 'Cette liste n’existe pas.')
  if (!roles.includes('score')) return EMPTY
  const filter = body.filter?.toLowerCase() ?? ''
  const rows = rowsFor(roles).filter(
    (row) =>
      (body.zone === undefined || body.zone.includes(row.departement ?? '')) &&
      (body.procol === undefined || body.procol.includes(row.etat_procol ?? '')) &&
      (body.firstAlert === undefined || row.firstAlert === body.firstAlert) &&
      (body.etatAdministratif === undefined || row.etatAdministratif === body.etatAdministratif) &&
      (body.exclureSuivi !== true || !row.followed) &&
      (body.siegeUniquement !== true || row.siege === true) &&
      (filter === '' || (row.raison_sociale ?? '').toLowerCase().includes(filter) || row.siret.startsWith(filter)),
  )
  const number = body.page ?? 0
  const { rows: shown, from, pageMax } = page(rows, number)
  if (shown.length === 0) return EMPTY
  const count = (alert: string): number => rows.filter((row) => row.alert === alert).length
  return {
    json: {
      ...found,
      scores: shown,
      nbF1: count('Alerte seuil F1'),
      nbF2: count('Alerte seuil F2'),
      total: rows.length,
      from,
      to: from + shown.length - 1,
      ...(number > 0 ? { page: number } : {}),
      ...(pageMax > 0 ? { pageMax } : {}),
    },
  }
}

const search = (body: { search?: string; page?: number }, roles: readonly string[]) => {
  const text = (body.search ?? '').toLowerCase()
  return rowsFor(roles).filter((row) => (row.raison_sociale ?? '').toLowerCase().includes(text) || row.siret.startsWith(text))
}

/** Answers of datapi and depots, on invented data. `?panne` in the referring page is not supported: stop the server to see failures. */
export const answerApi = ({ method, url, headers, body }: Request): Reply | null => {
  if (!url.pathname.startsWith('/api/')) return null
  const caller = bearer(headers.authorization)
  if (caller === null) return problem(401, 'Jeton absent', 'Votre session a pris fin.')
  const path = decodeURIComponent(url.pathname.slice(4))
  const sent = body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Record<string, never>)
  const [, first, second, third] = path.split('/')
  if (path === '/listes') return { json: LISTES }
  if (path === '/reference/naf') return { json: NAF }
  if (path === '/reference/departements') return { json: DEPARTEMENTS }
  if (path === '/reference/regions') return { json: REGIONS }
  if (first === 'scores' && second === 'liste') return list(third ?? '', sent, caller.roles)
  if (first === 'scores' && second === 'xls') return { json: {} }
  if (path === '/etablissement/search') {
    const number = Number(sent.page ?? 0)
    const { rows, from, pageMax } = page(search(sent, caller.roles), number)
    return rows.length === 0
      ? EMPTY
      : {
          json: {
            results: rows,
            from,
            to: from + rows.length - 1,
            page: number,
            pageMax: pageMax * 0,
            total: 0,
            nbF1: 0,
            nbF2: 0,
          },
        }
  }
  if (path === '/etablissement/search/total') return { json: { total: search(sent, caller.roles).length } }
  if (first === 'etablissement' && second === 'get') {
    const fiche = ficheFor(third ?? '', caller.roles)
    return fiche === null ? problem(404, 'Établissement inconnu', 'Cet établissement est inconnu.') : { json: fiche }
  }
  if (first === 'entreprise' && second === 'all') {
    const fiche = ficheFor(rowsFor(caller.roles).find((row) => row.siren === third)?.siret ?? '', caller.roles)
    if (fiche === null) return problem(404, 'Entreprise inconnue', 'Cette entreprise est inconnue.')
    const { entreprise, ...site } = fiche
    return { json: { ...entreprise, etablissements: [site] } }
  }
  if (path === '/follow') {
    const summaries = rowsFor(caller.roles).filter((row) => row.followed)
    return summaries.length === 0
      ? EMPTY
      : {
          json: {
            stats: { count: summaries.length },
            summaries,
            suivis: summaries.map(({ siret }) => ({
              siret,
              since: '2026-01-05T10:00:00Z',
              category: 'detection',
              comment: 'Vu en comité',
            })),
          },
        }
  }
  if (first === 'follow' && second !== undefined) {
    if (method === 'POST') followed.add(second)
    else followed.delete(second)
    return { status: method === 'POST' ? 201 : 200, json: { siret: second } }
  }
  if (first === 'depots') return deposits(method, second, third, caller.goupPath)
  return problem(404, 'Adresse inconnue', 'Cette adresse n’existe pas.')
}

const deposits = (method: string, id: string | undefined, action: string | undefined, goupPath: string | null): Reply => {
  if (goupPath === null) return problem(403, 'Droit absent', 'Votre compte n’a pas d’espace de dépôt.')
  if (id === undefined) return { json: { deposits: DEPOTS, next: null } }
  const deposit = DEPOTS.find((candidate) => candidate.id === id)
  if (deposit === undefined) return problem(404, 'Dépôt inconnu', 'Ce dépôt est inconnu.')
  if (method === 'POST' && action === 'confirmation') {
    deposit.state = 'imported'
    deposit.reason = null
    return { status: 202, json: deposit }
  }
  return {
    json: {
      ...deposit,
      report:
        deposit.report === null
          ? null
          : {
              ...deposit.report,
              firstRejected: deposit.report.rejected > 0 ? REJETS : [],
            },
    },
  }
}

/** A tus collection that keeps counts and forgets bytes: enough for progress, pause and resume. */
const uploads = new Map<string, { offset: number; length: number; deposit: Depot }>()
const TUS = { 'tus-resumable': '1.0.0', 'cache-control': 'no-store' }

export const answerUpload = ({ method, url, headers, body }: Request): Reply | null => {
  if (url.pathname !== '/files' && !url.pathname.startsWith('/files/')) return null
  if (method === 'OPTIONS')
    return {
      status: 204,
      headers: {
        ...TUS,
        'tus-version': '1.0.0',
        'tus-max-size': '53687091200',
        'tus-extension': 'creation',
      },
    }
  if (bearer(headers.authorization) === null) return problem(401, 'Jeton absent', 'Votre session a pris fin.')
  if (method === 'POST' && url.pathname === '/files') {
    const metadata = Object.fromEntries(
      String(headers['upload-metadata'] ?? '')
        .split(',')
        .map((pair) => pair.split(' '))
        .map(([key, value]) => [key, Buffer.from(value ?? '', 'base64').toString('utf8')]),
    )
    const id = randomUUID().replaceAll('-', '')
    const deposit: Depot = {
      id,
      filename: metadata.filename ?? null,
      size: Number(headers['upload-length']),
      private: metadata.private === 'true',
      source: metadata.typeSignauxFaibles ?? null,
      batch: metadata.batch ?? null,
      state: 'complete',
      reason: null,
      waitingFor: [],
      sha256: null,
      scan: null,
      completedAt: null,
      report: null,
    }
    uploads.set(id, { offset: 0, length: deposit.size ?? 0, deposit })
    return { status: 201, headers: { ...TUS, location: `/files/${id}` } }
  }
  const upload = uploads.get(url.pathname.slice('/files/'.length))
  if (upload === undefined) return { status: 404, headers: TUS }
  if (method === 'HEAD')
    return {
      status: 200,
      headers: {
        ...TUS,
        'upload-offset': String(upload.offset),
        'upload-length': String(upload.length),
      },
    }
  if (method !== 'PATCH') return { status: 405, headers: TUS }
  if (Number(headers['upload-offset']) !== upload.offset) return { status: 409, headers: TUS }
  upload.offset += body.length
  if (upload.offset === upload.length) {
    upload.deposit.completedAt = new Date().toISOString()
    DEPOTS.unshift(upload.deposit)
    for (const [delay, state] of [
      [1500, 'importing'],
      [4000, 'imported'],
    ] as const)
      setTimeout(() => {
        upload.deposit.state = state
        if (state === 'imported')
          upload.deposit.report = {
            read: 10,
            imported: 10,
            filtered: 0,
            rejected: 0,
            ignored: 0,
          }
      }, delay)
  }
  return {
    status: 204,
    headers: { ...TUS, 'upload-offset': String(upload.offset) },
  }
}
