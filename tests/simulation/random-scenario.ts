import { type InventedFile, POISON } from '../spine/invented.ts'
import { createRandom, type Random } from './random.ts'
import { arrive, byCompte, compteOf, debits, type Happening, headcounts, mapping, registers, rest, rows, type Scenario, SIRENS } from './scenario.ts'

/** A scenario of 2 to 5 SIRENs and 2 or 3 months, with whatever a month can bring, and late files for months that are closed. */
export const randomScenario = (seed: number): Scenario => {
  const random = createRandom(seed)
  const sirens = SIRENS.slice(0, 2 + random.below(4))
  const happenings: Happening[] = []
  const months = ['2510', '2511', '2512'].slice(0, 2 + random.below(2))
  for (const [at, batch] of months.entries()) {
    if (random.chance(0.06)) happenings.push({ kind: 'flux', batch, source: 'debit' })
    happenings.push(...randomMonth(random, batch, sirens, at))
    if (random.chance(0.15)) happenings.push({ kind: 'open', batch })
    if (random.chance(0.65)) happenings.push(rest)
    if (at > 0 && random.chance(0.5)) happenings.push(...lateFiles(random, random.pick(months.slice(0, at)), sirens, at))
    if (random.chance(0.04)) happenings.push({ kind: 'flux', batch: random.pick(months.slice(0, at + 1)), source: random.pick(['debit', 'sirene']) })
  }
  return { name: `random ${seed}`, happenings }
}

const some = (random: Random, sirens: readonly string[], share: number): string[] => sirens.filter(() => random.chance(share))

/** A value of a debt: now and then one that is rejected, or that the rules cannot bear. */
const debt = (random: Random, base: number): number => {
  const choice = random.next()
  if (choice < 0.04) return -1
  if (choice < 0.05) return POISON.refine
  if (choice < 0.06) return POISON.detect
  return base + random.below(3)
}

const randomMonth = (random: Random, batch: string, sirens: readonly string[], at: number): Happening[] => {
  const perimetre = random.chance(0.35) ? some(random, sirens, 0.7) : sirens
  const debtors = some(random, sirens, at > 0 && random.chance(0.3) ? 0.3 : 0.9)
  const debit: InventedFile = {
    ...debits(batch, debtors),
    rows: byCompte(debtors, () => debt(random, random.below(3))),
    cut: 1 + random.below(3),
    confirmed: random.chance(0.1),
  }
  const files: InventedFile[] = [
    { ...headcounts(batch, random.chance(0.15) ? some(random, sirens, 0.5) : sirens, perimetre), ...lastMonth(random, batch) },
    { ...mapping(batch, sirens), cut: random.chance(0.3) ? 2 : 10 },
    debit,
  ]
  if (random.chance(0.6)) files.push(registers(batch, some(random, sirens, 0.8)))
  const kept = files.filter((_, index) => !(at > 0 && index === 0 ? random.chance(0.25) : random.chance(0.06)))
  const happenings = arrive(shuffled(random, kept))
  const add = (file: InventedFile): void => void happenings.splice(random.below(happenings.length + 1), 0, { kind: 'deposit', file })
  if (random.chance(0.3)) add(correctedMapping(random, batch, sirens))
  if (random.chance(0.12)) add({ deposit: `f${batch}`, batch, source: 'filter', rows: rows(some(random, sirens, 0.7), () => 20) })
  if (random.chance(0.1))
    add({ deposit: `h${batch}b`, batch, source: 'effectif_ent', rows: rows(some(random, sirens, 0.5), () => 20), completedAt: 4, ...lastMonth(random, batch) })
  if (random.chance(0.07))
    add({
      deposit: `x${batch}`,
      batch,
      source: random.pick(['debit', 'admin_urssaf', 'effectif_ent']),
      rows: [],
      refused: true,
      completedAt: 8,
      replaces: [`d${batch}`],
    })
  if (random.chance(0.2)) add({ deposit: `p${batch}`, batch, source: 'paydex', rows: rows(some(random, sirens, 0.6), () => random.below(9)) })
  if (random.chance(0.1)) add({ deposit: `n${batch}`, batch, source: 'debit', rows: rows(some(random, sirens, 0.5), () => 70), completedAt: 3 })
  if (random.chance(0.3)) happenings.push(...replacement(random, batch, sirens))
  if (random.chance(0.25)) happenings.push(...subBatch(random, batch, sirens))
  if (random.chance(0.2) && kept.length > 0) happenings.push({ kind: 'withdraw', deposit: random.pick(kept).deposit })
  if (random.chance(0.3) && kept.includes(debit)) happenings.push({ kind: 'confirm', deposit: debit.deposit })
  return happenings
}

