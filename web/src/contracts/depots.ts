/** Shapes of the answers of `GET /api/depots` and of its detail (upload §4.7). Every property is present, null when not known yet. */

export type EtatDepot =
  | 'complete'
  | 'scanned'
  | 'placed'
  | 'announced'
  | 'waiting'
  | 'importing'
  | 'confirmation'
  | 'imported'
  | 'rejected'
  | 'quarantined'
  | 'failed'
  | 'withdrawn'
  | 'replaced'

export type LigneRejetee = {
  line: number
  column?: string
  value?: string
  reason: string
}

/** Counts of records; the four last add up to `read`. `firstRejected` (200 at most) is in the detail only. */
export type RapportDepot = {
  read: number
  imported: number
  filtered: number
  rejected: number
  ignored: number
  firstRejected?: LigneRejetee[]
}

export type Depot = {
  id: string
  filename: string | null
  /** In bytes. */
  size: number | null
  private: boolean | null
  source: string | null
  batch: string | null
  state: EtatDepot
  reason: string | null
  waitingFor: string[]
  sha256: string | null
  scan: {
    result: 'clean' | 'infected' | 'not-scanned'
    reason: 'too-large' | null
  } | null
  completedAt: string | null
  report: RapportDepot | null
}

export type PageDepots = { deposits: Depot[]; next: string | null }
