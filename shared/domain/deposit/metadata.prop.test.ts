import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { effectiveMetadata, formatMetadata, parseMetadata } from './metadata.ts'

const key = fc.stringMatching(/^[!-+\-.-~]{1,12}$/).filter((text) => !['__proto__', 'constructor', 'prototype', 'filename', 'filetype'].includes(text))
const value = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => text.isWellFormed())

test('pairs of any keys and texts go through the header and back', () => {
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 10 }), (pairs) => {
      expect(parseMetadata(formatMetadata(pairs))).toEqual({ ...pairs })
    }),
  )
})

test('any header is read or refused as invalid input', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-c =,/+]{0,30}$/)), (header) => {
      try {
        parseMetadata(header)
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
        expect((error as AppError).status).toBe(400)
      }
    }),
  )
})

test('whatever the client sends, the reserved keys are those of the token', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.oneof(key, fc.constantFrom('goup-path', 'Goup-Path', 'GOUP-PATH', 'email', 'EMAIL', 'eMail')), value),
      fc.option(fc.constant('a@example.org')),
      (pairs, email) => {
        const effective = effectiveMetadata(pairs, 'user1', email)
        const reserved = Object.entries(effective).filter(([name]) => ['goup-path', 'email'].includes(name.toLowerCase()))
        expect(reserved).toEqual([['goup-path', 'user1'], ...(email === null ? [] : [['email', email]])])
      },
    ),
  )
})

test('spaces and tabs alone may stand around a pair: another blank is no Base64', () => {
  expect(parseMetadata(' a YQ==\t, b Yg== ')).toEqual({ a: 'a', b: 'b' })
  for (const blank of ['\u00a0', '\u2003', '\ufeff', '\v', '\f']) {
    for (const header of [`a YQ==${blank}`, `${blank}a YQ==`, `a YQ==,b Yg==${blank}`, blank]) expect(() => parseMetadata(header)).toThrow(AppError)
  }
})

test('a byte order mark is kept: a value is what was received', () => {
  expect(parseMetadata(`a ${Buffer.from('\ufeffx').toString('base64')}`)).toEqual({ a: '\ufeffx' })
})
