import { type Random, randomOf } from '../../shared/domain/detection/random.ts'
import { SECTORS } from './activities.ts'

/**
 * The hidden life of one entreprise, month by month (detect §9.1). Drawn from its own streams: adding entreprises changes no other,
 * and a longer horizon adds months without touching the earlier ones.
 * Months are counted from the origin of the sample (0 = first month), days from 1 to 28, amounts in centimes.
 */
export type Trajectory = {
  /** First month in activity. */
  start: number
  /** First month no longer in activity, or the horizon. */
  end: number
  /** Hidden fragility; the best any model could rank by. */
  fragility: Float64Array
  /** Headcount, 0 outside [start, end). */
  workforce: Int32Array
  /** Contribution due for the month. */
  contribution: Float64Array
  debts: DebtOperation[]
  events: ProcolEvent[]
}

/** One line of the history of a debt (raw-formats §2.3): what is left due after the operation. */
export type DebtOperation = {
  /** Month the debt is about. */
  period: number
  /** Rank of the operation inside the debt, from 1. */
  rank: number
  month: number
  day: number
  ouvriere: number
  patronale: number
  operation: 1 | 2 | 3
  motif: number
}

export type ProcolEvent = {
  month: number
  day: number
  action: 'liquidation' | 'redressement' | 'sauvegarde'
  stade: string
}

/** What all entreprises share: the climate, by month, and the character of each sector. */
export type Economy = {
  macro: Float64Array
  sectors: { hazard: number; amplitude: number; wage: number }[]
}

export const economyOf = (seed: number, months: number): Economy => {
  const draw = randomOf(seed, 'economy', 0)
  const sectors = SECTORS.map(() => ({
    hazard: Math.exp(0.35 * draw.normal()),
    amplitude: 0.25 * draw.uniform(),
    wage: 1_600 + 1_200 * draw.uniform(),
  }))
  const macro = new Float64Array(months)
  let level = 0
  for (let t = 0; t < months; t++) {
    level = 0.95 * level + 0.06 * draw.normal()
    macro[t] = level
  }
  return { macro, sectors }
}

/** Share of the month's failures that do not depend on fragility: accidents, which cap the recall of any model. */
const ACCIDENT_SHARE = 0.15
/** Failures that are no end of a distress: one year in a hundred. */
const OTHER_FAILURES_PER_MONTH = 0.01 / 12
/** Mean of e^{1.8 f} over the population, measured on 20 000 trajectories: makes the law above hold. */
const MEAN_HAZARD_FACTOR = 8
const AR = 0.97
const AR_NOISE = Math.sqrt(0.5 * (1 - AR * AR))

