/**
 * Accounts of the local storage, in the formats of `passwd` and `group` (upload §2.3): ids of their own, so that nothing
 * depends on who exists on this machine.
 */
export const IDENTITY_PASSWD = [
  'goup:x:12000:12000:depots:/nonexistent:/usr/sbin/nologin',
  'user1:x:12001:12001:partenaire 1:/nonexistent:/usr/sbin/nologin',
  'user2:x:12002:12002:partenaire 2:/nonexistent:/usr/sbin/nologin',
  'import:x:12003:12003:import:/nonexistent:/usr/sbin/nologin',
].join('\n')

export const IDENTITY_GROUP = [
  'goup:x:12000:import',
  'user1:x:12001:user1',
  'user2:x:12002:user2',
  'import:x:12003:',
  'users:x:12100:goup,user1,user2,import',
].join('\n')

/** Owner of `public/`, as in the seed's table (upload §1.6). */
export const PUBLIC_DIR_OWNER = 'user1'
