import { Command } from 'commander'
import { mongoJournal } from '../../shared/adapters/mongo/journal.ts'
import type { JournalEvent } from '../../shared/domain/journal/events.ts'
import { checkedBatch, checkedNumber } from '../arguments.ts'
import { formatParis } from '../instants.ts'
import { print } from '../output.ts'
import { withPlatform } from '../platform.ts'

type Options = { deposit?: string; batch?: string; fatal?: boolean; limit: string; json?: boolean; stack?: string }

const listLine = (list: JournalEvent['list']): string => {
  if (list === undefined) return ''
  const { key, publishAt } = list
  if (publishAt === undefined) return `liste ${key}`
  return publishAt === null ? `liste ${key} : publiée dès qu’elle est complète` : `liste ${key} : publiée à partir du ${formatParis(publishAt)}`
}

/** Events that one command shows: they are held in memory. */
const MOST = 100_000

/** `sf journal`: what happened to files and operations, the latest first. */
export const journalCommand = (): Command =>
  new Command('journal')
    .description('events of the journal: files imported or refused, operations')
    .option('--deposit <id>', 'only this deposit')
    .option('--batch <batch>', 'only this batch')
    .option('--fatal', 'only files refused as a whole')
    .option('--limit <number>', 'how many', '50')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action((options: Options) => {
      const limit = checkedNumber('--limit', options.limit, 1, MOST)
      const { deposit, fatal } = options
      const batch = options.batch === undefined ? undefined : checkedBatch(options.batch)
      return withPlatform(options, async ({ db }) => {
        const events = await mongoJournal(db).read({
          limit,
          ...(deposit === undefined ? {} : { deposit }),
          ...(batch === undefined ? {} : { batch }),
          ...(fatal === undefined ? {} : { fatal }),
        })
        print(options.json, events, () => [
          ...(events.length === 0 ? ['aucun événement'] : []),
          ...events.flatMap(({ date, reportType, parserCode, event, list, rejected = [] }) => [
            `${date.toISOString()} ${reportType} ${parserCode} ${event?.summary ?? listLine(list)}`.trimEnd(),
            ...[...(event?.headFatal ?? []), ...(event?.warnings ?? [])].map((line) => `  ${line}`),
            ...(deposit === undefined ? [] : rejected.map(({ line, reason }) => `  ligne ${line} : ${reason}`)),
          ]),
        ])
      })
    })
