/** Rules of the registers of INSEE (raw-formats §§2.15 to 2.17), one or two rows each, through `parse-file`. */
import { describe, expect, test } from 'vitest'
import { sirene } from '../../shared/sources/sirene.ts'
import { defaultSwitches } from '../../shared/sources/switches.ts'
import { TYPE_VOIE } from '../../shared/sources/voie.ts'
import { countersOf, parserOfContents } from './raw-files.ts'

const { file, parse } = parserOfContents('registers')

const COLUMNS = [...sirene.columns(defaultSwitches), 'etatAdministratifEtablissement', 'siret', 'longitude', 'latitude']
const HEADER = `${COLUMNS.join(',')}\n`
const row = (cells: Record<string, string> = {}): string =>
  `${COLUMNS.map((column) => ({ siren: '301000001', nic: '00011', etablissementSiege: 'false', ...cells })[column] ?? '').join(',')}\n`
const etablissement = async (cells: Record<string, string>, ...args: string[]) => parse('sirene', HEADER + row(cells), ...args)
/** The fields of the tuple but its name. */
const fieldsOf = async (cells: Record<string, string>, ...args: string[]) => {
  const { tuples } = await etablissement(cells, ...args)
  const [{ siren: _siren, nic: _nic, ...fields } = {}] = tuples
  return fields
}

