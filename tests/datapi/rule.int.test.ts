import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { publishList, publishPage, upsertList } from '../../shared/adapters/postgres/publication.ts'
import { readSummaries } from '../../shared/adapters/postgres/summaries.ts'
import { F2, SANS_ALERTE } from '../../shared/domain/publication/facts.ts'
import { publicationOfFacts } from '../../shared/domain/publication/publication.ts'
import { usePostgres } from '../support/postgres.ts'
import { datapiOn } from './agents.ts'
import { sampleFacts } from './facts-samples.ts'
import { SAMPLES } from './samples.ts'

const postgres = usePostgres()
const AT = new Date('2025-12-10T00:00:00Z')

type Row = Record<string, string>

const readTable = (): Row[] => {
  const [header = '', ...lines] = readFileSync(path.join(SAMPLES ?? '', 'derived/permissions.csv'), 'utf8')
    .trim()
    .split('\n')
  const names = header.trim().split(',')
  return lines.map((line) =>
    Object.fromEntries(
      line
        .trim()
        .split(',')
        .map((value, index) => [names[index] ?? '', value]),
    ),
  )
}

describe.skipIf(SAMPLES === undefined)('the rule of access in SQL', () => {
  it('gives what the recorded table says in its 384 cases, for summaries and for fiches', async () => {
    const table = readTable()
    // Alert is a fact of the entreprise, suivi one of the agent: one entreprise per (départements, alert), one agent per (roles, suivi).
    const sirens = new Map(
      [...new Set(table.map((row) => `${row['departements_entreprise']}|${row['departement_etablissement']}|${row['alerte']}`))].map((key, index) => [
        key,
        `20000000${index}`,
      ]),
    )
    await postgres.withDb(async (pool) => {
      await upsertList(pool, { batch: '2511', libelle: 'Novembre 2025', algo: 'modele-1', etat: 'building' })
      await publishList(pool, { batch: '2511', publieLe: AT })
      for (const [key, siren] of sirens) {
        const [deps = '', departement = '', alerte] = key.split('|')
        const facts = sampleFacts(siren, { departement, sites: 2, scores: [{ alert: alerte === 't' ? F2 : SANS_ALERTE }] })
        const other = deps.split(' ').find((code) => code !== departement) ?? departement
        const second = facts.etablissements[1]?.sirene
        if (second !== undefined) second.departement = other
        await publishPage(pool, [{ siren, seq: 1, publication: publicationOfFacts(facts) }], AT)
      }
      for (const siren of sirens.values())
        await pool.query(`insert into suivi (siret, siren, username, category) values ($1, $2, 'suiveur', 'detection')`, [`${siren}00002`, siren])
      const { call } = datapiOn(pool, AT)
      let compared = 0
      for (const row of table) {
        const siren = sirens.get(`${row['departements_entreprise']}|${row['departement_etablissement']}|${row['alerte']}`) ?? ''
        // The zone of the table is Paris alone: the label of its région, which would widen it, is left out.
        const roles = (row['roles_utilisateur'] ?? '').split(' ').filter((role) => role !== 'Île-de-France')
        const username = row['suivi'] === 't' ? 'suiveur' : 'autre'
        const light = { at: AT, libelle: 'Novembre 2025', debut: null, published: ['Novembre 2025'] }
        const [summary] = await readSummaries(pool, { username, roles, zone: ['75'] }, light, [{ siret: `${siren}00001` }])
        const fiche = (await call({ username, roles }, 'GET', `/etablissement/get/${siren}00001`)).body as Record<string, boolean>
        const flag = (name: string): boolean => row[name] === 't'
        expect([row, summary?.visible, summary?.in_zone, summary?.perm_score, summary?.perm_urssaf, summary?.perm_dgefp, summary?.perm_bdf]).toEqual([
          row,
          ...['visible', 'in_zone', 'score', 'urssaf', 'dgefp', 'bdf'].map(flag),
        ])
        expect([
          row,
          fiche['visible'],
          fiche['inZone'],
          fiche['permScore'],
          fiche['permUrssaf'],
          fiche['permDGEFP'],
          fiche['permBDF'],
          fiche['permPGE'],
        ]).toEqual([row, ...['visible', 'in_zone', 'score', 'urssaf', 'dgefp', 'bdf', 'pge'].map(flag)])
        compared += 1
      }
      expect(compared).toBe(384)
    })
  })
})
