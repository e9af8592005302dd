import { hashedUniform } from '../../shared/domain/detection/random.ts'
import { type Company, type Etablissement, isOpen, sharesOf, type World } from './company.ts'

/**
 * Rows of the partners' files, as the partners write them (raw-formats §2). Every function says what is known at a delivery: `known` is the first
 * month, counted from the origin, of which nothing is known yet (the month of the batch).
 */
export type Delivery = { world: World; known: number; form: '2023' | '2026' }

const two = (n: number): string => String(n).padStart(2, '0')

/** Calendar of a month counted from the origin. */
const calendar = (world: World, month: number): { year: number; month: number } => ({
  year: Math.floor((world.origin + month) / 12),
  month: ((world.origin + month) % 12) + 1,
})

/** `AAAAXY`: year, quarter, month of the quarter (raw-formats §1.5). */
export const urssafPeriod = (world: World, month: number): string => {
  const { year, month: m } = calendar(world, month)
  return `${year}${Math.ceil(m / 3)}${((m - 1) % 3) + 1}`
}

/** `(A)AAMMJJ`, the year minus 1900. */
export const urssafDate = (world: World, month: number, day: number): string => {
  const { year, month: m } = calendar(world, month)
  return `${year - 1900}${two(m)}${two(day)}`
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const monthNameDate = (world: World, month: number, day: number): string => {
  const { year, month: m } = calendar(world, month)
  return `${two(day)}${MONTHS[m - 1]}${year}`
}

const isoDay = (date: { year: number; month: number; day: number }): string => `${date.year}-${two(date.month)}-${two(date.day)}`
const comma = (centimes: number): string => (centimes % 100 === 0 ? String(centimes / 100) : (centimes / 100).toFixed(2).replace('.', ','))
/** Urssaf régionale that manages the account. */
const urssafOf = (etablissement: Etablissement): string => `${etablissement.commune.departement.padStart(2, '0').slice(0, 2).replace(/[AB]/, '0')}7`

/** Headcounts lag: the two months before the batch are announced in the header and empty (raw-formats §4.6). */
export const EFFECTIF_LAG = 2

export const effectifHeader = ({ world, known }: Delivery): string => Array.from({ length: known }, (_, month) => `eff${urssafPeriod(world, month)}`).join(';')

/** First deliveries of a headcount are provisional for a few; the next delivery corrects them. */
const headcountAt = (delivery: Delivery, key: string, month: number, heads: number): number => {
  const last = month === delivery.known - EFFECTIF_LAG - 1
  return last && heads > 3 && hashedUniform(`provisional:${delivery.world.seed}:${key}:${month}`) < 0.03 ? heads - 1 : heads
}

const cell = (heads: number): string => (heads >= 1000 ? `${Math.floor(heads / 1000)} ${String(heads % 1000).padStart(3, '0')}` : String(heads))

export const effectifEntRow = (company: Company, delivery: Delivery): string => {
  const cells: string[] = []
  for (let month = 0; month < delivery.known; month++) {
    const alive = month >= company.life.start && month < company.life.end && month < delivery.known - EFFECTIF_LAG
    cells.push(alive ? cell(headcountAt(delivery, company.siren, month, company.life.workforce[month] as number)) : '')
  }
  return `${company.siren};${cells.join(';')};${company.denomination || company.person?.nom || ''}`
}

/** Headcounts of the établissements: rounded parts of the one of the entreprise, the first open one taking what rounding leaves. */
const partsOf = (company: Company, month: number): number[] => {
  const heads = company.life.workforce[month] as number
  const parts = sharesOf(company, month).map((share) => Math.floor(share * heads))
  const first = company.etablissements.findIndex((etablissement) => isOpen(etablissement, month))
  if (first >= 0) parts[first] = (parts[first] as number) + heads - parts.reduce((sum, part) => sum + part, 0)
  return parts
}

export const effectifRows = (company: Company, delivery: Delivery): string[] => {
  const cells = company.etablissements.map((): string[] => [])
  for (let month = 0; month < delivery.known; month++) {
    const alive = month >= company.life.start && month < company.life.end && month < delivery.known - EFFECTIF_LAG
    const parts = alive ? partsOf(company, month) : []
    company.etablissements.forEach((etablissement, i) => {
      const list = cells[i] as string[]
      list.push(alive && isOpen(etablissement, month) ? cell(headcountAt(delivery, etablissement.siret, month, parts[i] as number)) : '')
    })
  }
  return company.etablissements.flatMap((etablissement, i) =>
    etablissement.born >= delivery.known
      ? []
      : [
          `${etablissement.compte};${etablissement.siret};${company.denomination || company.person?.nom};${company.ape.replace('.', '')};${etablissement.commune.departement};${(cells[i] as string[]).join(';')};${delivery.known};${urssafOf(etablissement)}`,
        ],
  )
}

/** Last month of activity known, for the registers and the accounts; `Infinity` while the entreprise lives. */
const closedAt = (company: Company, etablissement: Etablissement, delivery: Delivery): number => {
  const end = company.life.end < delivery.world.months ? company.life.end : Number.POSITIVE_INFINITY
  const month = Math.min(etablissement.closed, end)
  return month < delivery.known ? month : Number.POSITIVE_INFINITY
}

export const accountRows = (company: Company, delivery: Delivery): string[] =>
  company.etablissements
    .filter((etablissement) => etablissement.born < delivery.known)
    .map((etablissement) => {
      const moved =
        etablissement.closed < delivery.known && company.etablissements.some((other) => other !== etablissement && other.compte === etablissement.compte)
      const closed = closedAt(company, etablissement, delivery)
      // An account stays open after the last activity, or its debts would have no établissement any more; a move closes the old pair.
      const end = moved ? urssafDate(delivery.world, etablissement.closed, 1) : ''
      const born = etablissement.born < 0 ? createdDate(company) : urssafDate(delivery.world, etablissement.born, 1)
      return `${urssafOf(etablissement)};${etablissement.commune.departement};${etablissement.compte};${closed < delivery.known ? 3 : 1};${company.siren};${etablissement.siret};${born};${end}`
    })

const createdDate = (company: Company): string => `${company.creation.year - 1900}${two(company.creation.month)}${two(company.creation.day)}`

/** One establishment per account and month: a moved seat pays under one account for both of its addresses. */
const payers = (company: Company, month: number): { etablissement: Etablissement; share: number }[] => {
  const shares = sharesOf(company, month)
  return company.etablissements.flatMap((etablissement, i) => ((shares[i] as number) > 0 ? [{ etablissement, share: shares[i] as number }] : []))
}

const siretColumn = (delivery: Delivery, etablissement: Etablissement): string => (delivery.form === '2026' ? `;${etablissement.siret}` : '')

export const cotisationHeader = (form: Delivery['form']): string =>
  `Urssaf_gestion;Dep${form === '2026' ? ';Siret' : ''};Compte;periode;mer;enc_direct;cotis_due`

export const cotisationRows = (company: Company, delivery: Delivery): string[] => {
  const { world, known } = delivery
  const rows: string[] = []
  const step = company.quarterly ? 3 : 1
  const first = company.quarterly ? (3 - (world.origin % 3)) % 3 : 0
  for (let month = first; month + step <= known; month += step) {
    if (month + step <= company.life.start || month >= company.life.end) continue
    let due = 0
    for (let i = 0; i < step; i++) due += company.life.contribution[month + i] as number
    const period = company.quarterly ? `${urssafPeriod(world, month).slice(0, 5)}0` : urssafPeriod(world, month)
    for (const { etablissement, share } of payers(company, month)) {
      const provisional = month + step === known && hashedUniform(`cotisation:${world.seed}:${etablissement.siret}:${month}`) < 0.005
      const amount = Math.round(due * share * (provisional ? 0.9 : 1))
      rows.push(
        `${urssafOf(etablissement)};${etablissement.commune.departement}${siretColumn(delivery, etablissement)};${etablissement.compte};${period};0;${comma(amount)};${comma(amount)}`,
      )
    }
  }
  return rows
}

export const debitHeader = (form: Delivery['form']): string =>
  `Urssaf_gestion;Dep;num_cpte;Siren${form === '2026' ? ';Siret' : ''};Dt_immat;Etat_cpte;Cd_pro_col;Periode;Num_Ecn;Num_Hist_Ecn;Dt_trt_ecn;Mt_PO;Mt_PP;Cd_op_ecn;Motif_ecn;Recours_en_cours`

export const debitRows = (company: Company, delivery: Delivery): string[] => {
  const { world, known } = delivery
  return company.life.debts.flatMap((debt) => {
    if (debt.month >= known) return []
    const open = payers(company, debt.period)
    const bearer = (company.debtSpread ? open[debt.period % Math.max(1, open.length)] : open[0])?.etablissement
    if (!bearer) return []
    // A provisional assessment, replaced by the next delivery: same debt, other amounts.
    const provisional = debt.rank === 1 && debt.month === known - 1 && hashedUniform(`debit:${world.seed}:${bearer.compte}:${debt.period}`) < 0.05
    const factor = provisional ? 1.2 : 1
    const closed = closedAt(company, bearer, delivery) < known
    const past = company.life.events.filter((event) => event.month <= debt.month)
    const procedure = past.some((event) => event.stade === 'plan_continuation') ? 2 : past.length > 0 ? 1 : 0
    return [
      [
        urssafOf(bearer),
        bearer.commune.departement,
        bearer.compte,
        company.siren + (delivery.form === '2026' ? `;${bearer.siret}` : ''),
        `${company.creation.year}${two(company.creation.month)}${two(company.creation.day)}`,
        closed ? 3 : 1,
        procedure,
        urssafPeriod(world, debt.period),
        101,
        debt.rank,
        urssafDate(world, debt.month, debt.day),
        Math.round(debt.ouvriere * factor),
        Math.round(debt.patronale * factor),
        debt.operation,
        provisional ? 3 : debt.motif,
        0,
      ].join(';'),
    ]
  })
}

export const PROCOL_HEADER = 'Siret;Siren;Dt_effet;Cat_v2;Lib_actx_stdx'

/** Judgments reach the URSSAF up to two months late; each établissement gets its row. */
export const procolRows = (company: Company, delivery: Delivery): string[] =>
  company.life.events.flatMap((event) => {
    const late = Math.floor(hashedUniform(`procol:${delivery.world.seed}:${company.siren}:${event.month}`) * 3)
    if (event.month + late >= delivery.known) return []
    return company.etablissements
      .filter((etablissement) => isOpen(etablissement, event.month))
      .map(
        (etablissement) =>
          `${etablissement.siret};${company.siren};${monthNameDate(delivery.world, event.month, event.day)};PCL;${event.stade}_${event.action}`,
      )
  })

export const SIRENE_HEADER =
  'siren,nic,siret,statutDiffusionEtablissement,dateCreationEtablissement,trancheEffectifsEtablissement,etablissementSiege,nombrePeriodesEtablissement,complementAdresseEtablissement,numeroVoieEtablissement,indiceRepetitionEtablissement,typeVoieEtablissement,libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,libelleCommuneEtrangerEtablissement,distributionSpecialeEtablissement,codeCommuneEtablissement,codeCedexEtablissement,libelleCedexEtablissement,codePaysEtrangerEtablissement,libellePaysEtrangerEtablissement,dateDebut,etatAdministratifEtablissement,activitePrincipaleEtablissement,nomenclatureActivitePrincipaleEtablissement,caractereEmployeurEtablissement,longitude,latitude,geo_score'

export const sireneRows = (company: Company, delivery: Delivery): string[] => {
  const hasSeat = hashedUniform(`seat:${delivery.world.seed}:${company.siren}`) >= 0.005
  return company.etablissements
    .filter((etablissement) => etablissement.born < delivery.known && etablissement.nic[0] !== '5' && (hasSeat || !etablissement.siege))
    .map((etablissement) => {
      const { commune } = etablissement
      const closed = closedAt(company, etablissement, delivery) < delivery.known
      const siege = etablissement.siege && !(etablissement.closed < delivery.known)
      const shift = (name: string): number => (hashedUniform(`${name}:${etablissement.siret}`) - 0.5) / 20
      const located = hashedUniform(`geo:${etablissement.siret}`) < 0.95
      const created = etablissement.born < 0 ? company.creation : { ...calendar(delivery.world, etablissement.born), day: 1 }
      return [
        company.siren,
        etablissement.nic,
        etablissement.siret,
        'O',
        isoDay(created),
        '',
        siege,
        1,
        '',
        etablissement.numero,
        etablissement.numero % 17 === 0 ? 'B' : '',
        etablissement.typeVoie,
        etablissement.voie,
        commune.postal,
        commune.nom,
        '',
        '',
        commune.code,
        '',
        '',
        '',
        '',
        isoDay(created),
        closed ? 'F' : 'A',
        company.ape,
        'NAFRev2',
        'O',
        located ? (commune.longitude + shift('lon')).toFixed(6) : '',
        located ? (commune.latitude + shift('lat')).toFixed(6) : '',
        located ? '0.93' : '',
      ].join(',')
    })
}

export const SIRENE_UL_HEADER =
  'siren,statutDiffusionUniteLegale,dateCreationUniteLegale,sigleUniteLegale,sexeUniteLegale,prenom1UniteLegale,prenom2UniteLegale,prenom3UniteLegale,prenom4UniteLegale,nomUniteLegale,nomUsageUniteLegale,denominationUniteLegale,trancheEffectifsUniteLegale,categorieEntreprise,etatAdministratifUniteLegale,categorieJuridiqueUniteLegale,activitePrincipaleUniteLegale,nomenclatureActivitePrincipaleUniteLegale,nicSiegeUniteLegale'

const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

export const sireneUlRow = (company: Company, delivery: Delivery): string => {
  const [first = '', second = '', third = ''] = company.person?.prenoms ?? []
  const closed = company.life.end < delivery.world.months && company.life.end < delivery.known
  const seat = company.etablissements.find((etablissement) => etablissement.siege && isOpen(etablissement, delivery.known - 1))
  return [
    company.siren,
    'O',
    isoDay(company.creation),
    '',
    company.person ? 'F' : '',
    first,
    second,
    third,
    '',
    company.person?.nom ?? '',
    company.person?.usage ?? '',
    quoted(company.denomination),
    '',
    'PME',
    closed ? 'C' : 'A',
    company.forme,
    company.ape,
    'NAFRev2',
    seat?.nic ?? '',
  ].join(',')
}
