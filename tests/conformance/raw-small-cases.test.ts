/** Small cases of the text of the formats that no sample shows: one row or two each, through `parse-file`. */
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { countersOf, parserOfContents } from './raw-files.ts'
import { runParseFile } from './raw-run.ts'

const { directory, file, parse } = parserOfContents('small-cases')

const S = '30100000100011'
const COTISATION = 'Siret;Compte;periode;enc_direct;cotis_due\n'
const DEBIT = 'Siret;num_cpte;Num_Ecn;Dt_trt_ecn;Mt_PO;Mt_PP;Num_Hist_Ecn;Etat_cpte;Cd_pro_col;Periode;Cd_op_ecn;Motif_ecn;Recours_en_cours\n'
const DELAI =
  'Siret;Numero_compte_externe;Numero_structure;Date_creation;Date_echeance;Duree_delai;Denomination_premiere_ligne;Indic_6M;Annee_creation;Montant_global_echeancier;Code_externe_stade;Code_externe_action\n'
const DEMANDE =
  'ID_DA,ETAB_SIRET,EFF_ENT,EFF_ETAB,DATE_STATUT,DATE_DEB,DATE_FIN,HTA,MTA,EFF_AUTO,MOTIF_RECOURS_SE,PERIMETRE_AP,S_HEURE_CONSOM_TOT,S_EFF_CONSOM_TOT,S_MONTANT_CONSOM_TOT\n'
const CONSO = 'ID_DA,ETAB_SIRET,HEURES,MONTANTS,EFFECTIFS,MOIS\n'

describe('the report', () => {
  test('has the fields of the event and no other, and its summary is a sentence', async () => {
    const path = file('SIREN;NB_JOURS;DATE_VALEUR\n301000001;5;01/11/2020\n301000001;x;01/11/2020\n')
    const { stderr, status } = await runParseFile(['--type', 'paydex', path])
    const { date, startDate, ...rest } = JSON.parse(stderr)
    for (const instant of [date, startDate]) expect(instant).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/)
    expect(rest).toEqual({
      event: {
        batchKey: '',
        headFatal: [],
        headRejected: ['Line 2: invalid int: x'],
        isFatal: false,
        linesParsed: 2,
        linesRejected: 1,
        linesSkipped: 0,
        linesValid: 1,
        summary: `${path}: intégration terminée, 2 lignes traitées, 0 erreurs fatales, 1 lignes rejetées, 0 lignes filtrées, 1 lignes valides`,
      },
      priority: 'info',
      parserCode: 'paydex',
      report_type: '',
    })
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(status).toBe(0)
  })

  test('of a file that fails as a whole is zeros, with status 1', async () => {
    for (const [content, fatal] of [
      ['', 'Fatal: EOF'],
      ['\n\r\n', 'Fatal: EOF'],
      ['SIREN,NB_JOURS,DATE_VALEUR\n', 'Fatal: Colonne SIREN non trouvée. Abandon.'],
      ['SIREN;DATE_VALEUR\n301000001;01/11/2020\n', 'Fatal: Colonne NB_JOURS non trouvée. Abandon.'],
    ] as const) {
      const run = await parse('paydex', content)
      expect([run.status, run.event.event.headFatal, countersOf(run), run.stdout]).toEqual([1, [fatal], [0, 0, 0, 0], ''])
    }
  })

  test('of a header alone is zeros, with status 0', async () => {
    const run = await parse('paydex', 'SIREN;NB_JOURS;DATE_VALEUR')
    expect([run.status, run.event.event.isFatal, countersOf(run)]).toEqual([0, false, [0, 0, 0, 0]])
  })

  test('counts a record both rejected and skipped twice, and keeps 200 errors', async () => {
    const filter = file('siren\n999999999\n')
    const run = await parse('effectif', `compte;siret;eff201011\nc;${S};x\nc;${S};1\n`, '--filter', filter)
    expect(countersOf(run)).toEqual([2, 1, 1, 0])
    const both = await parse('effectif', `compte;siret;eff201011;eff201012\nc;${S};x;1\n`, '--filter', filter)
    expect(countersOf(both)).toEqual([1, 1, 1, -1])
    const many = await parse('paydex', `SIREN;NB_JOURS;DATE_VALEUR\n${'1;x;01/11/2020\n'.repeat(300)}`)
    expect([many.event.event.headRejected.length, countersOf(many)[1]]).toEqual([200, 300])
  })
})

