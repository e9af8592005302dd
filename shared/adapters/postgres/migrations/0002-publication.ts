/**
 * What the platform publishes, SIREN by SIREN (datapi §§4.1, 4.3, 5.5). Nothing stored depends on the clock nor on which list is
 * current: dates and libellés are stored, and compared when reading.
 */
export const publication = /* sql */ `
create extension if not exists pg_trgm;

-- One guard row per SIREN, never deleted (architecture §2): an older pass never overwrites a newer one, even after the SIREN left.
create table publication (
  siren text primary key,
  seq bigint not null,
  -- Fingerprint of what the SIREN publishes: equal, nothing is rewritten. Null before the first write.
  empreinte text,
  hors_perimetre boolean not null default false
);

create table feuillet (
  id bigint generated always as identity primary key,
  panier text not null,
  cle jsonb not null,
  siren text generated always as (cle ->> 'siren') stored,
  siret text generated always as (cle ->> 'siret') stored,
  -- Badges that a reader must all hold; empty: every authenticated user.
  badges text[] not null default '{}',
  valeur jsonb not null,
  auteur text not null,
  ajoute_le timestamptz not null default now(),
  publie_le timestamptz not null default now(),
  perime_le timestamptz,
  lot text,
  check (jsonb_typeof(cle) = 'object'),
  check (jsonb_typeof(valeur) = 'object')
);
create index feuillet_siret on feuillet (panier, siret);
create index feuillet_siren on feuillet (panier, siren);
create index feuillet_cle on feuillet using gin (cle jsonb_path_ops);
create index feuillet_perime on feuillet (perime_le) where perime_le is not null;

create table politique (
  id bigint generated always as identity primary key,
  nom text not null unique,
  valeur jsonb not null
);

create table liste (
  libelle text not null,
  algo text not null,
  batch text not null,
  description text,
  seuils jsonb,
  date_donnees date,
  artefact text,
  regles text,
  etat text not null check (etat in ('building', 'published', 'closed')),
  -- Null until published: nothing of the list shows before.
  publie_le timestamptz,
  primary key (libelle, algo)
);
create index liste_batch on liste (batch);

-- Thin: what a summary shows of a list, « Pas d'alerte » included. The rest is in the feuillet of scores.
create table score (
  siret text not null,
  siren text not null,
  libelle text not null,
  algo text not null,
  batch text not null,
  score double precision,
  alert text not null,
  primary key (siret, libelle, algo)
);
create index score_siren on score (siren);

create table resume (
  siret text primary key,
  siren text not null,
  raison_sociale text,
  commune text,
  code_commune text,
  departement text not null,
  code_activite text,
  siege boolean,
  creation_entreprise date,
  etat_administratif text not null,
  etat_administratif_entreprise text,
  effectif double precision,
  effectif_entreprise double precision,
  hausse_urssaf boolean,
  dette_urssaf double precision,
  -- Greatest end of the demandes of activité partielle; consumption by month, {"AAAA-MM": [hours, euros]}, of the last 13 months that have some.
  fin_ap date,
  ap_mois jsonb,
  ca double precision,
  variation_ca double precision,
  arrete_bilan date,
  exercice_diane integer,
  resultat_expl double precision,
  excedent_brut double precision,
  etat_procol text not null,
  groupe text,
  -- Greatest échéance of the délais of the SIREN whose stade is APPROB or PR.
  echeance_delai date,
  deps text[] not null,
  -- First list and first red list: of this siret, and of the whole entreprise (the rule A of datapi §2.1).
  premiere_liste text,
  premiere_liste_rouge text,
  premiere_liste_entreprise text
);
create index resume_siren on resume (siren);
create index resume_tri on resume (raison_sociale collate "C", siret collate "C");
create index resume_raison_sociale on resume using gin (raison_sociale gin_trgm_ops);
create index resume_siret on resume (siret text_pattern_ops);

-- One row per list and siret in alert, with a copy of every column that a filter of lists uses (measured: datapi §7.3).
create table alerte (
  libelle text not null,
  algo text not null,
  batch text not null,
  siret text not null,
  siren text not null,
  alert text not null,
  score double precision,
  raison_sociale text,
  departement text not null,
  deps text[] not null,
  code_activite text,
  siege boolean,
  creation_entreprise date,
  etat_administratif text not null,
  effectif double precision,
  effectif_entreprise double precision,
  ca double precision,
  etat_procol text not null,
  echeance_delai date,
  premiere_liste text,
  premiere_liste_rouge text,
  primary key (libelle, algo, siret)
);
create index alerte_ordre on alerte (libelle, alert, score desc, siret);
create index alerte_siren on alerte (siren);
`
