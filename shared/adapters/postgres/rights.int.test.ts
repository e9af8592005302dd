import { expect, it } from 'vitest'
import { datapiOn } from '../../../tests/datapi/agents.ts'
import { sampleFacts } from '../../../tests/datapi/facts-samples.ts'
import { usePostgres } from '../../../tests/support/postgres.ts'
import { publicationOfFacts } from '../../domain/publication/publication.ts'
import { connectPostgres } from './connect.ts'
import { migrate } from './migrate.ts'
import { publishList, publishPage, upsertList } from './publication.ts'

const postgres = usePostgres()
const AT = new Date('2025-12-10T00:00:00Z')

it('with the roles of a deployment: publish publishes, datapi serves and journals, and neither does the work of the other', () =>
  postgres.withDb(async (owner, url) => {
    for (const role of ['datapi', 'publish', 'sweep']) await owner.query(`create role ${role} login`)
    await migrate(url)
    const as = (role: string) => connectPostgres(url.replace('postgres@', `${role}@`))
    const [datapi, publish] = [as('datapi'), as('publish')]
    try {
      const publication = publicationOfFacts(sampleFacts('111111111', { scores: [{}] }))
      await upsertList(publish, { batch: '2511', libelle: 'Novembre 2025', algo: 'modele-1', etat: 'building' })
      await publishList(publish, { batch: '2511', publieLe: AT })
      await publishPage(publish, [{ siren: '111111111', seq: 1, publication }], AT)
      const { call } = datapiOn(datapi, AT)
      const agent = { username: 'a', roles: ['75', 'score', 'urssaf'] }
      expect((await call(agent, 'GET', '/etablissement/get/11111111100001')).status).toBe(200)
      expect((await call(agent, 'POST', '/scores/liste', {})).status).toBe(200)
      expect((await call(agent, 'POST', '/etablissement/search', { search: 'SOCIETE' })).status).toBe(200)
      expect((await call(agent, 'POST', '/follow/11111111100001', { category: 'detection' })).status).toBe(201)
      expect((await call(agent, 'GET', '/follow')).status).toBe(200)
      expect((await call(agent, 'DELETE', '/follow/11111111100001', { unfollowCategory: 'actions' })).status).toBe(200)
      expect((await call(agent, 'GET', '/reference/regions')).status).toBe(200)
      expect((await owner.query('select count(*) as n from journal.requete')).rows[0].n).toBe(7)
      await expect(datapi.query('select * from journal.requete')).rejects.toThrow('permission denied')
      await expect(datapi.query('delete from suivi')).rejects.toThrow('permission denied')
      await expect(datapi.query(`update resume set siren = '2'`)).rejects.toThrow('permission denied')
      await expect(publish.query('select * from suivi')).rejects.toThrow('permission denied')
    } finally {
      await Promise.all([datapi.end(), publish.end()])
      await owner.query('drop owned by datapi, publish, sweep; drop role datapi, publish, sweep')
    }
  }))