const lastMonth = (random: Random, batch: string): { lastMonth?: string } => (random.chance(0.6) ? { lastMonth: random.pick(['2508', '2509', batch]) } : {})

const correctedMapping = (random: Random, batch: string, sirens: readonly string[]): InventedFile => ({
  deposit: `m${batch}b`,
  batch,
  source: 'admin_urssaf',
  rows: [{ compte: compteOf(random.pick(sirens)), siren: random.pick(sirens), value: 1 }],
  completedAt: random.below(3),
})

/** A second stock file, which may replace the first, and may be withdrawn. */
const replacement = (random: Random, batch: string, sirens: readonly string[]): Happening[] => {
  const replaces = random.chance(0.5) ? [`d${batch}`] : []
  const debtors = some(random, sirens, 0.7)
  const file: InventedFile = { deposit: `d${batch}b`, batch, source: 'debit', rows: byCompte(debtors, () => debt(random, 40)), completedAt: 5, replaces }
  const happenings: Happening[] = [{ kind: 'deposit', file }]
  if (random.chance(0.2)) happenings.push(rest)
  if (random.chance(0.4)) happenings.push({ kind: 'withdraw', deposit: file.deposit })
  return happenings
}

/** A later delivery of the same month, with or without a mapping of its own. */
const subBatch = (random: Random, batch: string, sirens: readonly string[]): Happening[] => {
  const key = `${batch}_01`
  const files: InventedFile[] = [
    { deposit: `d${key}`, batch: key, source: 'debit', rows: byCompte(some(random, sirens, 0.8), () => 60 + random.below(2)), completedAt: 7 },
  ]
  if (random.chance(0.4))
    files.push({
      ...mapping(key, sirens),
      rows: sirens.map((siren) => ({ compte: compteOf(siren), siren: random.chance(0.8) ? siren : random.pick(sirens), value: 1 })),
    })
  return [...(random.chance(0.4) ? [rest] : []), ...arrive(shuffled(random, files))]
}

/** Files for a month that may be closed by then. */
const lateFiles = (random: Random, batch: string, sirens: readonly string[], at: number): Happening[] => {
  const choices: (() => InventedFile)[] = [
    () => ({ deposit: `ld${at}`, batch, source: 'debit', rows: byCompte(some(random, sirens, 0.6), () => debt(random, 30)), completedAt: 9 }),
    () => ({
      deposit: `lh${at}`,
      batch,
      source: 'effectif_ent',
      rows: rows(some(random, sirens, 0.7), () => (random.chance(0.8) ? 20 : 5)),
      completedAt: 9,
      ...lastMonth(random, batch),
    }),
    () => ({ ...correctedMapping(random, batch, sirens), deposit: `lm${at}`, completedAt: 9 }),
    () => ({ deposit: `ls${at}`, batch, source: 'sirene', rows: rows(some(random, sirens, 0.8), () => 8), completedAt: 9 }),
  ]
  const file = random.pick(choices)()
  return [{ kind: 'deposit', file }, ...(random.chance(0.25) ? [{ kind: 'withdraw', deposit: file.deposit } as const] : [])]
}

const shuffled = <Item>(random: Random, items: readonly Item[]): Item[] => {
  const left = [...items]
  const order: Item[] = []
  while (left.length > 0) order.push(...left.splice(random.below(left.length), 1))
  return order
}
