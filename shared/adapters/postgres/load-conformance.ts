import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import * as z from 'zod'
import { type EntrepriseFacts, type EtablissementFacts, F1, F2, type Facts, SANS_ALERTE } from '../../domain/publication/facts.ts'
import { publicationOfFacts } from '../../domain/publication/publication.ts'
import { PANIER_FICHE } from '../../domain/publication/sheets.ts'
import { type Pool, withTransaction } from './connect.ts'
import { publishPage } from './publication.ts'

/** A row of the files of conformance. They are ours and trusted: unknown fields are read as they come. */
const Row = z.record(z.string(), z.json())
type Row = z.infer<typeof Row>

const Context = z.object({
  suivis: z.array(
    z.object({
      username: z.string(),
      siret: z.string(),
      since: z.string(),
      comment: z.string(),
      category: z.string(),
    }),
  ),
  pge: z.array(z.object({ siren: z.string(), actif: z.boolean() })).default([]),
})

const PAGE = 40

/**
 * Fills an empty, migrated database with rows in the format of the conformance files (datapi §10 step 1): `data/*.jsonl.gz`, then the
 * suivis and State-guaranteed loans of `golden/contexte.json` and `derived/cases.json.gz`. Every list is published at `at`.
 */
export const loadConformance = async (pool: Pool, directory: string, at: Date): Promise<{ sirens: number; lists: number }> => {
  const rows = (name: string): Promise<Row[]> => readRows(path.join(directory, 'data', `${name}.jsonl.gz`))
  await loadReferences(pool, rows)
  const listes = await rows('liste')
  for (const liste of listes) {
    await pool.query(`insert into liste (libelle, algo, batch, etat, publie_le) values ($1, $2, $3, 'published', $4)`, [
      liste.libelle,
      liste.algo,
      liste.batch,
      at,
    ])
  }
  const facts = await readFacts(rows)
  for (let start = 0; start < facts.length; start += PAGE) {
    const page = facts.slice(start, start + PAGE).map((item) => ({
      siren: item.siren,
      seq: 1,
      publication: publicationOfFacts(item),
    }))
    await publishPage(pool, page, at)
  }
  await loadContext(pool, directory, at)
  return { sirens: facts.length, lists: listes.length }
}

const readRows = async (file: string): Promise<Row[]> => {
  const text = gunzipSync(await readFile(file)).toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Row.parse(JSON.parse(line)))
}

const loadReferences = (pool: Pool, rows: (name: string) => Promise<Row[]>): Promise<void> =>
  withTransaction(pool, async (connection) => {
    const [regions, departements, secteurs, terrind] = [await rows('regions'), await rows('departements'), await rows('secteurs_covid'), await rows('terrind')]
    const libelles = new Map(regions.map((region) => [region.id, region.libelle]))
    const upsert = (table: string, columns: string[], values: Row[]): Promise<unknown> => {
      const [key = '', ...others] = columns
      return connection.query(
        `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1::json)
         on conflict (${key}) do update set ${others.map((column) => `${column} = excluded.${column}`)}`,
        [JSON.stringify(values)],
      )
    }
    await upsert('region', ['code', 'libelle'], regions)
    await upsert(
      'departement',
      ['code', 'libelle', 'region'],
      departements.map((row) => ({
        ...row,
        region: libelles.get(row.id_region) ?? null,
      })),
    )
    await upsert(
      'secteur_covid',
      ['code_activite', 'secteur'],
      secteurs.map((row) => ({ ...row, secteur: row.secteur_covid ?? null })),
    )
    await upsert(
      'terrind',
      ['code_commune', 'code', 'libelle'],
      terrind.map((row) => ({
        ...row,
        code: row.code_terrind ?? null,
        libelle: row.libelle_terrind ?? null,
      })),
    )
  })

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
const flag = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null)
const day = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, 10) : null)
const sure = (value: unknown): string => text(value) ?? ''

