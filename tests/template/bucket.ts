import { beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { functionNames, variablesOf } from '../../scripts/environment.ts'
import { asList, deployed, lambda, logicalOf, packaged, Role } from './deployed.ts'
import { chosen, ofType, type Package } from './packaged.ts'

export const describeBucket = (): void => {
  describe('deposits in a bucket', () => {
    let onBucket: Package
    beforeAll(() => {
      onBucket = chosen(packaged(), { DepositsInBucket: true, BucketEndpointWanted: true })
    })
    const of = (id: string) => onBucket.template.Resources[id] ?? expect.fail(`no resource ${id}`)

    test('are there when the deployment asks for them: without, no bucket, no right on one', () => {
      expect(deployed().template.Resources).not.toHaveProperty('DepositsBucket')
      expect(JSON.stringify(ofType(deployed(), 'AWS::IAM::Role'))).not.toContain('s3:')
      expect(packaged().template.Conditions['DepositsInBucket']).toEqual({ 'Fn::Equals': [expect.stringMatching(/^(posix|s3)$/), 's3'] })
      const only = chosen(packaged(), { DepositsInBucket: true, BucketEndpointWanted: false }).template.Resources
      expect([Object.keys(only).includes('DepositsBucket'), Object.keys(only).includes('BucketEndpoint')]).toEqual([true, false])
    })

    test('the bucket is encrypted, closed to the public, kept when the stack goes, and refuses plain HTTP', () => {
      const { DeletionPolicy, Properties } = of('DepositsBucket')
      expect(DeletionPolicy).toBe('Retain')
      expect(Properties).toMatchObject({
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      })
      expect(of('DepositsBucketPolicy').Properties).toEqual({
        Bucket: { Ref: 'DepositsBucket' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'EncryptedOnly',
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: [{ 'Fn::GetAtt': ['DepositsBucket', 'Arn'] }, { 'Fn::Sub': '${DepositsBucket.Arn}/*' }],
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      })
    })

    test('age removes nothing but multipart uploads that were never finished, and these after they have expired', () => {
      const Lifecycle = z.object({
        Rules: z.array(
          z.strictObject({ Id: z.string(), Status: z.string(), AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: z.number() }) }),
        ),
      })
      const [rule] = Lifecycle.parse(of('DepositsBucket').Properties['LifecycleConfiguration']).Rules
      const usual = variablesOf('upload').find(({ name }) => name === 'UPLOAD_EXPIRE_AFTER_HOURS')?.default
      const hours = Number(lambda('upload').Environment.Variables['UPLOAD_EXPIRE_AFTER_HOURS'] || usual)
      expect((rule?.AbortIncompleteMultipartUpload.DaysAfterInitiation ?? 0) * 24).toBeGreaterThan(hours)
      expect(rule?.Status).toBe('Enabled')
    })

    test('is the one that the functions are told of', () => {
      for (const name of ['upload', 'settle', 'import', 'sweep']) {
        expect(lambda(name).Environment.Variables['STORAGE_BUCKET']).toEqual(of('DepositsBucket').Properties['BucketName'])
      }
    })

    test('rights are of those functions alone, on named prefixes, and nobody but settle writes what is published', () => {
      const statements = (name: string) =>
        Role.parse(of(`${logicalOf(name)}Role`).Properties).Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      const rightsOf = (name: string) =>
        statements(name)
          .filter(({ Action }) => JSON.stringify(Action).includes('s3:'))
          .flatMap(({ Action, Resource }) => asList(Action).flatMap((action) => asList(Resource).map((one) => [String(action), one] as const)))
      expect(functionNames().filter((name) => rightsOf(name).length > 0)).toEqual(['upload', 'settle', 'import', 'sweep'])
      for (const name of functionNames()) {
        for (const [action, one] of rightsOf(name)) {
          expect(action).toMatch(/^s3:[A-Za-z]+$/)
          if (action === 's3:ListBucket') expect(one).toEqual({ 'Fn::GetAtt': ['DepositsBucket', 'Arn'] })
          else
            expect(one).toEqual({
              'Fn::Sub': expect.stringMatching(/^\$\{DepositsBucket\.Arn\}\/((tusd|state|pending|locks|quarantine|work)\/\*|\*\.(bin|info))$/),
            })
        }
      }
      const published = (name: string) => rightsOf(name).flatMap(([action, one]) => (JSON.stringify(one).includes('*.bin') ? [action] : []))
      expect(published('import')).toEqual(['s3:GetObject'])
      expect(published('settle')).toEqual(['s3:GetObject', 's3:AbortMultipartUpload', 's3:PutObject', 's3:PutObjectTagging'])
      expect([published('upload'), published('sweep')]).toEqual([[], []])
    })

    test('S3 is reached without leaving the network', () => {
      expect(of('BucketEndpoint')).toMatchObject({ Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType: 'Gateway', VpcId: { Ref: 'Vpc' } } })
    })
  })
}
