/** Referentials: what codes mean. Filled by `load-referentials.ts`; the two of activities and territories that have no public source here, by command. */
export const referentiels = /* sql */ `
-- Which versions of the rows that the code carries were loaded.
create table referentiel_version (
  version integer primary key
);

create table region (
  code text primary key,
  libelle text not null unique
);

create table departement (
  code text primary key,
  libelle text not null,
  region text not null references region (libelle) on update cascade
);

create table naf (
  code text primary key,
  libelle text not null,
  code_n1 text not null,
  libelle_n1 text not null,
  code_n2 text not null,
  libelle_n2 text not null,
  code_n3 text not null,
  libelle_n3 text not null,
  code_n4 text not null,
  libelle_n4 text not null
);

create table categorie_juridique (
  code text primary key,
  libelle text not null
);

create table secteur_covid (
  code_activite text primary key,
  secteur text not null
);

create table terrind (
  code_commune text primary key,
  code text not null,
  libelle text not null
);

-- Activities that lists of detection leave out (datapi §3.4).
create table naf_exclu (
  code_activite text primary key
);
`
