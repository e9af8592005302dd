import { describe, expect, test } from 'vitest'
import { detectSource } from './index.ts'

describe('detectSource', () => {
  test.each([
    ['consommation_ap.csv', 'apconso'],
    ['demande_ap.csv.gz', 'apdemande'],
    ['sigfaible_etablissement_utf8.csv', 'admin_urssaf'],
    ['Sigfaible_effectif_siren.csv.gz', 'effectif_ent'],
    ['sigfaible_pcoll.csv', 'procol'],
    ['sigfaible_cotisdues.csv.gz', 'cotisation'],
    ['sigfaible_delais.csv', 'delai'],
    ['sigfaible_ccsf.csv', 'ccsf'],
    ['sireneUL.csv', 'sirene_ul'],
    ['StockEtablissement_utf8_geo.csv', 'sirene'],
    ['sigfaibles_debits2.csv', 'debit'],
    ['sigfaible_debits.csv.gz', 'debit'],
    ['Diane_Export_4.txt', 'diane'],
    ['diane_req_dom_2002.csv', 'diane'],
    ['sigfaible_effectif_siret.csv.gz', 'effectif'],
    ['effectif_dom.csv', 'effectif'],
    ['filter_siren_2002.csv', 'filter'],
    ['E_202011095813_Retro-Paydex_20201207.csv', 'paydex'],
    ['Ellisphère-Tête de groupe-FinalV2-2015.xlsx', 'ellisphere'],
    ['Ellisphère-Tête de groupe-FinalV2-2015.xlsx'.normalize('NFD'), 'ellisphere'],
    ['StockEtablissementHistorique_utf8.csv', 'sirene_histo'],
    ['/depots/urssaf/sigfaible_ccsf.csv', 'ccsf'],
    ['C:\\depots\\sigfaible_ccsf.csv', 'ccsf'],
  ])('%s is %s', (filename, source) => {
    expect(detectSource({ filename })).toBe(source)
  })
  test.each([
    'coco.csv',
    'E_202011095813_Identite_20201207.csv',
    'sireneul.csv',
    'SIGFAIBLE_CCSF.csv',
    'sigfaible_ccsf.csv.zip',
    'Ellisphère-Tête de groupe-v1.2.xlsx',
    '',
  ])('« %s » is nothing', (filename) => {
    expect(detectSource({ filename })).toBeUndefined()
  })
  test('the rules are tried in order', () => {
    expect(detectSource({ filename: 'diane_debits.csv' })).toBe('debit')
    expect(detectSource({ filename: 'filter_effectif_2002.csv' })).toBe('effectif')
  })
  test('whatever the Banque de France sends is bdf', () => {
    expect(detectSource({ filename: 'FICHIER_SF_2020_02.csv', 'goup-path': 'bdf' })).toBe('bdf')
    expect(detectSource({ filename: 'FICHIER_SF_2020_02.csv', 'goup-path': 'urssaf' })).toBeUndefined()
  })
  test('the type that the metadata name comes first, and must be known', () => {
    expect(detectSource({ filename: 'coco.csv', typeSignauxFaibles: 'debit' })).toBe('debit')
    expect(detectSource({ filename: 'coco.csv', type: 'filter' })).toBe('filter')
    expect(detectSource({ filename: 'sigfaible_ccsf.csv', type: 'reporder' })).toBeUndefined()
    expect(detectSource({ filename: 'sigfaible_ccsf.csv', type: '' })).toBe('ccsf')
  })
})
