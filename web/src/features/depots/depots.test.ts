import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { intervalleDepots } from '../../api/depots.ts'
import type { Depot, EtatDepot } from '../../contracts/depots.ts'
import { etatAffiche, texteAnalyse } from './etats.ts'
import { empreinte, memoireReprise } from './reprise.ts'
import { lotValide, sourceDuNom } from './sources.ts'
import { noterMesure, palier, pourcentage, resteEnMots, vitesse } from './vitesse.ts'

const depot = (state: EtatDepot, reste: Partial<Depot> = {}): Depot => ({
  id: 'a',
  filename: 'x.csv',
  size: 1,
  private: true,
  source: null,
  batch: null,
  state,
  reason: null,
  waitingFor: [],
  sha256: null,
  scan: null,
  completedAt: null,
  report: null,
  ...reste,
})
const nu = (texte: string): string => texte.replace(/[\u00a0\u202f]/g, ' ')

describe('states of a deposit', () => {
  test.each([
    ['complete', {}, 'Reçu en entier, vérification en cours', 'info', []],
    ['placed', { private: false }, 'Rangé dans votre espace partagé', 'info', []],
    ['waiting', { waitingFor: ['admin_urssaf'] }, 'En attente d’un autre fichier\u00a0: Comptes Urssaf', 'attention', []],
    [
      'confirmation',
      { reason: '3 entreprises au lieu de 10.' },
      'En attente de confirmation\u00a0: 3 entreprises au lieu de 10.',
      'attention',
      ['confirmer', 'renvoyer'],
    ],
    ['rejected', { reason: 'Ce n’est pas un csv.' }, 'Fichier refusé\u00a0: Ce n’est pas un csv.', 'erreur', ['renvoyer']],
    [
      'failed',
      { reason: 'Base absente.' },
      'Traitement interrompu de notre côté\u00a0: Base absente. Il est inutile de renvoyer le fichier.',
      'erreur',
      ['contacter'],
    ],
  ] as const)('%s', (state, reste, texte, ton, actions) =>
    expect(etatAffiche(depot(state, reste as Partial<Depot>))).toEqual({
      texte,
      ton,
      actions: [...actions],
    }),
  )
  test('an import tells its four counts; rejects make it a warning', () => {
    const report = {
      read: 1295,
      imported: 1204,
      filtered: 88,
      rejected: 3,
      ignored: 0,
    }
    const affiche = etatAffiche(depot('imported', { report }))
    expect(nu(affiche.texte)).toBe('Importé : 1 204 lignes prises en compte, 88 hors périmètre ou écartées, 3 rejetées, 0 sans objet')
    expect([affiche.ton, affiche.actions]).toEqual(['attention', ['renvoyer']])
    expect(etatAffiche(depot('imported', { report: { ...report, rejected: 0 } })).ton).toBe('succes')
    expect(etatAffiche(depot('imported', { report, reason: 'Lu en Windows-1252.' })).texte).toMatch(/sans objet\. Lu en Windows-1252\.$/)
  })
  test('the scan says the truth about what was not scanned', () =>
    expect(
      [
        null,
        { result: 'clean', reason: null } as const,
        { result: 'not-scanned', reason: null } as const,
        { result: 'not-scanned', reason: 'too-large' } as const,
      ].map(texteAnalyse),
    ).toEqual([null, 'Analysé', 'Non analysé', 'Non analysé\u00a0: fichier trop grand pour l’antivirus']))
  test('quick refresh while something moves, slow afterwards', () =>
    expect([intervalleDepots([depot('imported'), depot('importing')]), intervalleDepots([depot('imported')]), intervalleDepots([])]).toEqual([
      5000, 30_000, 30_000,
    ]))
})