const readFacts = async (rows: (name: string) => Promise<Row[]>): Promise<Facts[]> => {
  const by = async (name: string, key: string): Promise<(value: string) => Row[]> => {
    const grouped = Map.groupBy(await rows(name), (row) => sure(row[key]))
    return (value) => grouped.get(value) ?? []
  }
  const [entreprises, groupes, bilans, bdf, scores] = [
    await by('entreprise', 'siren'),
    await by('entreprise_ellisphere', 'siren'),
    await by('entreprise_diane', 'siren'),
    await by('entreprise_bdf', 'siren'),
    await by('score', 'siren'),
  ]
  const sites = Map.groupBy(await rows('etablissement'), (row) => sure(row.siren))
  const siteRows: SiteRows = {
    periodes: await by('etablissement_periode_urssaf', 'siret'),
    delais: await by('etablissement_delai', 'siret'),
    procols: await by('etablissement_procol', 'siret'),
    demandes: await by('etablissement_apdemande', 'siret'),
    consos: await by('etablissement_apconso', 'siret'),
  }
  const sirens = [...new Set([...sites.keys(), ...(await rows('entreprise')).map((row) => sure(row.siren))])].sort()
  return sirens.map((siren): Facts => {
    const [entreprise, groupe] = [entreprises(siren)[0], groupes(siren)[0]]
    const unique = [...new Map((sites.get(siren) ?? []).map((row) => [sure(row.siret), row])).values()]
    return {
      siren,
      ...(entreprise === undefined ? {} : { entreprise: entrepriseFacts(entreprise) }),
      ...(groupe === undefined ? {} : { groupe: groupeFacts(groupe) }),
      bilans: bilans(siren).map((row) => ({
        arrete: sure(day(row.arrete_bilan_diane)),
        exercice: number(row.exercice_diane),
        ca: number(row.chiffre_affaire),
        resultatExploitation: number(row.resultat_expl),
        beneficeOuPerte: number(row.benefice_ou_perte),
        excedentBrut: number(row.excedent_brut_d_exploitation),
      })),
      bdf: bdf(siren).map((row) => ({
        arrete: sure(day(row.arrete_bilan_bdf)),
        annee: number(row.annee_bdf),
        delaiFournisseur: number(row.delai_fournisseur),
        financierCourtTerme: number(row.financier_court_terme),
        poidsFrng: number(row.poids_frng),
        detteFiscale: number(row.dette_fiscale),
        fraisFinancier: number(row.frais_financier),
        tauxMarge: number(row.taux_marge),
      })),
      paydex: [],
      etablissements: unique.map((row) => siteFacts(row, siteRows)),
      scores: scores(siren).map(scoreFacts),
      precision: 'single',
    }
  })
}

type SiteRows = Record<'periodes' | 'delais' | 'procols' | 'demandes' | 'consos', (siret: string) => Row[]>

const entrepriseFacts = (row: Row): EntrepriseFacts => ({
  raisonSociale: text(row.raison_sociale),
  prenom1: text(row.prenom1),
  prenom2: text(row.prenom2),
  prenom3: text(row.prenom3),
  prenom4: text(row.prenom4),
  nom: text(row.nom),
  nomUsage: text(row.nom_usage),
  statutJuridique: text(row.statut_juridique),
  creation: day(row.creation),
  etatAdministratif: text(row.etat_administratif),
  codeActivite: text(row.code_activite),
  nomenActivite: text(row.nomen_activite),
})

const GROUPE: readonly (readonly [field: string, column: string])[] = [
  ['code_groupe', 'code'],
  ['refid_groupe', 'refid'],
  ['raison_sociale_groupe', 'raison_sociale'],
  ['adresse_groupe', 'adresse'],
  ['personne_pou_m_groupe', 'personne_pou_m'],
  ['niveau_detention', 'niveau_detention'],
  ['part_financiere', 'part_financiere'],
  ['code_filiere', 'code_filiere'],
  ['refid_filiere', 'refid_filiere'],
  ['personne_pou_m_filiere', 'personne_pou_m_filiere'],
]

const groupeFacts = (row: Row): NonNullable<Facts['groupe']> =>
  Object.fromEntries(GROUPE.map(([field, column]) => [field, row[column]]).filter(([, value]) => Boolean(value)))

