import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkCommand, checkFile, linesOf } from './check.ts'

const directory = mkdtempSync(join(tmpdir(), 'check-'))
afterAll(() => rmSync(directory, { recursive: true }))
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}
const NONE = { comptes: [], filter: [] }
const SIRET = '30100000100011'

describe('sf check', () => {
  test('reads a file as the import would: its source, its four counts, what is rejected and where', async () => {
    const path = file(
      'E_202011095813_Retro-Paydex_20201207.csv',
      'SIREN;NB_JOURS;DATE_VALEUR\n301000001;5;01/11/2020\n301000002;x;01/11/2020\n999999999;1;01/11/2020\n',
    )
    const checked = await checkFile(path, { ...NONE, filter: [file('filter_siren_2511.csv', 'siren\n301000001\n301000002\n')] })
    expect(checked).toMatchObject({ source: 'paydex', refused: null, counts: { read: 3, imported: 1, filtered: 1, rejected: 1, ignored: 0 } })
    expect(linesOf(checked)).toEqual([
      `${path} (paydex) : 3 lus = 1 importés + 1 filtrés + 1 rejetés + 0 ignorés`,
      '  ligne 3, NB_JOURS = « x » : Un nombre entier de jours est attendu.',
    ])
  })

  test('says what is remarkable in a file that would be imported all the same', async () => {
    const latin = Buffer.from(`compte;siret;eff201011;effectif\nc\u00e9;${SIRET};5;6\n`, 'latin1')
    const { remarks } = await checkFile(file('effectif_dom.csv', latin), NONE)
    expect(remarks).toEqual([expect.stringContaining('Windows-1252'), expect.stringContaining('effectif')])
  })

  test('says it of a table of comptes too', async () => {
    const latin = Buffer.from(`compte;siret;date_disp_siret;nom\n1;${SIRET};;\u00e9\n`, 'latin1')
    const { remarks } = await checkFile(file('sigfaible_etablissement_utf8.csv', latin), NONE)
    expect(remarks).toEqual([expect.stringContaining('Windows-1252')])
  })

  test('a file of comptes needs their table, and tells how many of them it gives', async () => {
    const cotisation = file('sigfaible_cotisdues.csv', 'Compte;periode;enc_direct;cotis_due\nc;1810;1;2\n')
    const comptes = file('sigfaible_etablissement_utf8.csv', `compte;siret;date_disp_siret\nc;${SIRET};\nc;30100000100029;\nd;x;\n`)
    expect(await checkFile(cotisation, NONE)).toMatchObject({ needsMapping: true, counts: { imported: 0, filtered: 1 } })
    expect(await checkFile(cotisation, { ...NONE, comptes: [comptes] })).toMatchObject({ needsMapping: false, counts: { imported: 1, filtered: 0 } })
    expect(await checkFile(comptes, NONE)).toMatchObject({ source: 'admin_urssaf', counts: { read: 3, imported: 1, filtered: 0, rejected: 0, ignored: 2 } })
  })

  test.each([
    ['coco.csv', 'a;b\n', /aucun type de fichier connu/],
    ['diane_vide.txt', '', /vide/],
    ['sigfaible_pcoll.csv', 'Siret;"Dt_effet"x;Lib_actx_stdx\n', /L’en-tête du fichier est illisible/],
    ['sigfaible_ccsf.csv', 'Compte;Date_de_traitement;Code_externe_stade\n', /Code_externe_action/],
    ['sigfaible_etablissement_utf8.csv', 'compte;"siret"x;date_disp_siret\n', /malformed record/],
    // The périmètre is computed from it, by a column found as it is written (raw-formats §4.5).
    ['sigfaible_effectif_siren.csv', 'SIREN;eff201011\n301000001;12\n', /Colonne siren non trouvée/],
    ['filter_siren_1.csv', 'abc\n', /abc/],
    ['sigfaible_delais.csv.gz', 'Siret\n', /gzip/],
  ])('%s would be refused as a whole, with a sentence', async (name, content, sentence) => {
    const { refused, counts } = await checkFile(file(name, content), NONE)
    expect(refused).toMatch(sentence)
    expect(counts).toBeNull()
  })

  test('files that are not there are all named, and nothing is read', async () => {
    const missing = ['a.csv', 'b.csv'].map((name) => join(directory, name))
    await expect(checkCommand().parseAsync([file('demande_ap.csv', ''), ...missing], { from: 'user' })).rejects.toMatchObject({
      code: 'FILE_MISSING',
      message: `Fichier(s) absent(s) : ${missing.join(', ')}`,
    })
  })
})
