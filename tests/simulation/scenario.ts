import type { InventedFile, InventedRow } from '../spine/world.ts'
import { createRandom, type Random } from './random.ts'

/** What happens from outside, in this order; the schedule decides when. `settled` waits until the platform is at rest. */
export type Happening =
  | { kind: 'deposit'; file: InventedFile }
  | { kind: 'withdraw'; deposit: string }
  | { kind: 'confirm'; deposit: string }
  | { kind: 'open'; batch: string }
  | { kind: 'rest' }

export type Scenario = { name: string; happenings: Happening[] }

const SIRENS = ['100000001', '100000002', '100000003', '100000004', '100000005']
const compteOf = (siren: string): string => `c${siren}`

const rows = (sirens: readonly string[], value: (siren: string, at: number) => number): InventedRow[] =>
  sirens.map((siren, at) => ({ siren, value: value(siren, at) }))
const byCompte = (sirens: readonly string[], value: (siren: string, at: number) => number): InventedRow[] =>
  sirens.map((siren, at) => ({ compte: compteOf(siren), value: value(siren, at) }))

type MonthOptions = { perimetre?: readonly string[]; debtors?: readonly string[]; shift?: number }

/** The files of an ordinary month of `sirens`. */
export const monthFiles = (
  batch: string,
  sirens: readonly string[],
  { perimetre = sirens, debtors = sirens, shift = 0 }: MonthOptions = {},
): InventedFile[] => [
  { deposit: `h${batch}`, batch, source: 'effectif_ent', rows: rows(sirens, (siren) => (perimetre.includes(siren) ? 20 : 5)) },
  { deposit: `m${batch}`, batch, source: 'admin_urssaf', rows: sirens.map((siren) => ({ compte: compteOf(siren), siren, value: 1 })) },
  { deposit: `d${batch}`, batch, source: 'debit', rows: byCompte(debtors, (_, at) => at + shift), cut: 2 },
  { deposit: `s${batch}`, batch, source: 'sirene', rows: rows(sirens, () => 7) },
]

const arrive = (files: readonly InventedFile[]): Happening[] => files.map((file): Happening => ({ kind: 'deposit', file }))
const rest: Happening = { kind: 'rest' }

const [A = '', B = '', C = '', D = ''] = SIRENS
const ALL = [A, B, C, D]

/** The scenarios in which a fault is tried at every operation. */
export const FIXED: Scenario[] = [
  { name: 'two months', happenings: [...arrive(monthFiles('2511', [A, B])), rest, ...arrive(monthFiles('2512', [A, B], { shift: 1 }))] },
  {
    name: 'a corrected mapping and a withdrawal',
    happenings: [
      ...arrive(monthFiles('2511', [A, B])),
      {
        kind: 'deposit',
        file: { deposit: 'm2511b', batch: '2511', source: 'admin_urssaf', rows: [{ compte: compteOf(A), siren: B, value: 1 }], completedAt: 5 },
      },
      { kind: 'deposit', file: { deposit: 'd2511b', batch: '2511', source: 'debit', rows: byCompte([B], () => 50), completedAt: 6 } },
      rest,
      { kind: 'withdraw', deposit: 'd2511b' },
    ],
  },
  {
    name: 'a cut stock file, confirmed later',
    happenings: [
      ...arrive(monthFiles('2511', ALL)),
      rest,
      ...arrive(monthFiles('2512', ALL, { debtors: [A], shift: 2 })),
      { kind: 'confirm', deposit: 'd2512' },
    ],
  },
  {
    name: 'a perimeter that shrinks, a late file, a forced opening',
    happenings: [
      ...arrive(monthFiles('2511', [A, B, C])),
      ...arrive(monthFiles('2512', [A, B, C], { perimetre: [A, B], shift: 1 })),
      { kind: 'open', batch: '2512' },
      { kind: 'deposit', file: { deposit: 'late', batch: '2511', source: 'debit', rows: byCompte([C], () => 30), completedAt: 9 } },
    ],
  },
]

/** A scenario of 2 to 5 SIRENs and 2 or 3 months, with whatever a month can bring. */
export const randomScenario = (seed: number): Scenario => {
  const random = createRandom(seed)
  const sirens = SIRENS.slice(0, 2 + random.below(4))
  const happenings: Happening[] = []
  const months = ['2510', '2511', '2512'].slice(0, 2 + random.below(2))
  for (const [at, batch] of months.entries()) {
    happenings.push(...randomMonth(random, batch, sirens, at))
    if (random.chance(0.7)) happenings.push(rest)
    if (random.chance(0.15)) happenings.push({ kind: 'open', batch })
  }
  return { name: `random ${seed}`, happenings }
}

const randomMonth = (random: Random, batch: string, sirens: readonly string[], at: number): Happening[] => {
  const some = (share: number): string[] => sirens.filter(() => random.chance(share))
  const perimetre = random.chance(0.3) ? some(0.7) : sirens
  const debtors = at > 0 && random.chance(0.3) ? some(0.3) : some(0.9)
  const files = monthFiles(batch, sirens, { perimetre, debtors, shift: random.below(3) })
  const deposits = shuffled(random, files)
  const happenings = arrive(deposits)
  if (random.chance(0.25)) {
    const wrong = {
      deposit: `m${batch}b`,
      batch,
      source: 'admin_urssaf',
      rows: [{ compte: compteOf(random.pick(sirens)), siren: random.pick(sirens), value: 1 }],
      completedAt: random.below(3),
    }
    happenings.push({ kind: 'deposit', file: wrong })
  }
  if (random.chance(0.3)) {
    const replaces = random.chance(0.5) ? [`d${batch}`] : []
    happenings.push({
      kind: 'deposit',
      file: { deposit: `d${batch}b`, batch, source: 'debit', rows: byCompte(some(0.7), () => 40 + random.below(3)), completedAt: 5, replaces },
    })
    if (random.chance(0.3)) happenings.push({ kind: 'withdraw', deposit: `d${batch}b` })
  }
  if (random.chance(0.2))
    happenings.push({ kind: 'deposit', file: { deposit: `p${batch}`, batch, source: 'paydex', rows: rows(some(0.6), () => random.below(9)) } })
  if (random.chance(0.2))
    happenings.push({
      kind: 'deposit',
      file: { deposit: `d${batch}_01`, batch: `${batch}_01`, source: 'debit', rows: byCompte(some(0.8), () => 60), completedAt: 7 },
    })
  if (random.chance(0.2)) happenings.push({ kind: 'withdraw', deposit: random.pick(files).deposit })
  if (random.chance(0.3)) happenings.push({ kind: 'confirm', deposit: `d${batch}` })
  return happenings
}

const shuffled = <Item>(random: Random, items: readonly Item[]): Item[] => {
  const left = [...items]
  const order: Item[] = []
  while (left.length > 0) order.push(...left.splice(random.below(left.length), 1))
  return order
}
