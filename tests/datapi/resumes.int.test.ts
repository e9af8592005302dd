import { describe, expect, it } from 'vitest'
import { loadConformance } from '../../shared/adapters/postgres/load-conformance.ts'
import { usePostgres } from '../support/postgres.ts'
import { AT, readLines, SAMPLES } from './samples.ts'

const postgres = usePostgres()

type Expected = Record<string, unknown> & { siret: string }

/** Expected column → what `resume` and its referentials give for the current list. */
const COMPARED = `
  select r.siret, r.siren, r.raison_sociale, r.commune, d.libelle as libelle_departement, r.departement as code_departement, r.ca as chiffre_affaire,
    r.arrete_bilan::text, r.exercice_diane, r.variation_ca, r.resultat_expl, r.excedent_brut as excedent_brut_d_exploitation, r.effectif, r.effectif_entreprise,
    n.libelle as libelle_n5, n.libelle_n1, r.code_activite, r.etat_procol as last_procol, r.hausse_urssaf, r.dette_urssaf, r.siege,
    r.groupe as raison_sociale_groupe, r.etat_administratif, r.etat_administratif_entreprise, coalesce(sc.secteur, 'nonSecteurCovid') as secteur_covid,
    t.code is not null as territoire_industrie, r.premiere_liste_entreprise as first_list_entreprise, r.premiere_liste as first_list_etablissement,
    r.premiere_liste_rouge as first_red_list_etablissement, coalesce(r.echeance_delai > '2021-05-01', false) as has_delai, r.deps as roles,
    coalesce('Mai 2021' in (r.premiere_liste, r.premiere_liste_rouge), false) as first_alert
  from resume r join departement d on d.code = r.departement left join naf n on n.code = r.code_activite
  left join secteur_covid sc on sc.code_activite = r.code_activite left join terrind t on t.code_commune = r.code_commune`

describe.skipIf(SAMPLES === undefined)('values of a summary', () => {
  it('are those of the reference, for 708 établissements of 80 entreprises', async () => {
    await postgres.withDb(async (pool) => {
      await loadConformance(pool, SAMPLES ?? '', AT)
      const { rows } = await pool.query(COMPARED)
      const found = new Map(rows.map((row) => [row.siret, row]))
      const differences: string[] = []
      const expected = readLines('derived/resumes-attendus.jsonl.gz') as Expected[]
      for (const row of expected) {
        const ours = found.get(row.siret)
        for (const column of Object.keys(ours ?? { siret: '' })) {
          const [a, b] = [ours?.[column], row[column]]
          const same =
            typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)) : JSON.stringify(a) === JSON.stringify(b)
          if (!same) differences.push(`${row.siret} ${column}: ${JSON.stringify(a)} instead of ${JSON.stringify(b)}`)
        }
      }
      expect(expected).toHaveLength(708)
      expect(differences.slice(0, 40)).toEqual([])
    })
  })
})
