import { AppError } from '../errors.ts'

/** Who is who on the storage: numeric ids of accounts and groups, never those of the operating system (upload §2.3). */
export type Accounts = { users: ReadonlyMap<string, { uid: number; gid: number }>; groups: ReadonlyMap<string, { gid: number; members: readonly string[] }> }

/**
 * `seed`: a partner owns his files, 770 and 660. `strict`: everything belongs to `goup`, partners read through their
 * group, 750 and 640 (upload §1.6).
 */
export type Profile = 'seed' | 'strict'

const NAME = /^[a-z_][a-z0-9_-]{0,31}$/
const LOWEST_ID = 1000
const HIGHEST_ID = 59_999

/** Names that are directories or accounts of the service: no partner's space can be called so. */
const RESERVED: ReadonlySet<string> = new Set(['tusd', 'public', 'work', 'goup', 'users', 'root', 'import', 'lost+found'])

/** Group of those who read `public/`. */
export const publicGroup = (profile: Profile): string => (profile === 'seed' ? 'users' : 'public')

/**
 * Reads two texts in the format of `passwd` and `group`. Refused whole with the first line at fault: seven and four fields,
 * names and ids of the expected form, no duplicates, `goup` and the group of partners present, `goup` among its members.
 * Throws `CONFIG_INVALID`.
 */
export const parseAccounts = (passwd: string, group: string, profile: Profile): Accounts => {
  const users = new Map<string, { uid: number; gid: number }>()
  const groups = new Map<string, { gid: number; members: readonly string[] }>()
  for (const { line, fields } of entriesOf(passwd, 7, 'passwd')) {
    const name = nameOf(fields[0], 'passwd', line)
    if (users.has(name)) refuse('passwd', line, `the account ${name} is there twice`)
    const uid = idOf(fields[2], 'passwd', line)
    if ([...users.values()].some((user) => user.uid === uid)) refuse('passwd', line, `the id ${uid} is there twice`)
    users.set(name, { uid, gid: idOf(fields[3], 'passwd', line) })
  }
  for (const { line, fields } of entriesOf(group, 4, 'group')) {
    const name = nameOf(fields[0], 'group', line)
    if (groups.has(name)) refuse('group', line, `the group ${name} is there twice`)
    const gid = idOf(fields[2], 'group', line)
    if ([...groups.values()].some((known) => known.gid === gid)) refuse('group', line, `the id ${gid} is there twice`)
    const members = (fields[3] ?? '').split(',').filter((member) => member !== '')
    for (const member of members) nameOf(member, 'group', line)
    groups.set(name, { gid, members })
  }
  const common = publicGroup(profile)
  if (!users.has('goup')) refuse('passwd', 0, 'the account goup is missing')
  if (!groups.has('goup')) refuse('group', 0, 'the group goup is missing')
  const partners = groups.get(common)
  if (!partners) throw invalid('group', 0, `the group ${common} is missing`)
  if (!partners.members.includes('goup')) refuse('group', 0, `goup is not in the group ${common}`)
  return { users, groups }
}

const entriesOf = (text: string, width: number, file: string): { line: number; fields: string[] }[] =>
  text.split('\n').flatMap((content, index) => {
    if (content === '' || content === '\r') return []
    const fields = content.replace(/\r$/, '').split(':')
    if (fields.length !== width) refuse(file, index + 1, `${width} fields expected, ${fields.length} found`)
    return [{ line: index + 1, fields }]
  })

const nameOf = (text: string | undefined, file: string, line: number): string =>
  text !== undefined && NAME.test(text) ? text : refuse(file, line, 'this is not the form of a name')

const idOf = (text: string | undefined, file: string, line: number): number => {
  const id = text !== undefined && /^[1-9]\d{3,4}$/.test(text) ? Number(text) : 0
  return id >= LOWEST_ID && id <= HIGHEST_ID ? id : refuse(file, line, `a number from ${LOWEST_ID} to ${HIGHEST_ID} is expected`)
}

const invalid = (file: string, line: number, why: string): AppError =>
  new AppError('CONFIG_INVALID', line === 0 ? `${file}: ${why}` : `${file}, line ${line}: ${why}`)

const refuse = (file: string, line: number, why: string): never => {
  throw invalid(file, line, why)
}

/** Whether `name` can be the space of a partner: an account (in `strict`, a group), none of ours. */
export const isSpace = (name: string, accounts: Accounts, profile: Profile): boolean =>
  NAME.test(name) && !RESERVED.has(name) && (profile === 'seed' ? accounts.users.has(name) : accounts.groups.has(name))

/** Every space that has a directory of its own. */
export const spacesOf = (accounts: Accounts, profile: Profile): string[] =>
  [...(profile === 'seed' ? accounts.users : accounts.groups).keys()].filter((name) => isSpace(name, accounts, profile))

/**
 * The space that a token gives: the claim `goup-path` or `goup_path`, at top level (upload §1.1 rules 6 to 8).
 * Throws `SPACE_DENIED` (403) when it is absent, contradictory, not a text, or no known space.
 */
export const spaceOfClaims = (claims: Readonly<Record<string, unknown>>, accounts: Accounts, profile: Profile): string => {
  const hyphen = claims['goup-path']
  const underscore = claims.goup_path
  if (hyphen !== undefined && underscore !== undefined && hyphen !== underscore) throw denied()
  const space = hyphen ?? underscore
  if (typeof space !== 'string' || !isSpace(space, accounts, profile)) throw denied()
  return space
}

const denied = (): AppError => new AppError('SPACE_DENIED', 'Ce jeton ne donne accès à aucun espace de dépôt.')

/** Ids of a user, which `parseAccounts` and `isSpace` have made sure of. Throws `CONFIG_INVALID` when there is none. */
export const uidOf = (name: string, accounts: Accounts): number => {
  const user = accounts.users.get(name)
  if (!user) throw new AppError('CONFIG_INVALID', `the account ${name} is not in the identity file`)
  return user.uid
}

export const gidOf = (name: string, accounts: Accounts): number => {
  const group = accounts.groups.get(name)
  if (!group) throw new AppError('CONFIG_INVALID', `the group ${name} is not in the identity file`)
  return group.gid
}

/** The accounts of the example of upload §1.6, for local runs and tests. */
export const EXAMPLE_PASSWD = [
  'goup:x:10001:10001:goup:/:/usr/sbin/nologin',
  'import:x:10002:10002:import:/:/usr/sbin/nologin',
  'user1:x:11001:10000:partner 1:/:/usr/sbin/nologin',
  'user2:x:11002:10000:partner 2:/:/usr/sbin/nologin',
  '',
].join('\n')

export const EXAMPLE_GROUP = [
  'users:x:10000:goup,import,user1,user2',
  'goup:x:10001:import',
  'import:x:10002:',
  'public:x:10003:goup,import,user1,user2',
  'user1:x:11001:goup,user1',
  'user2:x:11002:goup,user2',
  '',
].join('\n')