type Debt = {
  period: number
  rank: number
  ouvriere: number
  patronale: number
  motif: number
  recorded: number
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const pick = (draw: Random, count: number): number => Math.floor(draw.uniform() * count)

/** `headcount` is the one of the first month; `start` the first month of activity. */
export const trajectoryOf = (
  seed: number,
  key: string,
  options: {
    sector: number
    start: number
    headcount: number
    months: number
    origin: number
  },
  economy: Economy,
): Trajectory => {
  const { months, start } = options
  const climate = economy.sectors[options.sector] as Economy['sectors'][number]
  const own = randomOf(seed, 'character', key)
  const draw = randomOf(seed, 'life', key)
  const pay = randomOf(seed, 'payment', key)
  const court = randomOf(seed, 'court', key)

  const mu = Math.sqrt(0.5) * own.normal()
  const payer = 0.5 * own.normal()
  const life: Trajectory = {
    start,
    end: months,
    fragility: new Float64Array(months),
    workforce: new Int32Array(months),
    contribution: new Float64Array(months),
    debts: [],
    events: [],
  }
  let ar = Math.sqrt(0.5) * own.normal()
  let shock = 0
  let distress = { level: 0, slope: 0, left: 0, fails: false }
  let headcount = options.headcount
  let open: Debt[] = []
  let delai = 0
  let judged: { action: ProcolEvent['action']; next: number; closing: number } | undefined
  let cured = false

  const record = (debt: Debt, month: number, day: number, operation: 1 | 2 | 3): void => {
    debt.rank += 1
    life.debts.push({
      period: debt.period,
      rank: debt.rank,
      month,
      day,
      ouvriere: debt.ouvriere,
      patronale: debt.patronale,
      operation,
      motif: debt.motif,
    })
  }
  const owe = (t: number, amount: number, motif: number): void => {
    const ouvriere = pay.uniform() < 0.5 ? Math.round(amount * 0.32) : 0
    const debt = {
      period: t,
      rank: 0,
      ouvriere,
      patronale: Math.round(amount * 0.68),
      motif,
      recorded: t + 1,
    }
    open.push(debt)
    record(debt, t + 1, pay.uniform() < 0.7 ? 5 + pick(pay, 16) : 21 + pick(pay, 8), 1)
  }
  /** Pays `amount` of what is due, oldest debts first. */
  const repay = (t: number, amount: number): void => {
    let left = Math.round(amount)
    const day = 1 + pick(pay, 28)
    for (const debt of open) {
      if (left <= 0) break
      if (debt.recorded >= t) continue
      const paid = Math.min(left, debt.ouvriere + debt.patronale)
      const employee = Math.min(debt.ouvriere, paid)
      debt.ouvriere -= employee
      debt.patronale -= paid - employee
      left -= paid
      record(debt, t, day, 2)
    }
    open = open.filter((debt) => debt.ouvriere + debt.patronale > 0)
  }
  const due = (): number => open.reduce((sum, debt) => sum + debt.ouvriere + debt.patronale, 0)

  for (let t = start; t < months; t++) {
    ar = AR * ar + AR_NOISE * draw.normal()
    shock *= 0.985
    if (draw.uniform() < 0.006) shock += 1.3 * Math.abs(draw.normal())
    const starts = draw.uniform() < 0.0016 * Math.exp(0.9 * mu) * climate.hazard
    const length = 4 + pick(draw, 8) + pick(draw, 8)
    const slope = 0.3 * (0.5 + draw.uniform())
    const fatal = draw.uniform() < 0.62
    let fails = false
    if (distress.left > 0) {
      distress.level += distress.slope
      distress.left -= 1
      if (distress.left === 0) fails = distress.fails
    } else {
      distress.level *= 0.85
      if (starts && !judged && !cured) distress = { level: distress.level, slope, left: length, fails: fatal }
    }
    const fragility = mu + ar + shock + (economy.macro[t] as number) + distress.level - 0.25
    life.fragility[t] = fragility
    const before = t - 3 >= start ? (life.fragility[t - 3] as number) : fragility
    const hazard =
      climate.hazard * OTHER_FAILURES_PER_MONTH * (ACCIDENT_SHARE + ((1 - ACCIDENT_SHARE) * Math.min(Math.exp(1.8 * before), 400)) / MEAN_HAZARD_FACTOR)
    if (draw.uniform() < hazard) fails = true
    const quits = draw.uniform() < 0.0006

    headcount *= Math.exp(0.0015 - 0.0038 * Math.max(-1, fragility) + 0.006 * draw.normal())
    const noise = Math.exp(0.05 * draw.normal())
    const silent = draw.uniform() < 0.008
    if (judged?.action === 'liquidation') headcount *= 0.4
    const heads = Math.round(headcount)
    life.workforce[t] = heads
    const season = 1 + climate.amplitude * Math.sin((2 * Math.PI * ((options.origin + t) % 12)) / 12)
    const contribution = silent ? 0 : Math.round(heads * climate.wage * 0.42 * season * noise * 100)
    life.contribution[t] = contribution

    if (judged) {
      if (judged.action === 'liquidation' && t >= judged.closing) {
        life.end = t
        life.workforce[t] = 0
        life.contribution[t] = 0
        break
      }
      if (t === judged.next) judged = followUp(t, judged, court, life)
      cured = judged === undefined
      continue
    }
    if (fails && !cured) {
      const kind = court.uniform()
      const action = kind < 0.65 ? 'liquidation' : kind < 0.95 ? 'redressement' : 'sauvegarde'
      life.events.push({
        month: t,
        day: 1 + pick(court, 28),
        action,
        stade: 'ouverture',
      })
      owe(t, contribution * (0.5 + court.uniform()), 24)
      judged = {
        action,
        next: t + 6 + pick(court, 7),
        closing: t + 3 + pick(court, 12),
      }
      continue
    }
    if (quits && due() === 0 && distress.left === 0) {
      life.end = t
      life.workforce[t] = 0
      life.contribution[t] = 0
      break
    }

    const late = pay.uniform() < sigmoid(-6.9 + payer + 3 * fragility)
    const incident = pay.uniform() < 0.009
    const fraction = 0.3 + 0.7 * pay.uniform()
    if ((late || incident) && contribution > 0) owe(t, contribution * fraction, late && fraction > 0.9 ? 24 : 2)
    const wish = pay.uniform() < 0.42 * Math.exp(-1.1 * Math.max(0, fragility)) + 0.03
    const share = 0.35 + 0.65 * pay.uniform()
    const grant = pay.uniform() < 0.05
    const plan = 6 + pick(pay, 13)
    const debt = due()
    if (debt > 0) {
      if (delai > 0) repay(t, debt * 0.06)
      else if (wish) repay(t, debt < 5_000 ? debt : debt * share)
      if (delai > 0) delai -= 1
      else if (grant && debt > 1.5 * contribution) delai = plan
    }
  }
  return life
}

type Judged = { action: ProcolEvent['action']; next: number; closing: number }

/** Some months after an opening: a plan, a conversion into a liquidation, or the end of the procedure. */
const followUp = (t: number, judged: Judged, court: Random, life: Trajectory): Judged | undefined => {
  const fate = court.uniform()
  const day = 1 + pick(court, 28)
  if (judged.action === 'liquidation') return judged
  if (judged.action === 'redressement' && fate < 0.5) {
    life.events.push({
      month: t,
      day,
      action: 'redressement',
      stade: 'inclusion_autre_procedure',
    })
    life.events.push({
      month: t,
      day,
      action: 'liquidation',
      stade: 'ouverture',
    })
    return {
      action: 'liquidation',
      next: -1,
      closing: t + 3 + pick(court, 12),
    }
  }
  if (fate < 0.85) {
    life.events.push({
      month: t,
      day,
      action: judged.action,
      stade: 'plan_continuation',
    })
    return { ...judged, next: -1 }
  }
  life.events.push({
    month: t,
    day,
    action: judged.action,
    stade: 'fin_procedure',
  })
  return undefined
}
