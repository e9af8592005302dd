import type { Connection } from './connect.ts'

/**
 * Rights of the roles of a deployment, given again at each migration to those that exist: a local run has none of them and uses the owner.
 * `datapi` reads what is published, writes what agents write, and inserts into the journal without reading it back. `publish` writes what
 * the platform publishes. Maintenance drops partitions and needs the owner.
 */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  datapi: [
    'usage on schema public, journal',
    'select on region, departement, naf, categorie_juridique, secteur_covid, terrind, naf_exclu, liste, score, resume, alerte, feuillet, politique, codefi_entreprise, utilisateur',
    'select, insert, update on suivi, commentaire',
    'insert on journal.requete',
    'execute on function journal.ensure_partition(date)',
  ],
  publish: ['usage on schema public', 'select, insert, update, delete on publication, feuillet, resume, alerte, score, liste', 'select on departement'],
  sweep: ['usage on schema public', 'select, update on liste', 'select on score'],
}

/** Nothing for a role that the server does not have. */
export const grantRights = async (connection: Connection): Promise<void> => {
  await connection.query(`select pg_advisory_xact_lock(hashtext('migration'))`)
  const { rows } = await connection.query<{ rolname: string }>('select rolname from pg_roles where rolname = any ($1::text[])', [Object.keys(RIGHTS)])
  for (const { rolname } of rows) {
    for (const right of RIGHTS[rolname] ?? []) await connection.query(`grant ${right} to ${connection.escapeIdentifier(rolname)}`)
  }
}
