import { describe, expect, test } from 'vitest'
import { sentLine } from './upload.ts'

const SENT = { file: 'debits.csv', id: 'abc', bytes: 4_000_000, sent: 1_000_000, seconds: 2 }

describe('sf upload', () => {
  test('tells what this command sent of a file', () => {
    expect(sentLine(SENT)).toBe('debits.csv → abc (1.0 Mo envoyés sur 4.0 Mo, 0.5 Mo/s)')
  })

  test('says that a file sent whole before is not deposited again, and how to', () => {
    expect(sentLine({ ...SENT, sent: 0 })).toBe('debits.csv → abc (déjà déposé : rien n’est envoyé ; --restart le dépose à nouveau)')
  })

  test('an empty file is sent', () => {
    expect(sentLine({ ...SENT, bytes: 0, sent: 0 })).toContain('0.0 Mo envoyés')
  })
})
