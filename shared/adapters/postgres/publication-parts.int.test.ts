import { expect, it } from 'vitest'
import { sampleFacts } from '../../../tests/datapi/facts-samples.ts'
import { usePostgres } from '../../../tests/support/postgres.ts'
import { publicationOfFacts } from '../../domain/publication/publication.ts'
import type { Publication } from '../../domain/publication/rows.ts'
import { publishedDigest, publishPage } from './publication.ts'
import { publishInParts } from './publication-parts.ts'

const postgres = usePostgres()
const SIREN = '111111111'
const publication = (raisonSociale = 'FORGES') => publicationOfFacts(sampleFacts(SIREN, { raisonSociale, scores: [{}], sites: 5 }))

/** The rows of a publication, one at a time. `asked` counts the parts that were asked for. */
const partsOf = (whole: Publication, asked = { parts: 0 }) =>
  async function* (): AsyncGenerator<Publication> {
    const none: Publication = { siren: whole.siren, feuillets: [], resumes: [], alertes: [], scores: [] }
    for (const name of ['feuillets', 'resumes', 'alertes', 'scores'] as const)
      for (const row of whole[name]) {
        asked.parts += 1
        yield { ...none, [name]: [row] }
      }
  }

it('part by part leaves the rows that a whole publication leaves', () =>
  postgres.withDb(async (pool) => {
    await publishPage(pool, [{ siren: SIREN, seq: 1, publication: publication() }])
    const { publication: _guards, ...whole } = await publishedDigest(pool)
    expect(await publishInParts(pool, { siren: SIREN, seq: 2, empreinte: 'e', parts: partsOf(publication()) })).toEqual({ siren: SIREN, outcome: 'written' })
    const { publication: _others, ...parts } = await publishedDigest(pool)
    expect(parts).toEqual(whole)
  }))

it('what is there already is not asked for again; an older pass touches nothing', () =>
  postgres.withDb(async (pool) => {
    const asked = { parts: 0 }
    await publishInParts(pool, { siren: SIREN, seq: 3, empreinte: 'e', parts: partsOf(publication()) })
    const again = { siren: SIREN, empreinte: 'e', parts: partsOf(publication('AUTRE'), asked) }
    expect(await publishInParts(pool, { ...again, seq: 5 })).toEqual({ siren: SIREN, outcome: 'unchanged' })
    expect(await publishInParts(pool, { ...again, seq: 4, empreinte: 'f' })).toEqual({ siren: SIREN, outcome: 'older' })
    expect(asked.parts).toBe(0)
  }))

it('a part that fails leaves what was published before, whole', () =>
  postgres.withDb(async (pool) => {
    await publishInParts(pool, { siren: SIREN, seq: 1, empreinte: 'e', parts: partsOf(publication('AVANT')) })
    const before = await publishedDigest(pool)
    const failing = async function* (): AsyncGenerator<Publication> {
      for await (const part of partsOf(publication('APRES'))()) {
        yield part
        if (part.resumes.length > 0) throw new Error('the database of sources went away')
      }
    }
    await expect(publishInParts(pool, { siren: SIREN, seq: 2, empreinte: 'f', parts: failing })).rejects.toThrow('went away')
    expect(await publishedDigest(pool)).toEqual(before)
  }))
