import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { IDENTITY_GROUP, IDENTITY_PASSWD } from '../../localstack/identities.ts'
import { functionNames } from '../../scripts/environment.ts'
import { deployed, lambda, logicalOf, resource } from './deployed.ts'
import { ofType, referenceOf } from './packaged.ts'

/** What CloudFormation puts in the place of references. */
const deployedValue = (name: string, value: unknown): string => {
  if (name === 'IDENTITY_PASSWD') return IDENTITY_PASSWD
  if (name === 'IDENTITY_GROUP') return IDENTITY_GROUP
  return typeof value === 'string' && !value.startsWith('{{resolve:') ? value : 'https://example.org'
}

/** Imports the handler of a bundle in a process of its own, as Lambda does; what it says instead of `function` is the error. */
const start = async (name: string, directory: string): Promise<[string, string]> => {
  for (const [file, bytes] of Object.entries(unzipSync(deployed().bundles[name] ?? new Uint8Array()))) {
    await mkdir(path.dirname(path.join(directory, file)), { recursive: true })
    await writeFile(path.join(directory, file), bytes)
  }
  const environment = Object.entries(lambda(name).Environment.Variables).map(([variable, value]) => [variable, deployedValue(variable, value)])
  const script = `import('./functions/${name}/handler.mjs').then(({ handler }) => { process.stdout.write(typeof handler); process.exit(0) })`
  const env = { ...Object.fromEntries(environment), AWS_REGION: 'eu-west-3', PATH: process.env['PATH'] ?? '' }
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', script], { cwd: directory, env }, (error, stdout, stderr) => resolve([name, error === null ? stdout : stderr]))
  })
}

export const describeFunctions = (): void => {
  describe('functions', () => {
    test('are those that have a configuration, each in the VPC, on Node 24, with its own role and logs that end', () => {
      expect(
        ofType(deployed(), 'AWS::Lambda::Function')
          .map(([id]) => id)
          .sort(),
      ).toEqual(
        functionNames()
          .map((name) => `${logicalOf(name)}LambdaFunction`)
          .sort(),
      )
      for (const name of functionNames()) {
        const found = lambda(name)
        expect(found.Runtime).toBe('nodejs24.x')
        expect(referenceOf(found.Role)).toBe(`${logicalOf(name)}Role`)
        expect(JSON.stringify(found.VpcConfig)).toMatch(/FunctionSecurityGroups.*PrivateSubnets/)
        expect(resource(`${logicalOf(name)}LogGroup`).Properties['RetentionInDays']).toBe(90)
      }
      expect(lambda('import')).toMatchObject({ Timeout: 900, MemorySize: 2048 })
    })

    test('weigh less than 10 MiB each', () => {
      expect(Object.keys(deployed().bundles).sort()).toEqual(functionNames().sort())
      for (const { length } of Object.values(deployed().bundles)) expect(length).toBeLessThan(10 * 1024 * 1024)
    })

    test('start with the environment that they are given, from their bundle alone', async () => {
      const directory = await mkdtemp(path.join(tmpdir(), 'bundles-'))
      try {
        const started = await Promise.all(functionNames().map((name) => start(name, path.join(directory, name))))
        expect(Object.fromEntries(started)).toEqual(Object.fromEntries(functionNames().map((name) => [name, 'function'])))
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    })

    test('stop before the gateway gives up, when they answer HTTP', () => {
      for (const name of ['upload', 'depots', 'datapi']) expect(lambda(name).Timeout).toBeLessThan(30)
    })
  })
}

export const describeSecretsAndSchedules = (): void => {
  describe('secrets and schedules', () => {
    test('what is secret is a reference, resolved when it is deployed', () => {
      for (const name of functionNames()) {
        const { Variables } = lambda(name).Environment
        for (const secret of ['MONGODB_URI', 'POSTGRES_URL', 'SMTP_URL']) {
          if (secret in Variables && Variables[secret] !== '') expect(Variables[secret]).toMatch(/^\{\{resolve:secretsmanager:[^}]+\}\}$/)
        }
      }
      expect(deployed().text).not.toMatch(/mongodb(\+srv)?:\/\/|postgres(ql)?:\/\//)
    })

    test('sweep comes every five minutes, maintenance once a day', () => {
      const rates = ofType(deployed(), 'AWS::Events::Rule').map(([id, { Properties }]) => [id.replace(/EventsRule.*/, ''), Properties['ScheduleExpression']])
      expect(Object.fromEntries(rates)).toEqual({ Sweep: 'rate(5 minutes)', Maintenance: 'rate(1 day)' })
    })

    test('a sweep that failed or could not start is not called again: the next one comes', () => {
      const configured = ofType(deployed(), 'AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => Properties)
      expect(configured).toMatchObject([{ FunctionName: { Ref: 'SweepLambdaFunction' }, MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 300 }])
    })
  })
}
