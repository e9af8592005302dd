import { AppError } from '../../../domain/errors.ts'
import { DepositId } from '../../../domain/messages.ts'

const checked = (id: string): string => {
  if (!DepositId.safeParse(id).success) throw new AppError('UPLOAD_UNKNOWN', 'Ce dépôt est inconnu.')
  return id
}

/**
 * Keys of one upload. The library's own id is `tusd/<id>`, since it knows no prefix (upload §6); from it come its `.info` and `.part`
 * objects.
 */
export const keys = {
  data: (id: string) => `tusd/${checked(id)}`,
  info: (id: string) => `tusd/${checked(id)}.info`,
  part: (id: string) => `tusd/${checked(id)}.part`,
  state: (id: string) => `state/${checked(id)}.json`,
  pending: (id: string) => `pending/${checked(id)}`,
  quarantined: (id: string) => `quarantine/${checked(id)}`,
  lock: (id: string) => `locks/${id}`,
} as const
