/** What the store in memory holds. */
import type {
  BatchDocument,
  CurrentDocument,
  FeaturesDocument,
  ImportDocument,
  ImportedDocument,
  LedgerDocument,
  ListDocument,
  RangeResult,
  RawDocument,
  ScoresDocument,
} from '../../shared/domain/spine/documents.ts'

export type LedgerRow = LedgerDocument & { at: Date }

export type MemoryData = {
  ledger: Map<string, LedgerRow>
  current: CurrentDocument | undefined
  batches: Map<string, BatchDocument>
  imports: Map<string, ImportDocument>
  perimetres: Map<string, Uint32Array>
  results: Map<string, RangeResult>
  imported: Map<string, ImportedDocument>
  raws: Map<string, RawDocument>
  features: Map<string, FeaturesDocument>
  scores: Map<string, ScoresDocument>
  lists: Map<string, ListDocument>
}

export const emptyData = (): MemoryData => ({
  ledger: new Map(),
  current: undefined,
  batches: new Map(),
  imports: new Map(),
  perimetres: new Map(),
  results: new Map(),
  imported: new Map(),
  raws: new Map(),
  features: new Map(),
  scores: new Map(),
  lists: new Map(),
})
