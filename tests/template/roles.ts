import { describe, expect, test } from 'vitest'
import { functionNames } from '../../scripts/environment.ts'
import { asList, deployed, lambda, logicalOf, mappings, Role, resource } from './deployed.ts'
import { ofType, referenceOf } from './packaged.ts'

export const describeRoles = (): void => {
  describe('roles', () => {
    const statementsOf = (name: string) =>
      Role.parse(resource(`${logicalOf(name)}Role`).Properties).Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    const sendsOf = (name: string): (string | undefined)[] =>
      statementsOf(name)
        .filter(({ Action }) => asList(Action).includes('sqs:SendMessage'))
        .flatMap(({ Resource }) => asList(Resource).map(referenceOf))

    test('hold no star, in actions or in resources', () => {
      expect(
        ofType(deployed(), 'AWS::IAM::Role')
          .map(([id]) => id)
          .sort(),
      ).toEqual(
        functionNames()
          .map((name) => `${logicalOf(name)}Role`)
          .sort(),
      )
      expect(ofType(deployed(), 'AWS::IAM::Policy')).toEqual([])
      for (const name of functionNames()) {
        for (const { Action, Resource } of statementsOf(name)) {
          expect(JSON.stringify([Action, Resource])).not.toContain('*')
          for (const one of asList(Resource)) expect(referenceOf(one)).toBeDefined()
        }
      }
    })

    test('allow to send to the queues whose addresses the function has, and to no other', () => {
      for (const name of functionNames()) {
        const addresses = Object.values(lambda(name).Environment.Variables)
          .map(referenceOf)
          .filter((id) => id !== undefined)
        expect(sendsOf(name).sort(), name).toEqual(addresses.sort())
      }
    })

    test('allow to receive from the queue that triggers the function, and from no other', () => {
      const receives = Object.fromEntries(
        functionNames().map((name) => [
          `${logicalOf(name)}LambdaFunction`,
          statementsOf(name)
            .filter(({ Action }) => asList(Action).includes('sqs:ReceiveMessage'))
            .flatMap(({ Resource }) => asList(Resource).map(referenceOf)),
        ]),
      )
      const triggers = Object.fromEntries(functionNames().map((name) => [`${logicalOf(name)}LambdaFunction`, [] as (string | undefined)[]]))
      for (const { EventSourceArn, FunctionName } of mappings()) triggers[referenceOf(FunctionName) ?? '']?.push(referenceOf(EventSourceArn))
      expect(receives).toEqual(triggers)
    })
  })
}
