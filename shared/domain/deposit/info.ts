import type { DepositRecord } from './record.ts'

/** Absolute paths of an upload under the mount of the process that writes. */
export type InfoPaths = { bin: string; info: string }

/**
 * The `.info` file, in the form that tusd writes and that existing tools read (upload §1.7). `Offset` is always 0: the truth is
 * the size of the data. `Platform` is ours.
 */
export const infoOf = (record: DepositRecord, paths: InfoPaths): Record<string, unknown> => ({
  ID: record.id,
  Size: record.size,
  SizeIsDeferred: false,
  Offset: 0,
  MetaData: record.metadata,
  IsPartial: false,
  IsFinal: false,
  PartialUploads: null,
  Storage: { Type: 'filestore', Path: paths.bin, InfoPath: paths.info },
  Platform: {
    owner: record.owner,
    private: record.private,
    createdAt: record.createdAt,
    completedAt: record.completedAt,
    sha256: record.sha256,
    scan: record.scan,
  },
})
