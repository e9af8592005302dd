import { describe, expect, it } from 'vitest'
import { sampleFacts } from '../../../tests/datapi/facts-samples.ts'
import { usePostgres } from '../../../tests/support/postgres.ts'
import { publicationOfFacts } from '../../domain/publication/publication.ts'
import type { Pool } from './connect.ts'
import { listPublication, publishedDigest, publishList, publishPage, upsertList, withdrawList } from './publication.ts'

const postgres = usePostgres()

const publication = (siren: string, raisonSociale = 'FORGES', scores = [{}]) => publicationOfFacts(sampleFacts(siren, { raisonSociale, scores, sites: 3 }))
const names = async (pool: Pool, siren: string): Promise<string[]> =>
  (await pool.query('select raison_sociale from resume where siren = $1 order by siret', [siren])).rows.map((row) => row.raison_sociale)
const seqOf = async (pool: Pool, siren: string): Promise<number> => (await pool.query('select seq from publication where siren = $1', [siren])).rows[0].seq

describe('publishPage', () => {
  it('replaces every row of a SIREN and leaves its neighbours alone', () =>
    postgres.withDb(async (pool) => {
      await publishPage(pool, [
        {
          siren: '111111111',
          seq: 1,
          publication: publication('111111111', 'AVANT'),
        },
        {
          siren: '222222222',
          seq: 1,
          publication: publication('222222222', 'VOISINE'),
        },
      ])
      const fewer = publicationOfFacts(sampleFacts('111111111', { raisonSociale: 'APRES', sites: 1 }))
      expect(await publishPage(pool, [{ siren: '111111111', seq: 2, publication: fewer }])).toEqual([{ siren: '111111111', outcome: 'written' }])
      expect(await names(pool, '111111111')).toEqual(['APRES'])
      expect(await names(pool, '222222222')).toHaveLength(3)
      const { rows } = await pool.query(
        `select (select count(*) from alerte where siren = '111111111') as alertes, (select count(*) from feuillet where siren = '111111111') as sheets`,
      )
      expect(rows[0]).toEqual({ alertes: 0, sheets: fewer.feuillets.length })
    }))

  it('an older pass never overwrites a newer one, not even one that found nothing to write or one that removed the SIREN', () =>
    postgres.withDb(async (pool) => {
      const item = {
        siren: '111111111',
        publication: publication('111111111', 'NEUF'),
      }
      const old = {
        siren: '111111111',
        seq: 4,
        publication: publication('111111111', 'VIEUX'),
      }
      await publishPage(pool, [{ ...item, seq: 3 }])
      expect(await publishPage(pool, [{ ...item, seq: 5 }])).toEqual([{ siren: '111111111', outcome: 'unchanged' }])
      expect(await publishPage(pool, [old])).toEqual([{ siren: '111111111', outcome: 'older' }])
      expect(await names(pool, '111111111')).toEqual(['NEUF', 'NEUF', 'NEUF'])
      await publishPage(pool, [{ siren: '111111111', seq: 6, publication: 'tombstone' }])
      expect(await publishPage(pool, [{ ...old, seq: 5 }])).toEqual([{ siren: '111111111', outcome: 'older' }])
      expect(await names(pool, '111111111')).toEqual([])
      expect(await seqOf(pool, '111111111')).toBe(6)
      const left = await pool.query(`select (select count(*) from feuillet) + (select count(*) from alerte) + (select count(*) from score) as n`)
      expect(left.rows[0].n).toBe(0)
    }))

  it('an unchanged SIREN rewrites nothing, and an equal seq is the same pass again', () =>
    postgres.withDb(async (pool) => {
      const item = {
        siren: '111111111',
        publication: publication('111111111'),
      }
      await publishPage(pool, [{ ...item, seq: 1 }])
      const ids = () => pool.query('select array_agg(id order by id) as ids from feuillet').then((answer) => answer.rows[0].ids)
      const before = await ids()
      expect(await publishPage(pool, [{ ...item, seq: 1 }])).toEqual([{ siren: '111111111', outcome: 'unchanged' }])
      expect(await publishPage(pool, [{ ...item, seq: 2 }])).toEqual([{ siren: '111111111', outcome: 'unchanged' }])
      expect(await ids()).toEqual(before)
      expect(
        await publishPage(pool, [
          {
            siren: '111111111',
            seq: 2,
            publication: publication('111111111', 'AUTRE'),
          },
        ]),
      ).toEqual([{ siren: '111111111', outcome: 'written' }])
    }))

  it('pages that share SIRENs in opposite orders, at once, end in the state of the greatest seq', () =>
    postgres.withDb(async (pool) => {
      const sirens = Array.from({ length: 12 }, (_, index) => String(100_000_000 + index))
      const page = (seq: number) =>
        sirens.map((siren) => ({
          siren,
          seq,
          publication: publication(siren, `PASSE ${seq}`),
        }))
      await Promise.all([1, 2, 3, 4, 5, 6].map((seq) => publishPage(pool, seq % 2 === 0 ? page(seq) : page(seq).reverse())))
      const { rows } = await pool.query('select distinct raison_sociale from resume')
      expect(rows).toEqual([{ raison_sociale: 'PASSE 6' }])
    }))

  it('a page that fails leaves nothing, guard rows included', () =>
    postgres.withDb(async (pool) => {
      const broken = publication('222222222')
      broken.resumes.push(...broken.resumes)
      await expect(
        publishPage(pool, [
          { siren: '111111111', seq: 1, publication: publication('111111111') },
          { siren: '222222222', seq: 1, publication: broken },
        ]),
      ).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
      const { rows } = await pool.query('select (select count(*) from resume) as resumes, (select count(*) from publication) as guards')
      expect(rows[0]).toEqual({ resumes: 0, guards: 0 })
    }))

  it('the digest depends on the data alone: not on the order, on seq nor on ids', async () => {
    const digest = (order: readonly string[], seq: number) =>
      postgres.withDb(async (pool) => {
        for (const siren of order) await publishPage(pool, [{ siren, seq, publication: publication(siren) }])
        return publishedDigest(pool)
      })
    expect(await digest(['111111111', '222222222'], 1)).toEqual(await digest(['222222222', '111111111'], 7))
  })
})

