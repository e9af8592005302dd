import type { DepositFiles } from '../../domain/deposit/files.ts'
import type { Accounts, Profile } from '../../domain/deposit/identity.ts'
import type { SettleStorage, SweepStorage, UploadStorage } from '../../domain/deposit/storage.ts'
import { AppError } from '../../domain/errors.ts'
import { depositFiles } from './deposit-files.ts'
import type { OwnershipMode } from './efs/ownership.ts'
import { efsSettleStorage } from './efs/settle-storage.ts'
import { efsSweepStorage } from './efs/sweep-storage.ts'
import { efsUploadStorage } from './efs/upload-storage.ts'
import { custodianOf } from './identity-files.ts'

/** Which storage, from the variables of a function. `root` is `tusd/` itself for `upload`, the base for the others. S3 is loaded only where it is used. */
export type BackendSettings = { backend: 'posix' | 's3'; root: string; bucket: string; endpoint: string }

const bucketOptions = ({ bucket, endpoint }: BackendSettings) => {
  if (bucket === '') throw new AppError('CONFIG_INVALID', 'STORAGE_BUCKET: the name of a bucket is expected')
  return { bucket, endpoint: endpoint || undefined }
}

const rootOf = ({ root }: BackendSettings): string => {
  if (root === '') throw new AppError('CONFIG_INVALID', 'STORAGE_ROOT: a directory is expected')
  return root
}

export const openUploadStorage = async (settings: BackendSettings, accounts: Accounts, onLockLost: (id: string) => void): Promise<UploadStorage> =>
  settings.backend === 's3'
    ? (await import('./s3/upload-storage.ts')).s3UploadStorage(bucketOptions(settings))
    : efsUploadStorage({ tusd: rootOf(settings), custodian: custodianOf(accounts), onLockLost })

export type SettleBackend = BackendSettings & {
  accounts: Accounts
  profile: Profile
  publicOwner: string
  ownership: OwnershipMode
  onIntended: (id: string) => void
}

export const openSettleStorage = async (settings: SettleBackend): Promise<SettleStorage> => {
  const { accounts, profile, publicOwner, ownership, onIntended } = settings
  if (settings.backend === 's3') return (await import('./s3/settle-storage.ts')).s3SettleStorage({ ...bucketOptions(settings), profile })
  return efsSettleStorage({ base: rootOf(settings), layout: { accounts, profile, publicOwner }, custodian: custodianOf(accounts), ownership, onIntended })
}

export const openSweepStorage = async (settings: BackendSettings, accounts: Accounts): Promise<SweepStorage> =>
  settings.backend === 's3'
    ? (await import('./s3/sweep-storage.ts')).s3SweepStorage(bucketOptions(settings))
    : efsSweepStorage({ base: rootOf(settings), custodian: custodianOf(accounts) })

export const openDepositFiles = async (settings: BackendSettings): Promise<DepositFiles> =>
  settings.backend === 's3' ? (await import('./s3/deposit-files.ts')).s3DepositFiles(bucketOptions(settings)) : depositFiles({ root: rootOf(settings) })
