import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { hasRaw, RAW } from './raw-cases.ts'
import { runParseFile } from './raw-run.ts'

const directory = mkdtempSync(join(tmpdir(), 'switches-'))
afterAll(() => rmSync(directory, { recursive: true }))

const run = async (type: string, content: string, ...settings: string[]) => {
  const path = join(directory, `${type}.csv`)
  writeFileSync(path, content)
  return runParseFile(['--type', type, ...settings.flatMap((setting) => ['--switch', setting]), '--', path])
}

const SIRENE =
  'siren,nic,etablissementSiege,complementAdresseEtablissement,numeroVoieEtablissement,indiceRepetitionEtablissement,typeVoieEtablissement,libelleVoieEtablissement,libelleCommuneEtablissement,libelleCommuneEtrangerEtablissement,distributionSpecialeEtablissement,codeCommuneEtablissement,codeCedexEtablissement,libelleCedexEtablissement,codePaysEtrangerEtablissement,libellePaysEtrangerEtablissement,codePostalEtablissement,activitePrincipaleEtablissement,nomenclatureActivitePrincipaleEtablissement,dateCreationEtablissement,etatAdministratifEtablissement\n'
const etablissement = (commune: string, postal: string, activite = '10.71C', nomenclature = 'NAFRev2'): string =>
  `${SIRENE}301000001,00011,true,,,,,,,,,${commune},,,,,${postal},${activite},${nomenclature},,A\n`

describe('switches', () => {
  test.runIf(hasRaw)('keepZeroEffectif keeps the two zeros of the sample', async () => {
    const args = ['--type', 'effectif', '--switch', 'keepZeroEffectif=true', '--', `${RAW}effectif/effectifTestData.csv`]
    expect((await runParseFile(args)).tuples.length).toBe(317)
  })
  test.each([
    ['postal', '97411', '97400', '97'],
    ['commune', '97411', '97400', '974'],
    ['commune', '98818', '98800', '988'],
    ['commune', '2A004', '20090', '2A'],
    ['postal', '2A004', '20090', '2A'],
    ['postal', '2B033', '20200', '2B'],
    ['postal', '', '33', undefined],
    ['commune', '', '33000', undefined],
    ['commune', '2915', '29600', undefined],
    ['commune-or-postal', '', '33000', '33'],
    ['commune-or-postal', '97411', '97400', '974'],
    ['commune-or-postal', '[ND]', '33000', '33'],
    ['commune-or-postal', '[ND]', '[ND]', undefined],
    ['postal', '[ND]', '[ND]', '[N'],
  ])('departementFrom=%s, commune « %s », postal code « %s »: %s', async (from, commune, postal, departement) => {
    const { tuples } = await run('sirene', etablissement(commune, postal), `departementFrom=${from}`)
    expect(tuples[0]?.departement).toBe(departement)
  })
  test('apeWithDot keeps the point, and wants one', async () => {
    const ape = async (activite: string, ...settings: string[]) => (await run('sirene', etablissement('33063', '33000', activite), ...settings)).tuples[0]?.ape
    expect([
      await ape('10.71C'),
      await ape('10.71C', 'apeWithDot=true'),
      await ape('1071C'),
      await ape('1071C', 'apeWithDot=true'),
      await ape('10.71c'),
    ]).toEqual(['1071C', '10.71C', '1071C', undefined, undefined])
  })
  test('skipNonNafRev2 skips the row, unless it has no activity', async () => {
    const skipped = await run('sirene', etablissement('33063', '33000', '52.2', 'NAP'), 'skipNonNafRev2=true')
    expect([skipped.tuples, skipped.event.event.linesSkipped]).toEqual([[], 1])
    expect((await run('sirene', etablissement('33063', '33000', '', 'NAP'), 'skipNonNafRev2=true')).tuples.length).toBe(1)
    expect((await run('sirene', etablissement('33063', '33000', '52.2', 'NAP'))).tuples[0]).toMatchObject({ code_activite: '52.2', nomen_activite: 'NAP' })
  })
  test('the coordinates of sirene are optional', async () => {
    const { tuples, event } = await run('sirene', etablissement('33063', '33000'))
    expect([tuples[0]?.longitude, event.event.linesValid]).toEqual([undefined, 1])
  })
  test('extensions adds fields, and requires their columns', async () => {
    const header =
      'siren,denominationUniteLegale,prenom1UniteLegale,prenom2UniteLegale,prenom3UniteLegale,prenom4UniteLegale,nomUniteLegale,nomUsageUniteLegale,categorieJuridiqueUniteLegale,dateCreationUniteLegale'
    const row = '301000001,LA BOULANGERIE,,,,,,,5499,'
    const more = `${header},activitePrincipaleUniteLegale,etatAdministratifUniteLegale\n${row},10.71C,C\n`
    expect((await run('sirene_ul', more, 'extensions=true')).tuples).toEqual([
      { siren: '301000001', raison_sociale: 'LA BOULANGERIE', statut_juridique: '5499', ape: '1071C', est_actif: false },
    ])
    expect((await run('sirene_ul', `${header}\n${row}\n`, 'extensions=true')).event.event.isFatal).toBe(true)
    expect((await run('sirene_ul', `${header}\n${row}\n`)).tuples).toEqual([{ siren: '301000001', raison_sociale: 'LA BOULANGERIE', statut_juridique: '5499' }])
  })
  test('motifRange rejects what is not 1 to 7', async () => {
    const header =
      'ID_DA,ETAB_SIRET,EFF_ENT,EFF_ETAB,DATE_STATUT,DATE_DEB,DATE_FIN,HTA,MTA,EFF_AUTO,MOTIF_RECOURS_SE,PERIMETRE_AP,S_HEURE_CONSOM_TOT,S_EFF_CONSOM_TOT,S_MONTANT_CONSOM_TOT\n'
    const rows = ['7', '8', ''].map((motif) => `a,30100000100011,1,1,2020-01-01,2020-01-01,2020-01-31,1,1,1,${motif},1,1,1,1\n`).join('')
    expect((await run('apdemande', header + rows)).tuples.length).toBe(3)
    expect((await run('apdemande', header + rows, 'motifRange=true')).event.event.headRejected).toHaveLength(1)
    const unreadable = `${header}a,30100000100011,1,1,2020-01-01,2020-01-01,2020-01-31,1,1,1,x,1,1,1,1\n`
    for (const setting of ['motifRange=true', 'motifRange=false'])
      expect((await run('apdemande', unreadable, setting)).event.event.headRejected).toEqual(['Line 1: strconv.Atoi: parsing "x": invalid syntax'])
  })
  test('bypassFilter imports a source in full', async () => {
    const filter = join(directory, 'filter.csv')
    writeFileSync(filter, 'siren\n999999999\n')
    const path = join(directory, 'sirene.csv')
    writeFileSync(path, etablissement('33063', '33000'))
    const args = ['--type', 'sirene', '--filter', filter]
    expect((await runParseFile([...args, '--', path])).tuples).toEqual([])
    expect((await runParseFile([...args, '--switch', 'bypassFilter=sirene,sirene_ul', '--', path])).tuples.length).toBe(1)
  })
})
