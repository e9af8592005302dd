import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse, type ScalarTag } from 'yaml'
import * as z from 'zod'
import type { S3Request } from '../../../localstack/s3.ts'

/** What a role may do with the bucket: an action of S3, and keys, a star for anything. */
export type Right = { action: string; keys: string }

const scalar = (tag: string): ScalarTag => ({ tag: `!${tag}`, resolve: (text: string) => text })
const sequence = (tag: string) => ({ tag: `!${tag}`, collection: 'seq', resolve: (node: unknown) => node }) as unknown as ScalarTag
const TAGS = [...['Ref', 'GetAtt', 'Sub'].map(scalar), ...['If', 'Join', 'Split', 'Select'].map(sequence)]

const Some = z.union([z.string().transform((one) => [one]), z.array(z.string())])
const BucketPolicy = z.object({
  PolicyName: z.literal('deposits-bucket'),
  PolicyDocument: z.object({ Statement: z.array(z.object({ Action: Some, Resource: Some })) }),
})
const Roles = z.object({ Resources: z.record(z.string(), z.object({ Properties: z.object({ Policies: z.array(z.unknown()) }) })) })

/** The rights on the bucket that the template gives to the role of a function. */
export const bucketRightsOf = async (name: string): Promise<Right[]> => {
  const file = path.resolve(import.meta.dirname, '../../../infrastructure/roles.yml')
  const { Resources } = Roles.parse(parse(await readFile(file, 'utf8'), { customTags: TAGS, merge: true }))
  const role = Resources[`${name.charAt(0).toUpperCase()}${name.slice(1)}Role`]
  return (role?.Properties.Policies ?? [])
    .flat()
    .flatMap((policy) => BucketPolicy.safeParse(policy).data?.PolicyDocument.Statement ?? [])
    .flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((one) => ({ action, keys: one.split('/').slice(1).join('/') }))))
}

export const isWithin = (rights: readonly Right[], asked: { action: string; key: string }): boolean =>
  rights.some(({ action, keys }) => action === asked.action && matches(keys, asked.key))

export const matches = (keys: string, key: string): boolean => new RegExp(`^${keys.replaceAll(/[.+?^$()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(key)

/** What AWS asks of whoever makes this request: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html. Those that `deleteObjects` removes are named in its body. */
export const rightsAsked = ({ method, url, headers, body }: S3Request): { action: string; key: string }[] => {
  const { pathname, searchParams } = new URL(url, 'http://s3')
  const [, ...rest] = pathname.slice(1).split('/')
  const key = decodeURIComponent(rest.join('/'))
  const of = (...actions: string[]) => actions.map((action) => ({ action: `s3:${action}`, key }))
  if (key === '' && method === 'POST') return [...body.toString().matchAll(/<Key>([^<]+)</g)].map(([, one = '']) => ({ action: 's3:DeleteObject', key: one }))
  if (key === '') return of('ListBucket')
  if (method === 'GET') return of(searchParams.has('uploadId') ? 'ListMultipartUploadParts' : 'GetObject')
  if (method === 'HEAD') return of('GetObject')
  if (method === 'DELETE') return of(searchParams.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject')
  const source = headers['x-amz-copy-source']
  const from = typeof source === 'string' ? decodeURIComponent(source).replace(/^\//, '').split('/').slice(1).join('/') : undefined
  return [
    ...of('PutObject', ...(headers['x-amz-tagging'] === undefined ? [] : ['PutObjectTagging'])),
    // Who replaces what was read must be allowed to read it.
    ...(headers['if-match'] === undefined ? [] : of('GetObject')),
    ...(from === undefined ? [] : [{ action: 's3:GetObject', key: from }]),
  ]
}
