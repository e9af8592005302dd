import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recompute } from '../../cli/commands/recompute.ts'
import { MODELS } from '../../cli/model-folder.ts'
import { detectPage } from '../../functions/detect/core.ts'
import { detectorOf } from '../../functions/detect/detector.ts'
import { type StandIn, startStandIn } from '../../localstack/mongo/server.ts'
import { modelDirectory } from '../../shared/adapters/models.ts'
import { connectMongo, type Mongo } from '../../shared/adapters/mongo/connect.ts'
import type { ListDocument } from '../../shared/domain/spine/documents.ts'
import { publishIfComplete } from '../../shared/domain/spine/lists.ts'
import { tryOpen } from '../../shared/domain/spine/opening.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { type Chain, startChain } from '../import/chain.ts'

let standIn: StandIn
let mongo: Mongo
let chain: Chain

const A = '301000001'
const B = '301000002'
const siretOf = (siren: string): string => `${siren}00011`
const HEADCOUNTS = `siren;eff202541;eff202542;eff202543;rais_soc\n${A};20;20;20;A\n${B};15;15;15;B\n`
const MAPPING = `compte;siret;date_disp_siret\nc1;${siretOf(A)};\nc2;${siretOf(B)};\n`
const DEBIT = 'num_cpte;Num_Ecn;Dt_trt_ecn;Mt_PO;Mt_PP;Num_Hist_Ecn;Etat_cpte;Cd_pro_col;Periode;Cd_op_ecn;Motif_ecn;Recours_en_cours'
const debit = (compte: string, euros: number, ecart = 101): string => `${compte};${ecart};1250620;${euros * 100};0;1;1;;202512;1;2;0`
const EFFECTIF = 'compte;siret;rais_soc;ape_ins;dep;eff202541;eff202542;eff202543;base;UR_EMET'
const EFFECTIFS = `${[EFFECTIF, `c1;${siretOf(A)};A;4321A;75;20;20;20;A;117`, `c2;${siretOf(B)};B;4321A;75;15;15;15;A;117`].join('\n')}\n`
const SIRENE = [
  'siren,nic,siret,statutDiffusionEtablissement,dateCreationEtablissement,etablissementSiege,complementAdresseEtablissement,numeroVoieEtablissement',
  'indiceRepetitionEtablissement,typeVoieEtablissement,libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement',
  'libelleCommuneEtrangerEtablissement,distributionSpecialeEtablissement,codeCommuneEtablissement,codeCedexEtablissement,libelleCedexEtablissement',
  'codePaysEtrangerEtablissement,libellePaysEtrangerEtablissement,etatAdministratifEtablissement,activitePrincipaleEtablissement',
  'nomenclatureActivitePrincipaleEtablissement,longitude,latitude',
].join(',')
const sirene = (siren: string): string =>
  `${siren},00011,${siretOf(siren)},O,2002-01-01,true,,12,B,RUE,DES FOURS,33000,BORDEAUX,,,33063,,,,,A,43.21A,NAFRev2,-0.5792,44.8378`
const SIRENE_UL = [
  'siren,statutDiffusionUniteLegale,dateCreationUniteLegale,prenom1UniteLegale,prenom2UniteLegale,prenom3UniteLegale,prenom4UniteLegale',
  'etatAdministratifUniteLegale,nomUniteLegale,nomUsageUniteLegale,denominationUniteLegale,categorieJuridiqueUniteLegale,activitePrincipaleUniteLegale',
  'nomenclatureActivitePrincipaleUniteLegale,activitePrincipaleNAF25UniteLegale',
].join(',')
const sireneUl = (siren: string): string => `${siren},O,2002-01-01,,,,,A,,,ESSAI,5499,43.21A,NAFRev2,43.21J`

const models = modelDirectory(MODELS)
const announced = new Map<string, Date>()
const seen: string[] = []

/** Detect, publish and the bell of the list, by their cores; what publish sees is noted. */
const advance = async (): Promise<void> => {
  const signal = new AbortController().signal
  const { spine } = chain
  await chain.settle()
  await workShard(
    spine,
    'detect',
    0,
    signal,
    detectPage({ spine, detectorOf: async (id) => detectorOf(await (id === undefined ? models.active() : models.load(id))) }),
  )
  await workShard(spine, 'publish', 0, signal, async (page) => {
    for (const { siren } of page) seen.push(siren)
    return new Map(page.map(({ siren }) => [siren, 'done' as const]))
  })
  for (const { key } of await spine.store.lists.lists()) await publishIfComplete(spine, key, async (list, at) => void announced.set(list.key, at))
  await tryOpen(spine)
  await chain.settle()
}

const month = (batch: string, euros: number): void => {
  chain.deposit(batch, 'effectif_ent', HEADCOUNTS)
  chain.deposit(batch, 'admin_urssaf', MAPPING)
  chain.deposit(batch, 'effectif', EFFECTIFS)
  chain.deposit(batch, 'sirene', `${[SIRENE, sirene(A), sirene(B)].join('\n')}\n`)
  chain.deposit(batch, 'sirene_ul', `${[SIRENE_UL, sireneUl(A), sireneUl(B)].join('\n')}\n`)
  chain.deposit(batch, 'debit', `${[DEBIT, debit('c1', euros), debit('c2', 10)].join('\n')}\n`)
}

const list = async (key: string): Promise<ListDocument> => (await chain.spine.store.lists.list(key)) as ListDocument
const scoresOf = async (key: string): Promise<unknown[]> => {
  const all = await chain.spine.store.scores.scores([A, B])
  return all.filter((score) => score.list === key).map(({ siren, key: inputs, content, excluded }) => ({ siren, inputs, content, excluded }))
}