describe('lists', () => {
  const list = {
    batch: '2511',
    libelle: 'Novembre 2025',
    algo: 'modele-1',
    etat: 'building' as const,
    seuils: { f1: 0.7, f2: 0.4 },
  }

  it('publishing is idempotent: the first date stays', () =>
    postgres.withDb(async (pool) => {
      await upsertList(pool, list)
      expect((await listPublication(pool, '2511'))?.publieLe).toBeNull()
      const first = new Date('2025-12-01T08:00:00Z')
      expect(await publishList(pool, { batch: '2511', publieLe: first })).toEqual({ publieLe: first })
      expect(
        await publishList(pool, {
          batch: '2511',
          publieLe: new Date('2026-01-01T00:00:00Z'),
        }),
      ).toEqual({ publieLe: first })
      await upsertList(pool, { ...list, etat: 'closed' })
      expect(await listPublication(pool, '2511')).toMatchObject({
        publieLe: first,
        etat: 'closed',
      })
      await upsertList(pool, list)
      expect(await listPublication(pool, '2511')).toMatchObject({ publieLe: first, etat: 'closed' })
    }))

  it('a list that is computed anew is hidden, and only a later date shows it again', () =>
    postgres.withDb(async (pool) => {
      const first = new Date('2025-12-01T08:00:00Z')
      const hidden = new Date('2025-12-10T08:00:00Z')
      const again = new Date('2025-12-10T09:00:00Z')
      await upsertList(pool, list)
      await publishList(pool, { batch: '2511', publieLe: first })
      await withdrawList(pool, '2511', hidden)
      expect(await listPublication(pool, '2511')).toMatchObject({ publieLe: null, etat: 'building' })
      // a worker of the first publication wakes late
      expect(await publishList(pool, { batch: '2511', publieLe: first })).toEqual({ publieLe: null })
      expect(await listPublication(pool, '2511')).toMatchObject({ publieLe: null, etat: 'building' })
      expect(await publishList(pool, { batch: '2511', publieLe: again })).toEqual({ publieLe: again })
      expect(await listPublication(pool, '2511')).toMatchObject({ publieLe: again, etat: 'published' })
      await expect(withdrawList(pool, '2512', hidden)).rejects.toMatchObject({ code: 'LIST_UNKNOWN' })
    }))

  it('a list that changes its model keeps one row, and counts the établissements of that model', () =>
    postgres.withDb(async (pool) => {
      await upsertList(pool, list)
      await upsertList(pool, { ...list, algo: 'modele-2' })
      await publishPage(pool, [
        {
          siren: '111111111',
          seq: 1,
          publication: publication('111111111', 'F', [{ algo: 'modele-2' } as object]),
        },
      ])
      expect(await listPublication(pool, '2511')).toEqual({
        batch: '2511',
        libelle: 'Novembre 2025',
        algo: 'modele-2',
        etat: 'building',
        publieLe: null,
        counts: { F1: 1, F2: 0, none: 0 },
      })
    }))

  it('a list that was never described cannot be published', () =>
    postgres.withDb(async (pool) => {
      await expect(publishList(pool, { batch: '2511', publieLe: new Date() })).rejects.toMatchObject({ code: 'LIST_UNKNOWN' })
      expect(await listPublication(pool, '2511')).toBeUndefined()
    }))
})
