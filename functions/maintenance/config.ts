import * as z from 'zod'
import { integer, readConfig, withDefault } from '../../shared/runtime/config.ts'

/** Variables of the function. Retention of the journal is in months, that of expired sheets in days. */
export const maintenanceConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig(
    {
      POSTGRES_URL: z.string(),
      JOURNAL_RETENTION_MONTHS: withDefault(integer(1, 240), '24'),
      JOURNAL_MONTHS_AHEAD: withDefault(integer(1, 24), '3'),
      FEUILLET_RETENTION_DAYS: withDefault(integer(1, 3650), '30'),
    },
    environment,
  )