const siteFacts = (row: Row, rows: SiteRows): EtablissementFacts => {
  const siret = sure(row.siret)
  return {
    siret,
    sirene: {
      siege: flag(row.siege),
      creation: day(row.creation),
      complementAdresse: text(row.complement_adresse),
      numeroVoie: text(row.numero_voie),
      indiceRepetition: text(row.indice_repetition),
      typeVoie: text(row.type_voie),
      voie: text(row.voie),
      distributionSpeciale: text(row.distribution_speciale),
      codeCedex: text(row.code_cedex),
      cedex: text(row.cedex),
      codePostal: text(row.code_postal),
      commune: text(row.commune),
      codePaysEtranger: text(row.code_pays_etranger),
      codeCommune: text(row.code_commune),
      departement: text(row.departement),
      codeActivite: text(row.code_activite),
      nomenActivite: text(row.nomen_activite),
      latitude: number(row.latitude),
      longitude: number(row.longitude),
      visiteFce: flag(row.visite_fce),
      etatAdministratif: text(row.etat_administratif),
    },
    periodes: rows
      .periodes(siret)
      .map((item) => ({
        periode: sure(day(item.periode)),
        cotisation: number(item.cotisation),
        partPatronale: number(item.part_patronale),
        partSalariale: number(item.part_salariale),
        montantMajorations: number(item.montant_majorations),
        effectif: number(item.effectif),
      }))
      .sort((a, b) => (a.periode < b.periode ? -1 : 1)),
    delais: rows.delais(siret).map((item) => ({
      action: sure(item.action),
      anneeCreation: number(item.annee_creation),
      dateCreation: sure(day(item.date_creation)),
      dateEcheance: sure(day(item.date_echeance)),
      dureeDelai: number(item.duree_delai),
      indic6m: sure(item.indic_6m),
      montantEcheancier: number(item.montant_echeancier),
      noContentieux: sure(item.numero_contentieux),
      stade: sure(item.stade),
      denomination: sure(item.denomination),
      noCompte: sure(item.numero_compte),
    })),
    procols: rows.procols(siret).map((item) => ({
      dateEffet: sure(day(item.date_effet)),
      action: sure(item.action_procol),
      stade: sure(item.stade_procol),
    })),
    apDemandes: rows.demandes(siret).map((item) => ({
      idDemande: sure(item.id_demande),
      effectifEntreprise: number(item.effectif_entreprise),
      effectif: number(item.effectif),
      effectifAutorise: number(item.effectif_autorise),
      dateStatut: day(item.date_statut),
      debut: day(item.periode_start),
      fin: day(item.periode_end),
      hta: number(item.hta),
      mta: number(item.mta),
      motifRecoursSE: number(item.motif_recours_se),
      heureConsomme: number(item.heure_consomme),
      montantConsomme: number(item.montant_consomme),
      effectifConsomme: number(item.effectif_consomme),
    })),
    apConsos: rows.consos(siret).map((item) => ({
      idConso: sure(item.id_conso),
      heureConsomme: number(item.heure_consomme),
      montant: number(item.montant),
      effectif: number(item.effectif),
      date: sure(day(item.periode)),
    })),
  }
}

const Contributions = z.record(z.string(), z.number()).nullable().catch(null)
const Selection = z.array(z.tuple([z.string(), z.string()])).catch([])
const Alert = z.enum([F1, F2, SANS_ALERTE])

const scoreFacts = (row: Row): Facts['scores'][number] => ({
  siret: sure(row.siret),
  libelle: sure(row.libelle_liste),
  batch: sure(row.batch),
  algo: sure(row.algo),
  periode: sure(day(row.periode)),
  score: number(row.score) ?? 0,
  diff: number(row.diff),
  probability: null,
  alert: Alert.parse(row.alert),
  alertPreRedressements: text(row.alert_pre_redressements),
  redressements: z.array(z.string()).catch([]).parse(row.redressements),
  macroRadar: Contributions.parse(row.macro_radar),
  macroExpl: Contributions.parse(row.macro_expl),
  microExpl: Contributions.parse(row.micro_expl),
  selectConcerning: Selection.parse(row.expl_selection_concerning),
  selectReassuring: Selection.parse(row.expl_selection_reassuring),
})

/** What is in both files is loaded once, in the order of the first. */
const loadContext = async (pool: Pool, directory: string, at: Date): Promise<void> => {
  const golden = Context.parse(JSON.parse(await readFile(path.join(directory, 'golden/contexte.json'), 'utf8')))
  const derived = Context.parse(JSON.parse(gunzipSync(await readFile(path.join(directory, 'derived/cases.json.gz'))).toString('utf8')))
  const suivis = new Map([...golden.suivis, ...derived.suivis].map((suivi) => [`${suivi.username} ${suivi.siret}`, suivi]))
  for (const { siret, username, since, comment, category } of suivis.values()) {
    await pool.query('insert into suivi (siret, siren, username, since, comment, category) values ($1, $2, $3, $4, $5, $6)', [
      siret,
      siret.slice(0, 9),
      username,
      since,
      comment,
      category,
    ])
  }
  const pge = new Map<string, boolean>()
  for (const { siren, actif } of [...golden.pge, ...derived.pge]) pge.set(siren, actif || pge.get(siren) === true)
  for (const [siren, actif] of pge) {
    await pool.query(`insert into feuillet (panier, cle, badges, valeur, auteur, publie_le) values ($1, $2, '{pge}', $3, 'load-conformance', $4)`, [
      PANIER_FICHE,
      JSON.stringify({ siren }),
      JSON.stringify({ pge: actif }),
      at,
    ])
  }
}