describe('the reader of a file', () => {
  test('the last of two columns of one name counts, whatever the case', async () => {
    const { tuples } = await parse('paydex', 'siren;NB_JOURS;nb_jours;Date_Valeur\n301000001;1;2;01/11/2020\n')
    expect(tuples).toEqual([{ date_valeur: '2020-11-01T00:00:00Z', nb_jours: 2 }])
  })

  test('a mark, line feeds of two characters, blank and empty lines, quotes, a missing last line feed, NUL bytes', async () => {
    const text = '\ufeff"SIREN";NB_JOURS;DATE_VALEUR\r\n\r\n"301000001";"5";01/11/2020\r\n \r\n301000002;\0;01/11/2020\r\n301000003;"6";"01/11/2020"\r'
    const run = await parse('paydex', text)
    expect(run.tuples.map(({ nb_jours }) => nb_jours)).toEqual([5, 6])
    expect(run.event.event.headRejected.map((line) => line.split(':')[0])).toEqual(['Line 2', 'Line 3'])
    expect(countersOf(run)).toEqual([4, 2, 0, 2])
    const zipped = await runParseFile(['--type', 'paydex', file(gzipSync(Buffer.from(text)), 'p.csv.gz')])
    expect(zipped.stdout).toBe(run.stdout)
  })

  test('a quote that is lost is an error of its line where quotes are strict, and a character where they are lazy', async () => {
    const strict = await parse(
      'debit',
      `${DEBIT}${S};c;"a"b;1160318;1;1;1;1;;1810;1;2;0\n${S};c;a"b;1160318;1;1;1;1;;1810;1;2;0\n${S};c;101;1160318;1;1;1;1;;1810;1;2;0\n`,
    )
    expect(countersOf(strict)).toEqual([3, 2, 0, 1])
    const lazy = await parse('cotisation', `${COTISATION}${S};c"1;1810;1;2\n${S};"c"2";1810;1;2\n${S};"never closed;1810;1;2\n${S};x;1810;1;2\n`)
    expect(lazy.tuples.map(({ numero_compte }) => numero_compte)).toEqual(['c"1', 'c"2'])
    expect(countersOf(lazy)).toEqual([3, 1, 0, 2])
  })

  test('a byte-order mark goes, also when another byte makes the file Windows-1252', async () => {
    const { tuples } = await parse(
      'paydex',
      Buffer.concat([Buffer.from('\ufeffSIREN;NB_JOURS;DATE_VALEUR;NOM\n301000001;5;01/11/2020;'), Uint8Array.of(0xe9, 10)]),
    )
    expect(tuples).toEqual([{ date_valeur: '2020-11-01T00:00:00Z', nb_jours: 5 }])
  })

  test('a file whose end cannot be read gives nothing, whatever its encoding', async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => `${301_000_000 + i};${i};01/11/2020;\u00e9${(i * 7919) % 10_007}`).join('\n')
    for (const encoding of ['utf8', 'latin1', 'utf16le'] as const) {
      const bytes = gzipSync(Buffer.from(`${encoding === 'utf16le' ? '\ufeff' : ''}SIREN;NB_JOURS;DATE_VALEUR;NOM\n${rows}\n`, encoding))
      const run = await runParseFile(['--type', 'paydex', file(bytes.subarray(0, -1000), `${encoding}.csv.gz`)])
      expect([run.status, run.stdout.length, countersOf(run)]).toEqual([1, 0, [0, 0, 0, 0]])
    }
  })

  test('a pipe, which cannot be read twice, is read like a file', async () => {
    for (const [type, text] of [
      ['paydex', 'SIREN;NB_JOURS;DATE_VALEUR\n301000001;5;01/11/2020\n'],
      ['admin_urssaf', `compte;siret;date_disp_siret\n1;${S};\n`],
    ] as const) {
      const pipe = join(directory, `${type}.pipe`)
      execFileSync('mkfifo', [pipe])
      const written = writeFile(pipe, text)
      const run = await runParseFile(['--type', type, '--date-debut', '2020-01-01', '--date-fin', '2020-02-01', pipe])
      await written
      expect([run.status, run.tuples.length, countersOf(run)]).toEqual([0, 1, [1, 0, 0, 1]])
    }
  })

  test('Windows-1252 is told in the report, for a mapping too', async () => {
    const latin = Buffer.from(`compte;siret;date_disp_siret;nom\n1;${S};;\u00e9t\u00e9\n`, 'latin1')
    const { stderr } = await runParseFile(['--type', 'admin_urssaf', '--date-debut', '2020-01-01', '--date-fin', '2020-02-01', file(latin)])
    expect(JSON.parse(stderr).event.warnings).toEqual(['Le fichier n’est pas en UTF-8 : il a été lu en Windows-1252.'])
  })
})