describe('sirene', () => {
  test('the key is the SIREN then the NIC: the column siret is not read', async () => {
    const run = await etablissement({ siret: '99999999999999' }, '--envelope')
    expect(run.tuples[0]).toMatchObject({ key: '30100000100011', value: { siren: '301000001', nic: '00011' } })
    const bad = await etablissement({ nic: '0001', siret: '30100000100011' })
    expect(bad.event.event.headRejected).toEqual(['Line 1: siret invalide : 3010000010001'])
  })
  test('every field is left out when it is empty, false or zero', async () => {
    expect(await fieldsOf({ longitude: '0.0', latitude: '-0' })).toEqual({})
    expect(await fieldsOf({ etablissementSiege: 'T', longitude: '6.1256', latitude: '1e1' })).toEqual({ siege: true, longitude: 6.1256, latitude: 10 })
  })
  test('what cannot be read of the seat or of the coordinates is an error each, and the tuple is emitted without them', async () => {
    const run = await etablissement({ etablissementSiege: '', longitude: '"6,12"', latitude: 'x', libelleVoieEtablissement: 'DES FOURS' })
    expect(run.tuples).toEqual([{ siren: '301000001', nic: '00011', voie: 'DES FOURS' }])
    expect(run.event.event.headRejected).toEqual([
      'Line 1: strconv.ParseBool: parsing "": invalid syntax',
      'Line 1: strconv.ParseFloat: parsing "6,12": invalid syntax',
      'Line 1: strconv.ParseFloat: parsing "x": invalid syntax',
    ])
    expect(countersOf(run)).toEqual([1, 1, 0, 0])
  })
  test('a row with an error and an invalid key says the error alone; outside the périmètre it is rejected and skipped', async () => {
    const invalid = await etablissement({ nic: 'A', latitude: 'x' })
    expect([invalid.event.event.headRejected.length, invalid.tuples]).toEqual([1, []])
    expect(countersOf(await etablissement({ latitude: 'x' }, '--filter', file('siren\n999999999\n')))).toEqual([1, 1, 1, -1])
  })
  test('letters of repetition and abbreviations of streets that the tables have not disappear', async () => {
    const indrep = async (letter: string) => (await fieldsOf({ indiceRepetitionEtablissement: letter })).indrep
    expect(await Promise.all(['B', 'T', 'Q', 'C', 'A', 'b', 'BIS'].map(indrep))).toEqual(['BIS', 'TER', 'QUATER', 'QUINQUIES', undefined, undefined, undefined])
    const voie = async (short: string) => (await fieldsOf({ typeVoieEtablissement: short })).type_voie
    expect(await Promise.all(['SEN', 'TPL', 'CHS', 'rue', 'ZA', 'constructor'].map(voie))).toEqual([
      'SENTE - SENTIER',
      'TERRE-PLEIN',
      'CHAUSSÉE',
      undefined,
      undefined,
      undefined,
    ])
    expect(TYPE_VOIE.size).toBe(42)
  })
  test('a code of commune or a postal code of another form is left out, without an error; the département is that of the postal code as it stands', async () => {
    const codes = async (codeCommuneEtablissement: string, codePostalEtablissement: string) => {
      const run = await etablissement({ codeCommuneEtablissement, codePostalEtablissement })
      const { code_commune, code_postal, departement } = run.tuples[0] ?? {}
      return [code_commune, code_postal, departement, ...countersOf(run).slice(1, 3)]
    }
    expect(await codes('2B033', '20200')).toEqual(['2B033', '20200', '2B', 0, 0])
    expect(await codes('2A004', '20190')).toEqual(['2A004', '20190', '2A', 0, 0])
    expect(await codes('97411', '97400')).toEqual(['97411', '97400', '97', 0, 0])
    expect(await codes('2C004', '2920')).toEqual([undefined, undefined, '29', 0, 0])
    expect(await codes('2a004', '29')).toEqual([undefined, undefined, undefined, 0, 0])
    expect(await codes('99132', '')).toEqual(['99132', undefined, undefined, 0, 0])
  })
  test('a date of creation that is none is left out, without an error', async () => {
    for (const date of ['', '2005-13-01', '01/02/2005']) expect(countersOf(await etablissement({ dateCreationEtablissement: date }))).toEqual([1, 0, 0, 1])
    expect(await fieldsOf({ dateCreationEtablissement: '2005-13-01' })).toEqual({})
    expect(await fieldsOf({ dateCreationEtablissement: '2004-02-29' })).toEqual({ date_creation: '2004-02-29T00:00:00Z' })
  })
  test('an activity of the NAF rév. 2 loses its points, or disappears; of another nomenclature it is kept with its name; an empty one gives nothing', async () => {
    const activity = (activite: string, nomenclature: string) =>
      fieldsOf({ activitePrincipaleEtablissement: activite, nomenclatureActivitePrincipaleEtablissement: nomenclature })
    expect(await activity('52.21Z', 'NAFRev2')).toEqual({ ape: '5221Z' })
    expect(await activity('5.2.21Z', 'NAFRev2')).toEqual({ ape: '5221Z' })
    for (const other of ['52.21z', '52.2Z', '52.21']) expect(await activity(other, 'NAFRev2')).toEqual({})
    expect(await activity('94.7h', 'NAFRev1')).toEqual({ code_activite: '94.7h', nomen_activite: 'NAFRev1' })
    expect(await activity('52.21Z', 'nafrev2')).toEqual({ code_activite: '52.21Z', nomen_activite: 'nafrev2' })
    expect(await activity('52.21Z', '')).toEqual({ code_activite: '52.21Z' })
    expect(await activity('', 'NAP')).toEqual({})
  })
  test('with extensions an établissement says whether it is active: A alone is', async () => {
    for (const [etat, actif] of [
      ['A', true],
      ['F', false],
      ['', false],
      ['a', false],
    ] as const)
      expect(await fieldsOf({ etatAdministratifEtablissement: etat }, '--switch', 'extensions=true')).toEqual({ est_actif: actif })
  })
  test('quotes are strict', async () => {
    const run = await parse('sirene', `${HEADER}${row({ libelleVoieEtablissement: 'DU "PORT' })}${row({ libelleVoieEtablissement: '"DU ""PORT"", BAS"' })}`)
    expect(run.tuples.map(({ voie }) => voie)).toEqual(['DU "PORT", BAS'])
    expect(countersOf(run)).toEqual([2, 1, 0, 1])
  })
})

