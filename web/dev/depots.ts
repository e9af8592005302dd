import type { Depot } from '../src/contracts/depots.ts'

const depot = (rank: number, part: Partial<Depot>): Depot => ({
  id: `d${rank}`,
  filename: `fichier_${rank}.csv`,
  size: 184_302 * (rank + 1),
  private: rank % 2 === 0,
  source: null,
  batch: '2512',
  state: 'imported',
  reason: null,
  waitingFor: [],
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  scan: { result: 'not-scanned', reason: null },
  completedAt: `2026-01-02T09:${String(50 - rank).padStart(2, '0')}:41.120Z`,
  report: null,
  ...part,
})
const REPORT = {
  read: 1295,
  imported: 1204,
  filtered: 88,
  rejected: 3,
  ignored: 0,
}
/** One deposit in each interesting state. */
export const DEPOTS: Depot[] = [
  depot(0, {
    filename: 'sigfaible_pcoll.csv',
    source: 'procol',
    report: REPORT,
    scan: { result: 'clean', reason: null },
  }),
  depot(1, {
    filename: 'sigfaible_delais.csv.gz',
    source: 'delai',
    state: 'waiting',
    waitingFor: ['admin_urssaf'],
  }),
  depot(2, {
    filename: 'sigfaible_debits.csv.gz',
    source: 'debit',
    state: 'confirmation',
    reason: 'Ce fichier nomme 312 entreprises ; la livraison précédente en nommait 1 180.',
    report: { ...REPORT, rejected: 0, read: 1292 },
  }),
  depot(3, {
    filename: 'sigfaible_cotisdues.csv.gz',
    source: 'cotisation',
    state: 'importing',
  }),
  depot(4, {
    filename: 'tableau.csv',
    state: 'rejected',
    reason: 'Ce fichier n’est pas un fichier csv : il commence comme un document PDF.',
  }),
  depot(5, {
    filename: 'macro.xlsx',
    state: 'quarantined',
    scan: { result: 'infected', reason: null },
  }),
  depot(6, {
    filename: 'sigfaible_effectif_siret.csv.gz',
    source: 'effectif',
    state: 'failed',
    reason: 'La base de données n’a pas répondu.',
  }),
  depot(7, {
    filename: 'sireneUL.csv',
    source: 'sirene_ul',
    report: { ...REPORT, rejected: 0, read: 1292 },
    scan: { result: 'not-scanned', reason: 'too-large' },
  }),
]
export const REJETS = [
  {
    line: 412,
    column: 'Dt_effet',
    value: '31FEB2025',
    reason: 'La date n’existe pas dans le calendrier.',
  },
  { line: 877, reason: 'La ligne compte 4 champs au lieu de 5.' },
]
