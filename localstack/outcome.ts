import type { Db } from 'mongodb'
import * as z from 'zod'
import { domainDigest } from '../shared/adapters/mongo/digest.ts'
import { alertCounts } from '../shared/adapters/mongo/status.ts'
import { connectPostgres } from '../shared/adapters/postgres/connect.ts'
import { publishedDigest } from '../shared/adapters/postgres/publication.ts'
import type { ListState } from '../shared/domain/spine/documents.ts'
import type { PlatformStatus } from '../shared/domain/spine/status.ts'
import type { Deposited, Idle } from './pipeline.ts'
import { tokenOf } from './pipeline.ts'
import { depositState } from './sentences.ts'
import type { Stack } from './stack.ts'

type Alerts = { F1: number; F2: number; none: number }

/** What a run did: the final object of `--json`. */
export type Outcome = {
  ok: boolean
  /** Why it is not, in sentences. */
  reasons: string[]
  uploads: number
  files: number
  bytes: number
  rows: PlatformStatus['rows']
  sirens: number
  stages: PlatformStatus['stages']
  /** Of the last list. */
  alerts: Alerts
  /** SIRENs whose publication is done. */
  published: number
  lists: { key: string; state: ListState; alerts: Alerts }[]
  /** First ten rows of the current list, as the agent `as` sees them through datapi. */
  rowsSeen: { as: string; rows: ListRow[] }
  deposits: { id: string; file: string; batch: string; source: string; state: string; reason: string | null }[]
  seconds: number
  months: { batch: string; seconds: number }[]
  /** Of the domain collections and of the published tables, as `sf status --digest`: the same seed gives the same. */
  digest: { mongodb: Record<string, string>; postgres: Record<string, string> }
}

const ListRow = z.looseObject({
  siret: z.string(),
  raison_sociale: z.string().nullable(),
  departement: z.string().nullable(),
  alert: z.string().optional(),
  dernier_effectif: z.number().nullable().optional(),
})
export type ListRow = z.infer<typeof ListRow>
const ListPage = z.looseObject({ scores: z.array(ListRow).default([]) })

/** Agents of a région, then of the whole country: the first who sees something is shown, since a small sample may have nobody somewhere. */
const READERS = ['agent.urssaf.idf', 'agent.hauts.de.france', 'agent.bretagne', 'agent.france.entiere'] as const
const FIRST_ROWS = 10

type Inputs = { stack: Stack; db: Db; idle: Idle; files: number; deposited: readonly Deposited[]; months: Outcome['months']; seconds: number }

export const outcomeOf = async ({ stack, db, idle, files, deposited, months, seconds }: Inputs): Promise<Outcome> => {
  const { status } = idle
  const lists = await Promise.all(status.lists.map(async ({ key, state }) => ({ key, state, alerts: await alertCounts(db, key) })))
  const reasons = reasonsOf(idle)
  return {
    ok: reasons.length === 0,
    reasons,
    uploads: deposited.length,
    files,
    bytes: deposited.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: status.rows,
    sirens: Object.values(status.stages).reduce((sum, count) => sum + count, 0),
    stages: status.stages,
    alerts: lists.toSorted((a, b) => b.key.localeCompare(a.key))[0]?.alerts ?? { F1: 0, F2: 0, none: 0 },
    published: status.stages.done,
    lists,
    rowsSeen: await firstRowsSeen(stack),
    deposits: status.deposits.map(({ deposit, filename, batch, source, state, reason }) => ({ id: deposit, file: filename, batch, source, state, reason })),
    seconds,
    months,
    digest: { mongodb: await domainDigest(db), postgres: await publishedIn(stack) },
  }
}

const publishedIn = async (stack: Stack): Promise<Record<string, string>> => {
  const pool = connectPostgres(stack.postgres)
  try {
    return await publishedDigest(pool)
  } finally {
    await pool.end()
  }
}

const firstRowsSeen = async (stack: Stack): Promise<Outcome['rowsSeen']> => {
  for (const reader of READERS) {
    const rows = await firstRows(stack, reader)
    if (rows.length > 0) return { as: reader, rows }
  }
  return { as: READERS[0], rows: [] }
}

const firstRows = async (stack: Stack, reader: string): Promise<ListRow[]> => {
  const headers = { authorization: `Bearer ${await tokenOf(stack, reader)}`, 'content-type': 'application/json' }
  const answer = await fetch(`${stack.datapi}/scores/liste`, { method: 'POST', headers, body: '{}' })
  if (answer.status === 204 || !answer.ok) return []
  return ListPage.parse(await answer.json()).scores.slice(0, FIRST_ROWS)
}

/** States of a deposit that need nothing more. */
const SETTLED: ReadonlySet<string> = new Set(['imported', 'withdrawn', 'replaced'])

type Concluded = Pick<Idle, 'deadLetters' | 'stuck'> & {
  status: Pick<PlatformStatus, 'failed' | 'deposits'> & { lists: readonly Pick<PlatformStatus['lists'][number], 'key' | 'state' | 'reason'>[] }
}

/** What keeps a run from being a success: a dead letter, a SIREN set aside, a deposit that waits, failed, or asks for a confirmation. */
export const reasonsOf = ({ status, deadLetters, stuck }: Concluded): string[] => [
  ...(stuck ? ['le traitement s’est arrêté avant la fin'] : []),
  ...Object.entries(deadLetters).flatMap(([queue, count]) => (count > 0 ? [`${count} message(s) dans ${queue}`] : [])),
  ...status.failed.map(({ siren, failedAt, error }) => `${siren} a échoué à ${failedAt ?? '?'} : ${error ?? ''}`),
  ...status.deposits.flatMap(({ filename, batch, state, reason, waitingFor }) =>
    SETTLED.has(state)
      ? []
      : [
          `${batch} ${filename} : ${depositState(state)}${reason === null ? '' : `, ${reason}`}${waitingFor.length > 0 ? `, attend ${waitingFor.join(' et ')}` : ''}`,
        ],
  ),
  ...status.lists.flatMap(({ key, state, reason }) =>
    state === 'building' ? [`liste ${key} en construction${reason === undefined ? '' : ` : ${reason}`}`] : [],
  ),
]
