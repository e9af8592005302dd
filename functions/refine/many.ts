import type { Log } from '../../shared/ports.ts'

/** The reference dropped every row of a SIREN that had more établissements than this, and said nothing (refine §3.19). */
const MANY = 1500

/** Here it is computed as any other, and named in the log: its rows have nothing to be compared with. */
export const logIfMany = (log: Log, siren: string, etablissements: number): void => {
  if (etablissements > MANY) log.info('siren.many', { siren, etablissements })
}
