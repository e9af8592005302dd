import { Command } from 'commander'
import { mongoDeposits } from '../../shared/adapters/mongo/deposits.ts'
import { domainDigest } from '../../shared/adapters/mongo/digest.ts'
import { AT_WORK } from '../../shared/adapters/mongo/ledger.ts'
import { ledgerCounts } from '../../shared/adapters/mongo/status.ts'
import { connectPostgres } from '../../shared/adapters/postgres/connect.ts'
import { publishedDigest } from '../../shared/adapters/postgres/publication.ts'
import { type DeadLetters, deadLetterDepths } from '../../shared/adapters/queue-depths.ts'
import { CONSEQUENCES } from '../../shared/domain/errors.ts'
import { type PlatformStatus, readStatus } from '../../shared/domain/spine/status.ts'
import { formatParis } from '../instants.ts'
import { print, table } from '../output.ts'
import { type Platform, REGION, withPlatform } from '../platform.ts'

type Options = { stack?: string; json?: boolean; digest?: boolean }

/** What `sf status --json` prints. `unregistered`: deposits that are complete and that import does not know yet. */
export type OperatorStatus = PlatformStatus & {
  unregistered: { deposit: string; filename: string; owner: string; state: string; completedAt: string | null; reason: string | null }[]
  deadLetters: DeadLetters[]
  postgres: { ok: true } | { ok: false; error: string }
}

/** `sf status`: what is done, what waits for what, what failed. `--digest`: digests that depend on the data alone. */
export const statusCommand = (): Command =>
  new Command('status')
    .description('what the platform is doing, what waits for what, what failed; exit 6 when a part of it does not answer')
    .option('--digest', 'digest of the domain collections and of the published tables, on the data alone')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action((options: Options) =>
      withPlatform(options, async (platform) => {
        if (options.digest) return printDigest(platform, options)
        const status = await operatorStatus(platform)
        print(options.json, status, () => linesOf(status, platform.spine.clock()))
        if (isPartial(status)) process.exitCode = CONSEQUENCES.unavailable.exit
      }),
    )

/** Throws `DATABASE_DOWN` when MongoDB does not answer; a queue or PostgreSQL that does not is told in the result. */
export const operatorStatus = async ({ db, spine, stack }: Pick<Platform, 'db' | 'spine' | 'stack'>): Promise<OperatorStatus> => {
  const [status, unregistered, deadLetters, postgres] = await Promise.all([
    readStatus(spine.store, () => ledgerCounts(db), spine.sources, spine.settings),
    mongoDeposits(db).unregistered(),
    deadLetterDepths({ urls: stack.queues ?? {}, deadLetters: stack.deadLetters, endpoint: stack.sqs, region: REGION }),
    postgresAnswers(stack.postgres),
  ])
  return {
    ...status,
    unregistered: unregistered.map(({ id, filename, owner, state, completedAt, reason }) => ({ deposit: id, filename, owner, state, completedAt, reason })),
    deadLetters,
    postgres,
  }
}

const postgresAnswers = async (url: string): Promise<OperatorStatus['postgres']> => {
  const pool = connectPostgres(url)
  try {
    await pool.query('select 1')
    return { ok: true }
  } catch (error) {
    return { ok: false, error: error instanceof Error && error.message !== '' ? error.message : 'aucune réponse' }
  } finally {
    await pool.end()
  }
}

const isPartial = ({ deadLetters, postgres }: OperatorStatus): boolean => !postgres.ok || deadLetters.some((queue) => 'error' in queue)

const printDigest = async ({ db, stack }: Platform, options: Options): Promise<void> => {
  const postgres = connectPostgres(stack.postgres)
  try {
    const digest = { mongodb: await domainDigest(db), postgres: await publishedDigest(postgres) }
    print(options.json, digest, () =>
      table(Object.entries(digest).flatMap(([base, parts]) => Object.entries(parts).map(([name, value]) => [base, name, value]))),
    )
  } finally {
    await postgres.end()
  }
}

/** « 12 s », « 5 min », « 3 h », « 2 j ». */
const ageOf = (since: Date, now: Date): string => {
  const seconds = Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} j`
}

export const linesOf = (status: OperatorStatus, now: Date): string[] => {
  const { stages, rows, failedAt, oldest } = status
  const deposits = status.deposits.map(({ deposit, batch, source, state, reason, waitingFor }) => [
    deposit,
    batch,
    source,
    state,
    reason ?? (waitingFor.length > 0 ? `attend ${waitingFor.join(' et ')}` : ''),
  ])
  const lagging = AT_WORK.flatMap((stage) => {
    const since = oldest[stage]
    return since === undefined ? [] : [`${stage} ${ageOf(since, now)}`]
  })
  const failedBy = Object.entries(failedAt).flatMap(([stage, count]) => (count > 0 ? [`${count} à ${stage}`] : []))
  return [
    ...(status.batches.length === 0 ? ['aucun lot'] : status.batches.map(({ sentence }) => sentence)),
    `entreprises : ${[...AT_WORK, 'done' as const, 'failed' as const].map((stage) => `${stage} ${stages[stage]}`).join(', ')}`,
    ...(lagging.length > 0 ? [`plus ancien travail : ${lagging.join(', ')}`] : []),
    ...(failedBy.length > 0 ? [`en échec : ${failedBy.join(', ')}`] : []),
    `enregistrements : ${rows.read} lus = ${rows.imported} importés + ${rows.filtered} filtrés + ${rows.rejected} rejetés + ${rows.ignored} ignorés`,
    ...table(deposits),
    ...status.unregistered.map(
      ({ deposit, filename, state, reason }) => `${deposit} (${filename}) : ${state}, pas encore importé${reason === null ? '' : `, ${reason}`}`,
    ),
    ...status.failed.map(({ siren, failedAt: stage, error }) => `${siren} a échoué à ${stage ?? '?'} : ${error ?? ''}`),
    ...status.lists.map((list) => listLine(list, now)),
    ...status.held.map(({ key, reason }) => `liste ${key} retenue : ${reason}`),
    deadLetterLine(status.deadLetters),
    ...status.deadLetters.flatMap((queue) => ('error' in queue ? [`file ${queue.queue} : ${queue.error}`] : [])),
    ...(status.postgres.ok ? [] : [`PostgreSQL ne répond pas : ${status.postgres.error}`]),
  ]
}

const listLine = ({ key, libelle, state, publishAt, publishedAt, recomputed }: PlatformStatus['lists'][number], now: Date): string => {
  const from = state === 'building' ? publishAt : publishedAt
  const parts = [
    `liste ${key} (${libelle}) : ${state}`,
    ...(from !== undefined && from > now ? [`visible à partir du ${formatParis(from)}`] : []),
    ...(recomputed === undefined ? [] : [`recalculée le ${formatParis(recomputed)}`]),
  ]
  return parts.join(', ')
}

const deadLetterLine = (queues: readonly DeadLetters[]): string => {
  const known = queues.flatMap((queue) => ('messages' in queue ? [queue] : []))
  if (known.length === 0) return 'messages mis de côté : inconnu, aucune file n’est nommée ou ne répond'
  const total = known.reduce((sum, { messages }) => sum + messages, 0)
  return total === 0 ? 'messages mis de côté : aucun' : `messages mis de côté : ${known.map(({ queue, messages }) => `${queue} ${messages}`).join(', ')}`
}
