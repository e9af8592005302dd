/** What the tables of raw-formats §2 say of the sources that are not of the URSSAF: columns and their order, separators, quotes, errors of a row. */
import { describe, expect, test } from 'vitest'
import { countersOf, parserOfContents } from './raw-files.ts'

const { parse } = parserOfContents('tables')

const S = '30100000100011'

/** The required columns in the order of the text, the separator, the quotes, and a row that gives a tuple. */
const TABLES: Record<string, { columns: string; sep: ',' | ';'; lazy: boolean; row: string }> = {
  apconso: { columns: 'ID_DA ETAB_SIRET HEURES MONTANTS EFFECTIFS MOIS', sep: ',', lazy: false, row: `a,${S},1,1,1,2020-01-01` },
  apdemande: {
    columns:
      'ID_DA ETAB_SIRET EFF_ENT EFF_ETAB DATE_STATUT DATE_DEB DATE_FIN HTA EFF_AUTO MOTIF_RECOURS_SE S_HEURE_CONSOM_TOT PERIMETRE_AP MTA S_MONTANT_CONSOM_TOT S_EFF_CONSOM_TOT',
    sep: ',',
    lazy: true,
    row: `a,${S},1,1,2020-01-01,2020-01-01,2020-01-31,1,1,1,1,1,1,1,1`,
  },
  bdf: {
    columns: 'D1 ANNEE ARRETE_BILAN DENOM SECTEUR POIDS_FRNG TX_MARGE DELAI_FRS POIDS_DFISC_SOC POIDS_FIN_CT POIDS_FRAIS_FIN',
    sep: ';',
    lazy: true,
    row: '301000001;2012;31DEC2012;D;S;1;1;1;1;1;1',
  },
  paydex: { columns: 'SIREN DATE_VALEUR NB_JOURS', sep: ';', lazy: false, row: '301000001;01/11/2020;5' },
  sirene: {
    columns:
      'siren nic etablissementSiege complementAdresseEtablissement numeroVoieEtablissement indiceRepetitionEtablissement typeVoieEtablissement libelleVoieEtablissement libelleCommuneEtablissement libelleCommuneEtrangerEtablissement distributionSpecialeEtablissement codeCommuneEtablissement codeCedexEtablissement libelleCedexEtablissement codePaysEtrangerEtablissement libellePaysEtrangerEtablissement codePostalEtablissement activitePrincipaleEtablissement nomenclatureActivitePrincipaleEtablissement dateCreationEtablissement',
    sep: ',',
    lazy: false,
    row: `301000001,00011,true${',x'.repeat(17)}`,
  },
  sirene_ul: {
    columns:
      'siren denominationUniteLegale prenom1UniteLegale prenom2UniteLegale prenom3UniteLegale prenom4UniteLegale nomUniteLegale nomUsageUniteLegale categorieJuridiqueUniteLegale dateCreationUniteLegale',
    sep: ',',
    lazy: false,
    row: `301000001${',x'.repeat(9)}`,
  },
  sirene_histo: {
    columns: 'siret dateDebut dateFin etatAdministratifEtablissement changementEtatAdministratifEtablissement',
    sep: ',',
    lazy: false,
    row: `${S},2020-01-01,,A,true`,
  },
}

describe.each(Object.entries(TABLES))('%s', (type, { columns, sep, lazy, row }) => {
  const names = columns.split(' ')
  const header = names.join(sep)

  test('the first missing column is named in the order of the text, with its spelling', async () => {
    for (const [rank, missing] of names.entries()) {
      // Those that come after it are missing too.
      const run = await parse(type, `${['autre', ...names.slice(0, rank)].reverse().join(sep)}\n${row}\n`)
      expect([run.status, run.event.event.headFatal, run.stdout]).toEqual([1, [`Fatal: Colonne ${missing} non trouvée. Abandon.`], ''])
    }
  })

  test('a quote in the middle of a field is a character where quotes are lazy, else an error of the record', async () => {
    const run = await parse(type, `${header}${sep}x\n${row}${sep}a"b\n${row}${sep}"a"b"\n${row}${sep}"a${sep}""b"\n`)
    expect(countersOf(run)).toEqual(lazy ? [3, 0, 0, 3] : [3, 2, 0, 1])
  })

  test('a record of another width is an error of its own', async () => {
    const run = await parse(type, `${header}\n${row}${sep}\n${row.slice(0, row.lastIndexOf(sep))}\n${row}\n`)
    expect(run.event.event.headRejected).toEqual(['Line 1: record on line 2: wrong number of fields', 'Line 2: record on line 3: wrong number of fields'])
    expect(countersOf(run)).toEqual([3, 2, 0, 1])
  })
})

describe('every error of a row is told, in the order of its fields, and the row gives nothing', () => {
  const errorsOf = async (type: string, row: string) => {
    const { columns = '', sep = ',' } = TABLES[type] ?? {}
    const run = await parse(type, `${columns.replaceAll(' ', sep)}\n${row}\n`)
    expect([run.tuples, countersOf(run)]).toEqual([[], [1, 1, 0, 0]])
    return run.event.event.headRejected.map((line) => line.replace(/^Line 1: /, '').replace(/: (invalid syntax|not a date.*)$/, ''))
  }
  test('apconso', async () => {
    expect(await errorsOf('apconso', 'a,x,"1,5", 1,2.x,2020-02-30')).toEqual([
      'strconv.ParseFloat: parsing "1,5"',
      'strconv.ParseFloat: parsing " 1"',
      'strconv.ParseFloat: parsing "2.x"',
      'parsing time "2020-02-30"',
    ])
    expect(await errorsOf('apconso', 'a,3010000010001,1,1,1,2020-02-01')).toEqual(['siret invalide : 3010000010001'])
  })
  test('apdemande', async () => {
    expect(await errorsOf('apdemande', `a,${S},x,1,,2020-1-1,2020-01-31,"1,5",1.x,1.0,,1.0,y,"1,2,3",z`)).toEqual([
      'strconv.ParseFloat: parsing "x"',
      'parsing time ""',
      'parsing time "2020-1-1"',
      'strconv.ParseFloat: parsing "1,5"',
      'strconv.ParseFloat: parsing "y"',
      'strconv.ParseFloat: parsing "1.x"',
      'strconv.Atoi: parsing "1.0"',
      'strconv.ParseFloat: parsing "1.2.3"',
      'strconv.ParseFloat: parsing "z"',
      'strconv.Atoi: parsing "1.0"',
    ])
  })
  test('bdf', async () => {
    expect(await errorsOf('bdf', 'x;2012.0;30 juin 2012;;;1,5;;a;;;b')).toEqual([
      'strconv.Atoi: parsing "2012.0"',
      'parsing time "30 juin 2012"',
      'strconv.ParseFloat: parsing "1,5"',
      'strconv.ParseFloat: parsing "a"',
      'strconv.ParseFloat: parsing "b"',
    ])
    expect(await errorsOf('bdf', '301 00000;2012;31DEC2012;;;;;;;;')).toEqual(['siren invalide : 30100000'])
  })
})
