/** What agents write, and who they are (datapi §§1.3, 3.5, 3.7). */
export const agents = /* sql */ `
create table suivi (
  id bigint generated always as identity primary key,
  siret text not null,
  siren text not null,
  username text not null,
  active boolean not null default true,
  since timestamptz not null default now(),
  until timestamptz,
  comment text,
  category text not null,
  unfollow_comment text,
  unfollow_category text
);
-- Two simultaneous calls make one suivi.
create unique index suivi_actif on suivi (siret, username) where active;
create index suivi_agent on suivi (username, siren) where active;

create table commentaire (
  id bigint generated always as identity primary key,
  id_parent bigint references commentaire (id),
  siret text not null,
  siren text not null,
  username text not null,
  date_history timestamptz[] not null,
  message_history text[] not null
);
create index commentaire_siret on commentaire (siret);

-- Names of known users, from the identity provider; rights always come from the token.
create table utilisateur (
  id text primary key,
  username text not null,
  firstname text,
  lastname text,
  roles text[] not null default '{}'
);
create index utilisateur_username on utilisateur (username);

-- SIRENs of the restricted list that the tax administration makes, when it is loaded.
create table codefi_entreprise (
  siren text not null,
  libelle text not null,
  departement text,
  primary key (siren, libelle)
);
`
