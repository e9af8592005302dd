import { join } from 'node:path'
import { AppError } from '../../../domain/errors.ts'
import { DepositId } from '../../../domain/messages.ts'

/**
 * Paths of one upload under the directory `tusd/`, and of the hidden directories of the service (upload §4.2). Nothing of a request
 * is ever joined to a path but an id of the expected form.
 */
export type TusdPaths = {
  root: string
  bin(id: string): string
  info(id: string): string
  state(id: string): string
  pending(id: string): string
  quarantined(id: string): string
  hidden(name: 'state' | 'pending' | 'locks' | 'tmp' | 'quarantine'): string
}

export const tusdPaths = (root: string): TusdPaths => {
  const of = (id: string, directory: string, suffix: string) => join(root, directory, `${checked(id)}${suffix}`)
  return {
    root,
    bin: (id) => of(id, '', '.bin'),
    info: (id) => of(id, '', '.info'),
    state: (id) => of(id, '.state', '.json'),
    pending: (id) => of(id, '.pending', ''),
    quarantined: (id) => of(id, '.quarantine', ''),
    hidden: (name) => join(root, `.${name}`),
  }
}

const checked = (id: string): string => {
  if (!DepositId.safeParse(id).success) throw new AppError('UPLOAD_UNKNOWN', 'Ce dépôt est inconnu.')
  return id
}