describe('sirene_ul', () => {
  const columns = [
    'siren',
    'denominationUniteLegale',
    ...[1, 2, 3, 4].map((rank) => `prenom${rank}UniteLegale`),
    'nomUniteLegale',
    'nomUsageUniteLegale',
    'categorieJuridiqueUniteLegale',
    'dateCreationUniteLegale',
    'activitePrincipaleUniteLegale',
    'nomenclatureActivitePrincipaleUniteLegale',
    'etatAdministratifUniteLegale',
    'activitePrincipaleNAF25UniteLegale',
  ]
  const unite = (cells: Record<string, string>, ...settings: string[]) =>
    parse(
      'sirene_ul',
      `${columns.join(',')}\n${columns.map((column) => ({ siren: '301000001', ...cells })[column] ?? '').join(',')}\n`,
      ...settings.flatMap((setting) => ['--switch', setting]),
    )
  test('the name and the legal form are always there, also when they are empty', async () => {
    expect((await unite({ dateCreationUniteLegale: 'x' })).tuples).toEqual([{ siren: '301000001', raison_sociale: '', statut_juridique: '' }])
  })
  test('with extensions: the activity without its point, of any nomenclature, the NAF 2025 as it stands, and whether it is active', async () => {
    const cells = {
      activitePrincipaleUniteLegale: '52.21Z',
      nomenclatureActivitePrincipaleUniteLegale: 'NAFRev1',
      etatAdministratifUniteLegale: 'A',
      activitePrincipaleNAF25UniteLegale: '52.21Y',
    }
    const added = async (more: Record<string, string>, ...settings: string[]) => {
      const { ape, ape_naf25, est_actif } = (await unite({ ...cells, ...more }, ...settings)).tuples[0] ?? {}
      return [ape, ape_naf25, est_actif]
    }
    expect(await added({}, 'extensions=true')).toEqual(['5221Z', '52.21Y', true])
    expect(await added({}, 'extensions=true', 'apeWithDot=true')).toEqual(['52.21Z', '52.21Y', true])
    expect(await added({ activitePrincipaleUniteLegale: '5221Z', etatAdministratifUniteLegale: 'C' }, 'extensions=true')).toEqual([undefined, '52.21Y', false])
    expect(await added({})).toEqual([undefined, undefined, undefined])
  })
  test('skipNonNafRev2 skips an activity of another nomenclature', async () => {
    const cells = { activitePrincipaleUniteLegale: '52.2', nomenclatureActivitePrincipaleUniteLegale: 'NAP' }
    expect(countersOf(await unite(cells, 'skipNonNafRev2=true'))).toEqual([1, 0, 1, 0])
    expect(countersOf(await unite({ ...cells, activitePrincipaleUniteLegale: '' }, 'skipNonNafRev2=true'))).toEqual([1, 0, 0, 1])
    expect(countersOf(await unite(cells))).toEqual([1, 0, 0, 1])
  })
})

describe('sirene_histo', () => {
  test('a SIRET outside the périmètre is skipped, one that is none rejected; a row skipped for its state hides it', async () => {
    const header = 'siret,dateDebut,dateFin,etatAdministratifEtablissement,changementEtatAdministratifEtablissement\n'
    const rows = ['99900000100011,2019-01-01,,A,true', '1,2019-01-01,,A,true', '1,2019-01-01,,,true', '30100000100011,2019-01-01,2019-12-31,A,0']
    const run = await parse('sirene_histo', `${header}${rows.join('\n')}\n`, '--filter', file('301000001\n'))
    expect(run.tuples).toEqual([
      {
        siret: '30100000100011',
        date_debut: '2019-01-01T00:00:00Z',
        date_fin: '2019-12-31T00:00:00Z',
        est_actif: true,
        changement_statut_actif: false,
      },
    ])
    expect(run.event.event.headRejected).toEqual(['Line 2: siret invalide : 1'])
    expect(countersOf(run)).toEqual([4, 1, 2, 1])
  })
})
