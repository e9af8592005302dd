/**
 * Journal of requests (datapi §6): its own schema, one partition per month, insert only. A missing partition never blocks: the
 * default one takes the rows, and `ensure_partition` moves them when it makes the month.
 */
export const journal = /* sql */ `
create schema journal;

create table journal.requete (
  id bigint generated always as identity,
  at timestamptz not null,
  request_id text not null,
  sub text,
  username text,
  email text,
  segment text,
  roles text[],
  method text not null,
  route text not null,
  path text not null,
  params jsonb,
  siren text[] not null default '{}',
  siret text[] not null default '{}',
  -- Confidential groups that the answer disclosed: score, urssaf, dgefp, bdf, pge.
  groupes text[] not null default '{}',
  status integer not null,
  duration_ms integer not null,
  page integer,
  primary key (at, id)
) partition by range (at);
create index requete_username on journal.requete (username, at);
create table journal.requete_default partition of journal.requete default;

-- Makes the partition of the month of this day if it is missing. Runs with the rights of its owner, so that the function that writes
-- the journal needs nothing but insert.
create function journal.ensure_partition(jour date) returns boolean
language plpgsql security definer set search_path = journal, pg_temp as $$
declare
  debut timestamptz := date_trunc('month', jour::timestamp) at time zone 'UTC';
  fin timestamptz := (date_trunc('month', jour::timestamp) + interval '1 month') at time zone 'UTC';
  nom text := 'requete_' || to_char(jour, 'YYYYMM');
begin
  perform pg_advisory_xact_lock(hashtext('journal.ensure_partition'));
  if to_regclass('journal.' || nom) is not null then return false; end if;
  execute format('create table journal.%I (like journal.requete including defaults including constraints)', nom);
  execute format('insert into journal.%I select * from journal.requete_default where at >= %L and at < %L', nom, debut, fin);
  delete from journal.requete_default where at >= debut and at < fin;
  execute format('alter table journal.requete attach partition journal.%I for values from (%L) to (%L)', nom, debut, fin);
  return true;
end
$$;

revoke all on function journal.ensure_partition(date) from public;
`
