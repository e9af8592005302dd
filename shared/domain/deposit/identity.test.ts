import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { EXAMPLE_GROUP, EXAMPLE_PASSWD, isSpace, parseAccounts, spaceOfClaims, spacesOf } from './identity.ts'

const passwd = (edit: (text: string) => string) => () => parseAccounts(edit(EXAMPLE_PASSWD), EXAMPLE_GROUP, 'seed')
const group =
  (edit: (text: string) => string, profile: 'seed' | 'strict' = 'seed') =>
  () =>
    parseAccounts(EXAMPLE_PASSWD, edit(EXAMPLE_GROUP), profile)
const accounts = parseAccounts(EXAMPLE_PASSWD, EXAMPLE_GROUP, 'seed')

describe('identity files are refused whole, with the line at fault', () => {
  test.each([
    ['a field too few', passwd((text) => text.replace(':/usr/sbin/nologin', '')), 'line 1'],
    ['an upper-case name', passwd((text) => text.replace('user1:', 'User1:')), 'line 3'],
    ['a name of 33 characters', passwd((text) => text.replace('user1:', `${'u'.repeat(33)}:`)), 'line 3'],
    ['an id below 1000', passwd((text) => text.replace('11001', '999')), 'line 3'],
    ['an id above 59999', passwd((text) => text.replace('11001', '60000')), 'line 3'],
    ['an id that is no number', passwd((text) => text.replace('11001', '0x2af9')), 'line 3'],
    ['an id with a leading zero', passwd((text) => text.replace('11001', '01101')), 'line 3'],
    ['root', passwd((text) => `${text}toor:x:0:0::/:/bin/sh\n`), 'line 5'],
    ['an account twice', passwd((text) => `${text}user1:x:11009:10000::/:/bin/sh\n`), 'line 5'],
    ['an id twice', passwd((text) => text.replace('11002', '11001')), 'line 4'],
    ['no goup account', passwd((text) => text.replace('goup:x', 'other:x')), 'account goup'],
    ['a group twice', group((text) => `${text}users:x:10009:\n`), 'line 7'],
    ['a group id twice', group((text) => text.replace('10003', '10000')), 'line 4'],
    ['no group users', group((text) => text.replace('users:', 'people:')), 'group users'],
    ['no group goup', group((text) => text.replace('goup:x', 'other:x')), 'group goup'],
    ['goup not among the partners', group((text) => text.replace('users:x:10000:goup,', 'users:x:10000:')), 'not in the group'],
    ['no group public in strict', group((text) => text.replace('public:', 'people:'), 'strict'), 'group public'],
  ])('%s', (_, read, where) => {
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(where) }))
  })

  test('random edits are refused or leave the partners as they were or fewer', () => {
    fc.assert(
      fc.property(fc.nat(EXAMPLE_PASSWD.length - 1), fc.string({ maxLength: 2 }), (at, text) => {
        const edited = EXAMPLE_PASSWD.slice(0, at) + text + EXAMPLE_PASSWD.slice(at + 1)
        try {
          const read = parseAccounts(edited, EXAMPLE_GROUP, 'seed')
          for (const { uid, gid } of read.users.values()) for (const id of [uid, gid]) expect(id >= 1000 && id <= 59_999).toBe(true)
          for (const name of spacesOf(read, 'seed')) expect(name).toMatch(/^[a-z_][a-z0-9_-]{0,31}$/)
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
        }
      }),
    )
  })
})

test('spaces are accounts that are none of ours; in strict, groups', () => {
  expect(spacesOf(accounts, 'seed')).toEqual(['user1', 'user2'])
  expect(spacesOf(parseAccounts(EXAMPLE_PASSWD, EXAMPLE_GROUP, 'strict'), 'strict')).toEqual(['user1', 'user2'])
  for (const name of ['goup', 'import', 'tusd', 'public', 'work', 'users', 'root', 'lost+found', '.state', '', 'toString', '__proto__'])
    expect(isSpace(name, accounts, 'seed')).toBe(false)
})

test('no claim but a known space, as text, gives a space', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (hyphen, underscore) => {
      const claims = { 'goup-path': hyphen, goup_path: underscore }
      expect(() => spaceOfClaims(claims, accounts, 'seed')).toThrow(expect.objectContaining({ code: 'SPACE_DENIED', status: 403 }))
    }),
  )
  expect(spaceOfClaims({ goup_path: 'user2' }, accounts, 'seed')).toBe('user2')
})