describe('source of a file name', () => {
  test.each([
    ['sigfaible_debits.csv.gz', 'debit'],
    ['sigfaibles_debits2.csv', 'debit'],
    ['Sigfaible_effectif_siren.csv', 'effectif_ent'],
    ['sigfaible_effectif_siret.csv.gz', 'effectif'],
    ['sigfaible_pcoll.csv', 'procol'],
    ['StockEtablissement_utf8_geo.csv', 'sirene'],
    ['sireneUL.csv', 'sirene_ul'],
    ['E_202011095813_Retro-Paydex_20201207.csv', 'paydex'],
    ['Ellisphère-Tête de groupe-FinalV2-2015.xlsx'.normalize('NFD'), 'ellisphere'],
    ['coco.csv', null],
    ['E_202011095813_Identite_20201207.csv', null],
  ])('%s → %s', (nom, source) => expect(sourceDuNom(nom, 'user1')).toBe(source))
  test('what the bank sends is always its own source', () => expect(sourceDuNom('FICHIER_SF_2020_02.csv', 'bdf')).toBe('bdf'))
  test('a month is AAMM', () => expect(['2512', '2513', '2512_01', '25', ''].map(lotValide)).toEqual([true, false, true, false, false]))
})

describe('speed', () => {
  test('is that of the last ten seconds', () => {
    let mesures = noterMesure([], { instant: 0, octets: 0 })
    for (let seconde = 1; seconde <= 30; seconde++)
      mesures = noterMesure(mesures, {
        instant: seconde * 1000,
        octets: seconde <= 15 ? 0 : (seconde - 15) * 1000,
      })
    expect(vitesse(mesures)).toBeCloseTo(1000, -1)
    expect(mesures.length).toBeLessThanOrEqual(12)
  })
  test('nothing is told of one measure', () =>
    expect([vitesse([]), vitesse([{ instant: 1, octets: 1 }]), resteEnMots(1, null), resteEnMots(1, 0)]).toEqual([null, null, null, null]))
  test('the rest is rounded up', () =>
    expect([resteEnMots(10, 100), resteEnMots(61, 1), resteEnMots(7200, 1)].map((texte) => nu(texte ?? ''))).toEqual(['reste 1 s', 'reste 2 min', 'reste 2 h']))
  test('100 % only at the end, announced by quarters', () => {
    expect([pourcentage(999, 1000), pourcentage(1000, 1000), pourcentage(0, 0)]).toEqual([99, 100, 0])
    const paliers = fc.property(fc.nat(), fc.nat(), (octets, taille) => [0, 25, 50, 75, 100].includes(palier(pourcentage(octets, taille))))
    return fc.assert(paliers)
  })
})

describe('resuming', () => {
  const fichier = { name: 'a.csv', size: 3, lastModified: 1, type: '' }
  test('another user, another file or other choices have another key, and the key holds no name', async () => {
    const cles = await Promise.all([
      empreinte('a', fichier, {}),
      empreinte('b', fichier, {}),
      empreinte('a', { ...fichier, size: 4 }, {}),
      empreinte('a', fichier, { private: 'true' }),
    ])
    expect(new Set(cles).size).toBe(4)
    expect(cles[0]).toMatch(/^sf\.tus\.[0-9a-f]{64}$/)
    expect(await empreinte('a', fichier, { b: '1', a: '2' })).toBe(await empreinte('a', fichier, { a: '2', b: '1' }))
  })
  test('only size and address are stored', async () => {
    const contenu = new Map<string, string>()
    const memoire = memoireReprise({
      getItem: (cle) => contenu.get(cle) ?? null,
      setItem: (cle, valeur) => void contenu.set(cle, valeur),
      removeItem: (cle) => void contenu.delete(cle),
    })
    await memoire.addUpload('sf.tus.x', { size: 3, uploadUrl: '/files/1' })
    expect([...contenu.values()]).toEqual(['{"taille":3,"url":"/files/1"}'])
    expect((await memoire.findUploadsByFingerprint('sf.tus.x'))[0]?.uploadUrl).toBe('/files/1')
    await memoire.removeUpload('sf.tus.x')
    expect(await memoire.findUploadsByFingerprint('sf.tus.x')).toEqual([])
  })
})
