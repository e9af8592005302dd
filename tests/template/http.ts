import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { deployed, packaged, resource } from './deployed.ts'
import { ofType } from './packaged.ts'

const BucketPolicy = z.object({
  Bucket: z.object({ Ref: z.string() }),
  PolicyDocument: z.object({ Statement: z.array(z.object({ Effect: z.string(), Condition: z.unknown() })) }),
})

export const describeHttpApi = (): void => {
  describe('the HTTP API', () => {
    test('has no authorizer and no CORS of its own: refusals and preflights are answered by the functions', () => {
      expect(ofType(deployed(), 'AWS::ApiGatewayV2::Authorizer')).toEqual([])
      expect(resource('HttpApi').Properties).not.toHaveProperty('CorsConfiguration')
      for (const [, { Properties }] of ofType(deployed(), 'AWS::ApiGatewayV2::Route')) {
        expect(['NONE', undefined]).toContain(Properties['AuthorizationType'])
      }
    })

    test('gives every method of uploads to one function, and every other route of /api to datapi', () => {
      const routes = ofType(deployed(), 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [Properties['RouteKey'], JSON.stringify(Properties['Target'])])
      const of = (name: string) => expect.stringContaining(`HttpApiIntegration${name}"`)
      expect(Object.fromEntries(routes)).toEqual({
        'ANY /files': of('Upload'),
        'ANY /files/{proxy+}': of('Upload'),
        'GET /api/depots': of('Depots'),
        'GET /api/depots/{id}': of('Depots'),
        'POST /api/depots/{id}/confirmation': of('Depots'),
        'ANY /api/{proxy+}': of('Datapi'),
      })
    })
  })
}

export const describePages = (): void => {
  describe('the pages', () => {
    test('are a private bucket behind the single origin, which gives /api and /files to the functions untouched', () => {
      expect(resource('PagesBucket').Properties['PublicAccessBlockConfiguration']).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      })
      const text = JSON.stringify(resource('Pages').Properties)
      expect(text).not.toContain('CustomErrorResponses')
      for (const pattern of ['/api/*', '/files*']) expect(text).toContain(`"PathPattern":"${pattern}","TargetOriginId":"functions"`)
    })

    test('every bucket is encrypted and closed to the public', () => {
      const buckets = ofType(packaged(), 'AWS::S3::Bucket')
      expect(buckets.map(([id]) => id).sort()).toEqual(['DepositsBucket', 'PagesBucket', 'ServerlessDeploymentBucket'])
      for (const [id, { Properties }] of buckets) {
        expect([id, Properties]).toMatchObject([
          id,
          {
            BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
            PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
          },
        ])
      }
    })

    test('every bucket refuses plain HTTP', () => {
      const refused = ofType(packaged(), 'AWS::S3::BucketPolicy').flatMap(([, { Properties }]) => {
        const policy = BucketPolicy.parse(Properties)
        const denied = policy.PolicyDocument.Statement.filter(
          ({ Effect, Condition }) => Effect === 'Deny' && /"aws:SecureTransport":"?false/.test(JSON.stringify(Condition)),
        )
        return denied.length === 1 ? [policy.Bucket.Ref] : []
      })
      expect(refused.sort()).toEqual(
        ofType(packaged(), 'AWS::S3::Bucket')
          .map(([id]) => id)
          .sort(),
      )
    })

    test('carry the headers of web/headers.json', () => {
      const Headers = z.object({ all: z.record(z.string(), z.string()), https: z.record(z.string(), z.string()) })
      const { all, https } = Headers.parse(JSON.parse(readFileSync('web/headers.json', 'utf8')))
      const text = JSON.stringify(resource('PagesHeaders').Properties)
      const { 'X-Content-Type-Options': _, ...written } = all
      for (const value of Object.values(written)) expect(text).toContain(value)
      expect(text).toContain('"ContentTypeOptions":{"Override":true}')
      expect(https['Strict-Transport-Security']).toBe('max-age=63072000; includeSubDomains')
      expect(text).toContain('"AccessControlMaxAgeSec":63072000,"IncludeSubdomains":true')
    })
  })
}
