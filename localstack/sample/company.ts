import { type Random, randomOf } from '../../shared/domain/detection/random.ts'
import { EXCLUDED_ACTIVITIES, EXCLUDED_FORMS, FORMS, SECTORS } from './activities.ts'
import { COMMUNES, type Commune, communeAt } from './geography.ts'
import { FIRST_NAMES, PLACES, STREET_KINDS, STREETS, SURNAMES } from './names.ts'
import { type Economy, type Trajectory, trajectoryOf } from './trajectory.ts'

/** An établissement of the sample. Months are counted from the origin; `born` may be negative. */
export type Etablissement = {
  nic: string
  siret: string
  /** URSSAF account; a seat that moves keeps its account, so two établissements may share one. */
  compte: string
  siege: boolean
  commune: Commune
  numero: number
  typeVoie: string
  voie: string
  /** Part of the headcount and of the contributions. */
  share: number
  born: number
  /** First month when it is closed; `Infinity` when it is not. */
  closed: number
}

export type Company = {
  siren: string
  denomination: string
  person: { nom: string; usage: string; prenoms: string[] } | undefined
  forme: string
  ape: string
  creation: { year: number; month: number; day: number }
  etablissements: Etablissement[]
  /** Debts are borne by the seat's account, or by each account in turn. */
  debtSpread: boolean
  /** Quarterly returns instead of monthly ones. */
  quarterly: boolean
  life: Trajectory
}

/** `large`: meant to reach 10 employees, hence the perimeter; `small`: below, in the files all the same. */
export type Kind = 'large' | 'small'

export type World = {
  seed: number
  origin: number
  months: number
  economy: Economy
}

/** Births and changes fall in the first months, whatever the horizon: a later batch must not change what earlier ones said. */
const YOUNG_WITHIN = 36
const CHANGES_WITHIN = 60

const at = <T>(list: readonly T[], draw: Random): T => list[Math.floor(draw.uniform() * list.length)] as T

/**
 * Nine digits, unique by (kind, index), some with leading zeros. The last digit is on purpose not the check digit of the others:
 * no entreprise of the sample can be a real one.
 */