const options = { models: MODELS, rules: 'default' as const, answers: async () => {}, progress: () => {} }

beforeAll(async () => {
  standIn = await startStandIn({})
  mongo = await connectMongo(`mongodb://127.0.0.1:${standIn.port}`, { database: 'recompute-list' })
  chain = await startChain(mongo.db)
  month('2511', 100)
  await advance()
  await advance()
  month('2512', 900)
  await advance()
  await advance()
})
afterAll(async () => {
  await mongo.close()
  await standIn.close()
})

describe('sf recompute --list', () => {
  test('a closed list scored again from the same data has the same scores, is hidden meanwhile, and shows again', async () => {
    expect(await list('2511')).toMatchObject({ state: 'closed', announced: true })
    expect(await list('2512')).toMatchObject({ state: 'published' })
    const before = await scoresOf('2511')
    expect(before).toHaveLength(2)
    expect(before).toMatchObject([{ content: { siren: A } }, { content: { siren: B } }])
    expect(before).not.toEqual(await scoresOf('2512'))
    const hidden: Date[] = []
    const hide = async (at: Date): Promise<void> => {
      // the list is no longer shown before its first score changes
      expect(await list('2511')).toMatchObject({ state: 'building', recomputing: { as: 'closed', ready: false } })
      hidden.push(at)
    }
    seen.length = 0
    expect(await recompute({ db: mongo.db, spine: chain.spine }, '2511', { ...options, hide })).toEqual({ as: 'closed', scored: 2, failed: [] })
    expect(await scoresOf('2511')).toEqual(before)
    announced.delete('2511')
    await advance()
    expect(seen.sort()).toEqual([A, B])
    const after = await list('2511')
    expect(after).toMatchObject({ state: 'closed', announced: true, recomputed: expect.any(Date) })
    expect(after).not.toHaveProperty('recomputing')
    expect(announced.get('2511')?.getTime()).toBeGreaterThan(hidden[0]?.getTime() ?? Number.POSITIVE_INFINITY)
    expect(await scoresOf('2512')).toHaveLength(2)
  })

  test('a late file of its month changes a closed list only when it is scored again', async () => {
    const before = await scoresOf('2511')
    const current = await scoresOf('2512')
    chain.deposit('2511', 'debit', `${[DEBIT, debit('c1', 50_000, 102), debit('c2', 10)].join('\n')}\n`, { id: 'debit-late', minutes: 9 })
    await advance()
    await advance()
    expect(await scoresOf('2511')).toEqual(before)
    await recompute({ db: mongo.db, spine: chain.spine }, '2511', { ...options, hide: async () => {} })
    const after = await scoresOf('2511')
    expect(after).not.toEqual(before)
    expect(after.map((score) => (score as { siren: string }).siren)).toEqual([A, B])
    await advance()
    // the variables that agents see are still those of the current batch
    expect(await scoresOf('2512')).toEqual(current)
    expect((await chain.spine.store.features.heads([A])).map(({ batch }) => batch)).toEqual(['2512', '2512'])
  })

  test('a score that a later pass has sealed meanwhile is written again under its seq', async () => {
    const spine = chain.spine
    let isTouched = false
    const touching = {
      ...spine,
      store: {
        ...spine.store,
        scores: {
          ...spine.store.scores,
          async putScores(documents: Parameters<typeof spine.store.scores.putScores>[0]) {
            if (!isTouched) {
              isTouched = true
              await mongo.db.collection<{ _id: string }>('Scores').updateOne({ _id: `2511:${A}` }, { $set: { seq: 1000, key: 'sealed' } })
              await mongo.db.collection<{ _id: string }>('Ledger').updateOne({ _id: A }, { $set: { seq: 1000 } })
            }
            return spine.store.scores.putScores(documents)
          },
        },
      },
    }
    await recompute({ db: mongo.db, spine: touching }, '2511', { ...options, hide: async () => {} })
    const stored = (await spine.store.scores.scores([A])).find((score) => score.list === '2511')
    expect(stored).toMatchObject({ seq: 1000, key: expect.not.stringMatching('sealed') })
    await advance()
  })

  test('is refused, and nothing is hidden, when what is stored no longer allows it', async () => {
    const hide = (): Promise<void> => Promise.reject(new Error('hidden'))
    const attempt = (key: string) => recompute({ db: mongo.db, spine: chain.spine }, key, { ...options, hide })
    await expect(attempt('2509')).rejects.toMatchObject({ code: 'LIST_UNKNOWN' })
    const { artefact } = await list('2511')
    await chain.spine.store.lists.updateList('2511', { artefact: 'another' })
    await expect(attempt('2511')).rejects.toThrow('ne sont plus ceux de la liste')
    await chain.spine.store.lists.updateList('2511', { artefact })
    await expect(recompute({ db: mongo.db, spine: chain.spine }, '2511', { ...options, models: '/nowhere', hide })).rejects.toMatchObject({
      code: 'FILE_MISSING',
    })
    const answers = (): Promise<void> => Promise.reject(new Error('PostgreSQL is away'))
    for (const key of ['2511', '2512'])
      await expect(recompute({ db: mongo.db, spine: chain.spine }, key, { ...options, answers, hide })).rejects.toThrow('PostgreSQL is away')
    expect(await list('2512')).toMatchObject({ state: 'published' })
    await mongo.db.collection<{ _id: string }>('Ledger').updateOne({ _id: A }, { $set: { stage: 'refine' } })
    await expect(attempt('2511')).rejects.toThrow('en cours de calcul')
    await advance()
    expect(await list('2511')).toMatchObject({ state: 'closed', announced: true })
  })
})
