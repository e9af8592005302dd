import { Command } from 'commander'
import { domainDigest } from '../../shared/adapters/mongo/digest.ts'
import { ledgerCounts } from '../../shared/adapters/mongo/status.ts'
import { connectPostgres } from '../../shared/adapters/postgres/connect.ts'
import { publishedDigest } from '../../shared/adapters/postgres/publication.ts'
import { type PlatformStatus, readStatus } from '../../shared/domain/spine/status.ts'
import { print, table } from '../output.ts'
import { type Platform, withPlatform } from '../platform.ts'

type Options = { stack?: string; json?: boolean; digest?: boolean }

/** `sf status`: what is done, what waits for what, what failed. `--digest`: digests that depend on the data alone. */
export const statusCommand = (): Command =>
  new Command('status')
    .description('what the platform is doing, what waits for what, what failed')
    .option('--digest', 'digest of the domain collections and of the published tables, on the data alone')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action((options: Options) =>
      withPlatform(options, async (platform) => {
        if (options.digest) return printDigest(platform, options)
        const { spine, db } = platform
        const status = await readStatus(spine.store, () => ledgerCounts(db), spine.sources, spine.settings)
        print(options.json, status, () => linesOf(status))
      }),
    )

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

const linesOf = (status: PlatformStatus): string[] => {
  const { stages, rows } = status
  const deposits = status.deposits.map(({ deposit, batch, source, state, reason, waitingFor }) => [
    deposit,
    batch,
    source,
    state,
    reason ?? (waitingFor.length > 0 ? `attend ${waitingFor.join(' et ')}` : ''),
  ])
  return [
    ...(status.batches.length === 0 ? ['aucun lot'] : status.batches.map(({ sentence }) => sentence)),
    `entreprises : refine ${stages.refine}, detect ${stages.detect}, publish ${stages.publish}, done ${stages.done}, failed ${stages.failed}`,
    `enregistrements : ${rows.read} lus = ${rows.imported} importés + ${rows.filtered} filtrés + ${rows.rejected} rejetés + ${rows.ignored} ignorés`,
    ...table(deposits),
    ...status.failed.map(({ siren, failedAt, error }) => `${siren} a échoué à ${failedAt ?? '?'} : ${error ?? ''}`),
    ...status.lists.map(({ key, libelle, state, reason }) => `liste ${key} (${libelle}) : ${state}${reason === undefined ? '' : `, ${reason}`}`),
  ]
}