export const sirenOf = (seed: number, kind: Kind, index: number): string => {
  const rank = index * 2 + (kind === 'large' ? 0 : 1)
  const offset = Math.floor(randomOf(seed, 'siren', 0).uniform() * 80_000_000)
  const body = String(600_000 + ((rank * 48_271_937 + offset) % 80_000_000)).padStart(8, '0')
  let sum = 0
  for (let i = 0; i < 8; i++) {
    const digit = Number(body[i]) * (i % 2 === 1 ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return `${body}${(((10 - (sum % 10)) % 10) + 3) % 10}`
}

const nicOf = (rank: number, draw: Random): string => `${String(rank).padStart(4, '0')}${Math.floor(draw.uniform() * 10)}`
const digits = (count: number, draw: Random): string => Array.from({ length: count }, () => Math.floor(draw.uniform() * 10)).join('')

const formOf = (draw: Random): string => {
  let left = draw.uniform()
  for (const [form, share] of FORMS) {
    left -= share
    if (left < 0) return form
  }
  return '5710'
}

/** The entreprise of this rank: who it is, where, and its life until the end of the world. */
export const companyOf = (world: World, kind: Kind, index: number): Company => {
  const { seed, months } = world
  const key = `${kind}:${index}`
  const draw = randomOf(seed, 'identity', key)
  const siren = sirenOf(seed, kind, index)
  const sector = Math.floor(draw.uniform() * SECTORS.length)
  const { codes, words } = SECTORS[sector] as (typeof SECTORS)[number]
  const special = draw.uniform()
  const ape = special < 0.01 ? at(EXCLUDED_ACTIVITIES, draw) : at(codes, draw)
  const forme = special > 0.992 ? at(EXCLUDED_FORMS, draw) : formOf(draw)
  const surname = at(SURNAMES, draw)
  const word = at(words, draw)
  const label = draw.uniform() < 0.45 ? `${word} ${surname}` : draw.uniform() < 0.5 ? `${word} ${at(PLACES, draw)}` : `${word} ${surname} ${at(PLACES, draw)}`
  const natural = forme === '1000'
  const person = natural
    ? {
        nom: surname,
        usage: draw.uniform() < 0.2 ? at(SURNAMES, draw) : '',
        prenoms: Array.from({ length: 1 + Math.floor(draw.uniform() * 3) }, () => at(FIRST_NAMES, draw)),
      }
    : undefined

  // One entreprise in three goes round the départements, so that a sample of 303 has entreprises in all of them.
  const round = kind === 'large' && index % 3 === 0
  const seat = round ? (COMMUNES[(index / 3) % COMMUNES.length] as Commune) : communeAt(draw.uniform())
  const young = draw.uniform() < 0.06
  const start = young ? Math.floor(draw.uniform() * YOUNG_WITHIN) : 0
  const created = world.origin + (young ? start : -Math.floor(12 + draw.uniform() ** 2 * 480))
  const headcount = kind === 'small' ? 1 + 7 * draw.uniform() : firstHeadcount(draw)
  const life = trajectoryOf(seed, key, { sector, start, headcount, months, origin: world.origin }, world.economy)
  return {
    siren,
    denomination: natural ? '' : label,
    person,
    forme,
    ape,
    creation: {
      year: Math.floor(created / 12),
      month: (created % 12) + 1,
      day: 1 + Math.floor(draw.uniform() * 28),
    },
    etablissements: etablissementsOf(
      {
        siren,
        kind,
        headcount,
        seat,
        start: young ? start : -12,
        temporary: ape === '78.20Z',
      },
      draw,
    ),
    debtSpread: draw.uniform() < 0.3,
    quarterly: kind === 'small' ? draw.uniform() < 0.4 : draw.uniform() < 0.02,
    life,
  }
}

/** Log-normal (2.9, 0.85), drawn again below 10: what the perimeter shows of it. */
const firstHeadcount = (draw: Random): number => {
  for (;;) {
    const headcount = Math.exp(2.9 + 0.85 * draw.normal())
    if (headcount >= 10) return headcount
  }
}

type Site = {
  siren: string
  kind: Kind
  headcount: number
  seat: Commune
  start: number
  temporary: boolean
}

const etablissementsOf = (site: Site, draw: Random): Etablissement[] => {
  const many = draw.uniform()
  const count =
    site.kind === 'small'
      ? 1
      : many < 0.6
        ? 1
        : many < 0.83
          ? 2
          : many < 0.93
            ? 3
            : many < 0.994
              ? 4 + Math.floor(draw.uniform() * 3)
              : 20 + Math.floor(draw.uniform() * 40)
  const one = (rank: number, commune: Commune): Etablissement => {
    // Accounts of temporary work have a NIC that no register knows (raw-formats §6.4).
    const nic = site.temporary && rank > 1 && draw.uniform() < 0.5 ? `5${nicOf(rank, draw).slice(1)}` : nicOf(rank, draw)
    return {
      nic,
      siret: site.siren + nic,
      compte: digits(18, draw),
      siege: rank === 1,
      commune,
      numero: 1 + Math.floor(draw.uniform() * 180),
      typeVoie: at(STREET_KINDS, draw),
      voie: at(STREETS, draw),
      share: rank === 1 ? 0.6 + draw.uniform() : 0.2 + draw.uniform() * 0.8,
      born: site.start,
      closed: Number.POSITIVE_INFINITY,
    }
  }
  const list = Array.from({ length: count }, (_, i) => one(i + 1, i === 0 || draw.uniform() < 0.6 ? site.seat : communeAt(draw.uniform())))
  for (const etablissement of list.slice(1)) {
    if (draw.uniform() < 0.06) etablissement.closed = 1 + Math.floor(draw.uniform() * CHANGES_WITHIN)
  }
  const first = list[0] as Etablissement
  if (draw.uniform() < 0.04) {
    const month = Math.max(site.start + 1, Math.floor(draw.uniform() * CHANGES_WITHIN))
    const next = {
      ...one(count + 1, draw.uniform() < 0.7 ? site.seat : communeAt(draw.uniform())),
      compte: first.compte,
      siege: true,
      share: first.share,
      born: month,
    }
    first.closed = month
    list.push(next)
  }
  return list
}

/** Months from the origin in which this établissement is open. */
export const isOpen = (etablissement: Etablissement, month: number): boolean => month >= etablissement.born && month < etablissement.closed

/** Parts of the open établissements of the month; they add up to 1 when one is open. */
export const sharesOf = (company: Company, month: number): number[] => {
  const shares = company.etablissements.map((etablissement) => (isOpen(etablissement, month) ? etablissement.share : 0))
  const total = shares.reduce((sum, share) => sum + share, 0)
  return total === 0 ? shares : shares.map((share) => share / total)
}
