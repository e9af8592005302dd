/**
 * Large files of four sources, written on the spot: every row is another, and all are well formed. Rows of one établissement follow one another, as in
 * the partners' files.
 */
import { closeSync, openSync, writeSync } from 'node:fs'

/** The rows of one établissement: `siren` 9 digits, `siret` 14, `seed` a number that changes from one to the next. */
type Rows = (siren: string, siret: string, seed: number) => string

type Layout = { readonly header: string; readonly rows: Rows }

const YEARS = [2021, 2022, 2023, 2024, 2025]
/** `AAAAXY`: quarter, month of the quarter. */
const PERIODS = YEARS.flatMap((year) => [1, 2, 3, 4].flatMap((quarter) => [1, 2, 3].map((month) => `${year}${quarter}${month}`)))
const HEADCOUNTS = Array.from({ length: 16 }, (_, at) => 2010 + at).flatMap((year) =>
  [1, 2, 3, 4].flatMap((quarter) => [1, 2, 3].map((month) => `eff${year}${quarter}${month}`)),
)

const SIRENE =
  'siren,nic,siret,statutDiffusionEtablissement,dateCreationEtablissement,trancheEffectifsEtablissement,anneeEffectifsEtablissement,activitePrincipaleRegistreMetiersEtablissement,dateDernierTraitementEtablissement,etablissementSiege,nombrePeriodesEtablissement,complementAdresseEtablissement,numeroVoieEtablissement,indiceRepetitionEtablissement,typeVoieEtablissement,libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,libelleCommuneEtrangerEtablissement,distributionSpecialeEtablissement,codeCommuneEtablissement,codeCedexEtablissement,libelleCedexEtablissement,codePaysEtrangerEtablissement,libellePaysEtrangerEtablissement,complementAdresse2Etablissement,numeroVoie2Etablissement,indiceRepetition2Etablissement,typeVoie2Etablissement,libelleVoie2Etablissement,codePostal2Etablissement,libelleCommune2Etablissement,libelleCommuneEtranger2Etablissement,distributionSpeciale2Etablissement,codeCommune2Etablissement,codeCedex2Etablissement,libelleCedex2Etablissement,codePaysEtranger2Etablissement,libellePaysEtranger2Etablissement,dateDebut,etatAdministratifEtablissement,enseigne1Etablissement,enseigne2Etablissement,enseigne3Etablissement,denominationUsuelleEtablissement,activitePrincipaleEtablissement,nomenclatureActivitePrincipaleEtablissement,caractereEmployeurEtablissement,longitude,latitude,geo_score,geo_type,geo_adresse,geo_id,geo_ligne,geo_l4,geo_l5'

const LAYOUTS = {
  cotisation: {
    header: 'Urssaf_gestion;Dep;Siret;Compte;periode;mer;enc_direct;cotis_due',
    rows: (_, siret, seed) => {
      let text = ''
      for (const [rank, period] of PERIODS.entries()) {
        const due = 500 + ((seed + rank * 7919) % 90_000)
        text += `117;33;${siret};117${siret}0;${period};0;${due},${10 + (rank % 90)};${due},${10 + (seed % 90)}\n`
      }
      return text
    },
  },
  debit: {
    header:
      'Urssaf_gestion;Dep;num_cpte;Siren;Siret;Dt_immat;Etat_cpte;Cd_pro_col;Periode;Num_Ecn;Num_Hist_Ecn;Dt_trt_ecn;Mt_PO;Mt_PP;Cd_op_ecn;Motif_ecn;Recours_en_cours',
    rows: (siren, siret, seed) => {
      let text = ''
      for (let rank = 0; rank < 20; rank++) {
        const period = PERIODS[(seed + rank * 3) % PERIODS.length] ?? ''
        const date = `12${1 + (rank % 5)}${10 + (rank % 3)}${10 + (seed % 19)}`
        text += `117;33;117${siret}0;${siren};${siret};20150708;1;;${period};${101 + rank};${1 + (rank % 4)};${date};${(seed * 31 + rank) % 900_000};${(seed * 17 + rank) % 900_000};1;2;0\n`
      }
      return text
    },
  },
  effectif: {
    header: `compte;siret;rais_soc;ape_ins;dep;${HEADCOUNTS.join(';')};base;UR_EMET`,
    rows: (_, siret, seed) => {
      let text = `117${siret}0;${siret};ENTREPRISE ${seed};1071C;33`
      for (let rank = 0; rank < HEADCOUNTS.length; rank++) text += `;${1 + ((seed + (rank >> 2)) % 140)}`
      return `${text};116;117\n`
    },
  },
  sirene: {
    header: SIRENE,
    rows: (siren, siret, seed) =>
      `${siren},${siret.slice(9)},${siret},O,20${10 + (seed % 15)}-0${1 + (seed % 9)}-15,11,2023,,2025-03-20T10:12:01,${seed % 3 === 0},2,,${seed % 200},,RUE,DES FOURS BANAUX ${seed % 5000},330${10 + (seed % 90)},SAINT-ANDRÉ,,,33${100 + (seed % 400)},,,,,,,,,,,,,,,,,,,2019-11-19,A,,,,,10.71C,NAFRev2,O,-0.${100_000 + (seed % 800_000)},44.${100_000 + ((seed * 7) % 800_000)},0.9,housenumber,${seed % 200} Rue des Fours Banaux 33000 Saint-André,33063_a195,G,${seed % 200} RUE DES FOURS BANAUX,\n`,
  },
} as const satisfies Record<string, Layout>

export type LargeSource = keyof typeof LAYOUTS
export const LARGE_SOURCES = ['cotisation', 'debit', 'effectif', 'sirene'] as const satisfies readonly LargeSource[]

/** First SIREN of a file; the others follow. */
export const FIRST_SIREN = 300_000_000

export type Written = { readonly bytes: number; readonly etablissements: number }

/** Writes until a size in bytes or a number of établissements is reached, a mebibyte at a time. */
export const writeLarge = (path: string, source: LargeSource, until: { readonly bytes: number } | { readonly etablissements: number }): Written => {
  const { header, rows } = LAYOUTS[source]
  const file = openSync(path, 'w')
  let bytes = 0
  let etablissements = 0
  let packet = `${header}\n`
  const flush = (): void => {
    bytes += writeSync(file, packet)
    packet = ''
  }
  const goesOn = (): boolean => ('bytes' in until ? bytes + packet.length < until.bytes : etablissements < until.etablissements)
  while (goesOn()) {
    const siren = String(FIRST_SIREN + etablissements)
    packet += rows(siren, `${siren}00011`, etablissements * 2654435 + 12345)
    etablissements++
    if (packet.length > 1 << 20) flush()
  }
  flush()
  closeSync(file)
  return { bytes, etablissements }
}

/** A perimeter file of every `step`-th SIREN, `count` of them. */
export const writeFilter = (path: string, count: number, step = 1): void => {
  const file = openSync(path, 'w')
  writeSync(file, `siren\n${Array.from({ length: count }, (_, at) => FIRST_SIREN + at * step).join('\n')}\n`)
  closeSync(file)
}
