import type { InventedFile, InventedRow } from '../spine/invented.ts'

/** What happens from outside, in this order; the schedule decides when. `rest` waits until nothing moves any more. */
export type Happening =
  | { kind: 'deposit'; file: InventedFile }
  | { kind: 'withdraw'; deposit: string }
  | { kind: 'confirm'; deposit: string }
  | { kind: 'flux'; batch: string; source: string }
  | { kind: 'open'; batch: string }
  | { kind: 'rest' }

export type Scenario = { name: string; happenings: Happening[] }

export const SIRENS = ['100000001', '100000002', '100000003', '100000004', '100000005'] as const
export const compteOf = (siren: string): string => `c${siren}`

export const rows = (sirens: readonly string[], value: (siren: string, at: number) => number): InventedRow[] =>
  sirens.map((siren, at) => ({ siren, value: value(siren, at) }))
export const byCompte = (sirens: readonly string[], value: (siren: string, at: number) => number): InventedRow[] =>
  sirens.map((siren, at) => ({ compte: compteOf(siren), value: value(siren, at) }))

type MonthOptions = { perimetre?: readonly string[]; debtors?: readonly string[]; shift?: number }

export const headcounts = (batch: string, sirens: readonly string[], perimetre: readonly string[] = sirens): InventedFile => ({
  deposit: `h${batch}`,
  batch,
  source: 'effectif_ent',
  rows: rows(sirens, (siren) => (perimetre.includes(siren) ? 20 : 5)),
})
export const mapping = (batch: string, sirens: readonly string[]): InventedFile => ({
  deposit: `m${batch}`,
  batch,
  source: 'admin_urssaf',
  rows: sirens.map((siren) => ({ compte: compteOf(siren), siren, value: 1 })),
})
export const debits = (batch: string, debtors: readonly string[], shift = 0): InventedFile => ({
  deposit: `d${batch}`,
  batch,
  source: 'debit',
  rows: byCompte(debtors, (_, at) => at + shift),
  cut: 2,
})
export const registers = (batch: string, sirens: readonly string[]): InventedFile => ({
  deposit: `s${batch}`,
  batch,
  source: 'sirene',
  rows: rows(sirens, () => 7),
})

/** The files of an ordinary month of `sirens`. */
export const monthFiles = (
  batch: string,
  sirens: readonly string[],
  { perimetre = sirens, debtors = sirens, shift = 0 }: MonthOptions = {},
): InventedFile[] => [headcounts(batch, sirens, perimetre), mapping(batch, sirens), debits(batch, debtors, shift), registers(batch, sirens)]

export const arrive = (files: readonly InventedFile[]): Happening[] => files.map((file): Happening => ({ kind: 'deposit', file }))
export const rest: Happening = { kind: 'rest' }

const [A, B, C, D] = SIRENS

/** The scenarios in which a fault is tried at every operation (architecture §12). */
export const FIXED: Scenario[] = [
  {
    name: 'two months',
    happenings: [
      ...arrive([headcounts('2511', [A, B]), mapping('2511', [A, B]), { ...debits('2511', [A, B]), cut: 1 }]),
      rest,
      ...arrive([headcounts('2512', [A, B]), mapping('2512', [A, B]), debits('2512', [A, B], 1)]),
    ],
  },
  {
    name: 'a corrected mapping and a withdrawal',
    happenings: [
      ...arrive([headcounts('2511', [A, B]), mapping('2511', [A, B]), debits('2511', [A, B])]),
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
      ...arrive([headcounts('2511', [A, B, C]), mapping('2511', [A, B, C]), debits('2511', [A, B, C])]),
      rest,
      ...arrive([mapping('2512', [A, B, C]), debits('2512', [A], 2)]),
      rest,
      { kind: 'confirm', deposit: 'd2512' },
    ],
  },
  {
    name: 'a perimeter that shrinks, a late file, a forced opening',
    happenings: [
      ...arrive([headcounts('2511', [A, B]), mapping('2511', [A, B]), debits('2511', [A, B])]),
      ...arrive([headcounts('2512', [A, B, D], [A, D]), registers('2512', [A, B, D])]),
      { kind: 'open', batch: '2512' },
      { kind: 'deposit', file: { deposit: 'late', batch: '2511', source: 'debit', rows: byCompte([B], () => 30), completedAt: 9 } },
    ],
  },
]
