import { readFileSync } from 'node:fs'
import { type Accounts, gidOf, type Profile, parseAccounts, uidOf } from '../../domain/deposit/identity.ts'
import { AppError } from '../../domain/errors.ts'
import { type Custodian, needsCustodian } from './efs/ownership.ts'

/** Accounts from two texts, or from the files that they name by an absolute path (upload §2.3). Throws `CONFIG_INVALID`. */
export const readAccounts = (passwd: string, group: string, profile: Profile): Accounts => parseAccounts(textOf(passwd), textOf(group), profile)

const textOf = (given: string): string => {
  if (!given.startsWith('/')) return given
  try {
    return readFileSync(given, 'utf8')
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', 'an identity file cannot be read', { cause })
  }
}

/** The service's own account, where this process is root; undefined elsewhere, where the access point or the system decides. */
export const custodianOf = (accounts: Accounts): Custodian => (needsCustodian() ? { uid: uidOf('goup', accounts), gid: gidOf('goup', accounts) } : undefined)