describe('rows', () => {
  test('cotisation: a bad period is told twice and its row stays with the errors of its amounts; an unknown compte hides them all', async () => {
    const row = 'Compte;periode;enc_direct;cotis_due\n101;20041;x;1.234,5\n'
    const comptes = file(`compte;siret;date_disp_siret\n101;${S};\n`)
    const known = await parse('cotisation', row, '--comptes', comptes)
    expect(known.event.event.headRejected).toEqual([
      'Line 1: valeur non autorisée',
      'Line 1: valeur non autorisée',
      'Line 1: strconv.ParseFloat: parsing "x": invalid syntax',
      'Line 1: strconv.ParseFloat: parsing "1.234.5": invalid syntax',
    ])
    expect(countersOf(await parse('cotisation', row.replace('101', '102'), '--comptes', comptes))).toEqual([1, 0, 1, 0])
    expect((await parse('cotisation', row)).event.event.headFatal).toEqual(['Fatal: no admin_urssaf mapping found'])
  })

  test('cotisation: its own SIRET, when it is not one, is an error, and outside the périmètre the row is skipped', async () => {
    const rows = `${COTISATION}123;c;1810;1;2\n99900000100011;c;1810;,5;\n${S};c;1862;-1,5;+2\n`
    const run = await parse('cotisation', rows, '--filter', file('301000001\n'))
    expect(run.event.event.headRejected).toEqual(['Line 1: siret invalide : 123'])
    expect(countersOf(run)).toEqual([3, 1, 1, 1])
    expect(run.tuples).toEqual([{ numero_compte: 'c', periode: { start: '2018-01-01T00:00:00Z', end: '2019-01-01T00:00:00Z' }, encaisse: -1.5, du: 2 }])
  })

  test('debit: every error of a row, in the order of its fields', async () => {
    const { event } = await parse('debit', `${DEBIT}${S};c;101;11A0203;;1,5;1.0; 1;;56a1;1;2;O\n`)
    expect(event.event.headRejected.map((line) => line.replace('Line 1: ', ''))).toEqual([
      'valeur non autorisée pour une conversion en date: 11A0203',
      'Mt_PO vide',
      'strconv.ParseFloat: parsing "1,5": invalid syntax',
      'strconv.Atoi: parsing "1.0": invalid syntax',
      'strconv.Atoi: parsing " 1": invalid syntax',
      'valeur non autorisée',
      'strconv.ParseBool: parsing "O": invalid syntax',
    ])
  })

  test('delai: a duration that is no number is 0, an empty one null; a bad date of creation comes before the mapping', async () => {
    const row = (creation: string, duree: string): string => `${S};c;1;${creation};28/02/2019;${duree};N;INF;2018;1,5;APPROB;CCSF\n`
    const run = await parse('delai', `${DELAI}${row('01/02/2018', 'x')}${row('01/02/2018', '')}${row('1/2/2018', '3')}`)
    expect(run.tuples.map(({ duree_delai }) => duree_delai)).toEqual([0, null])
    expect(countersOf(run)).toEqual([3, 1, 0, 2])
    const unknown = await parse(
      'delai',
      `${DELAI.replace('Siret;', 'x;')}${row('29/02/2019', '3')}${row('01/02/2018', '3')}`,
      '--comptes',
      file('compte;siret;date_disp_siret\n'),
    )
    expect(countersOf(unknown)).toEqual([2, 1, 1, 0])
  })

  test('ccsf: a bad date is rejected, the compte is hashed and not stored', async () => {
    const run = await parse('ccsf', `Siret;Compte;Date_de_traitement;Code_externe_stade;Code_externe_action\n${S};c;1160318;APPROB;CCSF\n${S};c;;APPROB;CCSF\n`)
    expect(run.tuples).toEqual([{ date_traitement: '2016-03-18T00:00:00Z', stade: 'APPROB', action: 'CCSF' }])
    expect(run.event.event.headRejected).toEqual(['Line 2: valeur non autorisée pour une conversion en date: '])
  })

  test('procol: the whole piece is the action, the others the stage; without a known word both are empty', async () => {
    const rows = ['Plan_continuation_Redressement_jud', 'Ouverture_preliquidation bis', 'autre_chose'].map((label) => `${S};01may2019;${label}`)
    const run = await parse('procol', `Siret;Dt_effet;Lib_actx_stdx\n${rows.join('\n')}\n${S};01MAI2019;Ouverture_liquidation\n`)
    expect(run.tuples).toEqual([
      { date_effet: '2019-05-01T00:00:00Z', action_procol: 'redressement', stade_procol: 'plan_continuation_jud' },
      { date_effet: '2019-05-01T00:00:00Z', action_procol: 'preliquidation bis', stade_procol: 'ouverture' },
      { date_effet: '2019-05-01T00:00:00Z', action_procol: '', stade_procol: '' },
    ])
    expect(countersOf(run)).toEqual([4, 1, 0, 3])
  })

  test('effectif: what is no digit is removed, zero dropped, other columns ignored with a warning, an invalid key told per cell', async () => {
    const header = 'compte;SIRET;rais_soc;eff201011;EFF201012;eff201013;effectif;base\n'
    const run = await parse('effectif', `${header}c;${S};A;-5;7;12,5;9;x\nc;${S};A;0;;?;9;x\nc;1;A;1 000;;2;;x\n`)
    expect(run.tuples.map(({ periode, effectif }) => [periode, effectif])).toEqual([
      ['2010-01-01T00:00:00Z', 5],
      ['2010-03-01T00:00:00Z', 125],
    ])
    expect(run.event.event.headRejected).toEqual([
      'Line 2: strconv.Atoi: parsing "": invalid syntax',
      'Line 3: siret invalide : 1',
      'Line 3: siret invalide : 1',
    ])
    expect(JSON.parse(run.stderr).event.warnings).toHaveLength(1)
    const zeros = await parse('effectif_ent', 'siren;eff201011\n301000001;0\n301000001;12.0\n', '--switch', 'keepZeroEffectif=true')
    expect(zeros.tuples.map(({ effectif }) => effectif)).toEqual([0, 120])
  })

  test('apconso: text as given, numbers with a point; a month of the old files is its first day', async () => {
    const run = await parse('apconso', `${CONSO}"a",${S},1.5,,16.9,2020-01-30\nb,${S},,2,-2.9,11/2018\nc,${S},"1,5",1,1,2020-01-01\nd,${S},1,1,1,13/2018\n`)
    expect(run.tuples).toEqual([
      { id_conso: 'a', heure_consomme: 1.5, montant: null, effectif: 16, periode: '2020-01-30T00:00:00Z' },
      { id_conso: 'b', heure_consomme: null, montant: 2, effectif: -2, periode: '2018-11-01T00:00:00Z' },
    ])
    expect(countersOf(run)).toEqual([4, 2, 0, 2])
  })

  test('apdemande: some amounts take a comma, others only in the old files; without a SIRET nothing is read', async () => {
    const row = (date: string, hta: string, siret = S): string => `i,${siret},559.0,,${date},${date},${date},${hta},"1,5",3.0,8,1,,,"2,5"\n`
    const run = await parse(
      'apdemande',
      `${DEMANDE}${row('2020-03-01', '1.5')}${row('2020-03-01', '"1,5"')}${row('01/03/2020', '"1,5"')}${row('2020-03-01', '1', '')}`,
    )
    expect(run.tuples).toHaveLength(2)
    expect(run.tuples[1]).toEqual(run.tuples[0])
    expect(run.tuples[0]).toMatchObject({ effectif_entreprise: 559, effectif: null, hta: 1.5, mta: 1.5, motif_recours_se: 8, montant_consommee: 2.5 })
    expect(run.event.event.headRejected).toEqual(['Line 2: strconv.ParseFloat: parsing "1,5": invalid syntax', 'Line 4: invalidLine'])
    for (const column of ['MTA', 'S_MONTANT_CONSOM_TOT', 'S_EFF_CONSOM_TOT'])
      expect((await parse('apdemande', DEMANDE.replace(column, 'X'))).event.event.headFatal).toEqual([`Fatal: Colonne ${column} non trouvée. Abandon.`])
  })

  test('apdemande: the three dates of a row are written alike', async () => {
    const row = (...dates: string[]): string => `i,${S},1,1,${dates.join(',')},1,1,1,1,1,1,1,1\n`
    const run = await parse(
      'apdemande',
      `${DEMANDE}${row('2020-03-01', '01/04/2020', '2020-04-30')}${row('01/03/2020', '2020-04-01', '30/04/2020')}${row('01/03/2020', '2020-04-01', '2020-04-30')}`,
    )
    expect(run.event.event.headRejected.map((line) => line.split('"')[1])).toEqual(['01/04/2020', '2020-04-01', '01/03/2020'])
    expect(run.tuples).toEqual([])
  })

  test('bdf: blanks of a SIREN go, months are English in upper case or French in lower case', async () => {
    const header = 'D1;ANNEE;ARRETE_BILAN;DENOM;SECTEUR;POIDS_FRNG;TX_MARGE;DELAI_FRS;POIDS_DFISC_SOC;POIDS_FIN_CT;POIDS_FRAIS_FIN\n'
    const dates = ['31DEC2012', '31déc2012', '31-12-2012', '1janv2013', '31DÉC2012', '30 juin 2012']
    const run = await parse('bdf', `${header}${dates.map((date) => `301 000 001;2012;${date};D;S;1.5;;;;;`).join('\n')}\n`)
    expect(run.tuples.map(({ siren, arrete_bilan_bdf }) => [siren, arrete_bilan_bdf])).toEqual(Array(3).fill(['301000001', '2012-12-31T00:00:00Z']))
    expect(countersOf(run)).toEqual([6, 3, 0, 3])
  })

  test('paydex: the first error ends the row', async () => {
    const run = await parse('paydex', 'SIREN;NB_JOURS;DATE_VALEUR\n301000001;x;1/1/2020\n301000001;;01/01/2020\n30100000;1;01/01/2020\n')
    expect(run.event.event.headRejected).toEqual(['Line 1: invalid date: 1/1/2020', 'Line 2: invalid int: ', 'Line 3: siren invalide : 30100000'])
  })

  test('sirene_histo: dates, then the state, then the flag, each ending the row', async () => {
    const header = 'siret,dateDebut,dateFin,etatAdministratifEtablissement,changementEtatAdministratifEtablissement\n'
    const rows = [
      `${S},2019-01-01,,A,true`,
      `${S},,2018-12-31,F,false`,
      `${S},hier,,A,true`,
      `${S},,,A,true`,
      `${S},2019-01-01,,,oui`,
      `${S},2019-01-01,,A,oui`,
    ]
    const run = await parse('sirene_histo', `${header}${rows.join('\n')}\n`)
    expect(run.tuples).toEqual([
      { siret: S, date_debut: '2019-01-01T00:00:00Z', est_actif: true, changement_statut_actif: true },
      { siret: S, date_fin: '2018-12-31T00:00:00Z', changement_statut_actif: false },
    ])
    expect(countersOf(run)).toEqual([6, 2, 2, 2])
  })

  test('sirene_ul: the name of a legal person is always there, bad dates and empty names are not', async () => {
    const header =
      'siren,denominationUniteLegale,prenom1UniteLegale,prenom2UniteLegale,prenom3UniteLegale,prenom4UniteLegale,nomUniteLegale,nomUsageUniteLegale,categorieJuridiqueUniteLegale,dateCreationUniteLegale\n'
    const run = await parse('sirene_ul', `${header}301000001,,ANNE,,,,MARTIN,,1000,2020-02-30\n12,A,,,,,,,5499,\n`)
    expect(run.tuples).toEqual([{ siren: '301000001', raison_sociale: '', prenom1_unite_legale: 'ANNE', nom_unite_legale: 'MARTIN', statut_juridique: '1000' }])
    expect(run.event.event.headRejected).toEqual(['Line 2: siren invalide : 12'])
  })

  test('admin_urssaf: the rank is that of the sorted compte, the closing date is exclusive, rows of no SIRET are nothing', async () => {
    const run = await parse(
      'admin_urssaf',
      `Compte;Siret;Date_disp_siret\n9;${S};1200201\n10;${S};\n3;3010000010001A;\n`,
      '--date-debut',
      '2020-01-01',
      '--date-fin',
      '2020-03-01',
    )
    expect(run.tuples.map(({ numero_compte, periode }) => [numero_compte, periode])).toEqual([
      ['10', '2020-01-01T00:00:00Z'],
      ['10', '2020-02-01T00:00:00Z'],
      ['9', '2020-01-01T00:00:00Z'],
    ])
    expect(run.event.event.headRejected).toEqual(['Line 2: Pas de siret associé au compte 9 à la période 2020-02-01 00:00:00 +0000 UTC'])
    expect(countersOf(run)).toEqual([2, 1, 0, 1])
  })
})
