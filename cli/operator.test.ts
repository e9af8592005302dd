import { describe, expect, test } from 'vitest'
import { giveLocalCredentials, operatorLog } from './operator.ts'

const STACK = { mongodb: 'm', postgres: 'p' }

describe('what a command needs of its machine', () => {
  test('a local stack has credentials for its emulator, unless there are some already', () => {
    const environment: Record<string, string | undefined> = { AWS_ACCESS_KEY_ID: 'mine' }
    giveLocalCredentials({ ...STACK, directory: '/tmp/stack' }, environment)
    expect(environment).toEqual({ AWS_ACCESS_KEY_ID: 'mine', AWS_SECRET_ACCESS_KEY: 'local' })
  })

  test('a deployed platform uses those of the operator', () => {
    const environment: Record<string, string | undefined> = {}
    giveLocalCredentials(STACK, environment)
    expect(environment).toEqual({})
  })

  test('a queue that could not be rung is told once, in words', () => {
    const lines: string[] = []
    const log = operatorLog((line) => void lines.push(line)).with({ shard: 1 })
    for (const shard of [1, 2]) log.error('bell.lost', new Error('down'), { queue: 'refine', shard })
    log.info('list.published')
    expect(lines).toEqual(['sf: la file refine ne répond pas : le travail demandé commencera au prochain passage de sweep\n'])
  })
})
