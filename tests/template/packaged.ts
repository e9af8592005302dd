import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as z from 'zod'

const root = path.resolve(import.meta.dirname, '../..')

const Resource = z.object({
  Type: z.string(),
  Condition: z.string().optional(),
  DeletionPolicy: z.string().optional(),
  DependsOn: z.unknown().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
})
export type Resource = z.infer<typeof Resource>

const Template = z.object({
  Resources: z.record(z.string(), Resource),
  Conditions: z.record(z.string(), z.unknown()),
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() })),
})

/** What would be deployed. `bundles` are the archives by function; `remove` deletes a package made for the tests. */
export type Package = { text: string; template: z.infer<typeof Template>; bundles: Record<string, Buffer>; remove: () => void }

/** The package in PACKAGE_DIR, which `npm run package` has just made, or one made now in a temporary folder. */
export const packageOf = (): Package => {
  const given = process.env['PACKAGE_DIR']
  if (given) return read(path.resolve(root, given), () => {})
  const directory = mkdtempSync(path.join(tmpdir(), 'package-'))
  const remove = (): void => rmSync(directory, { recursive: true, force: true })
  // The bundler leaves its drafts in the temporary folder: they go with the package.
  const env = { ...process.env, TMPDIR: directory }
  const made = spawnSync(path.join(root, 'node_modules/.bin/serverless'), ['package', '--package', directory], { cwd: root, env, encoding: 'utf8' })
  if (made.status === 0) return read(directory, remove)
  remove()
  throw new Error(`serverless package failed:\n${made.stdout}\n${made.stderr}`)
}

const read = (directory: string, remove: () => void): Package => {
  const text = readFileSync(path.join(directory, 'cloudformation-template-update-stack.json'), 'utf8')
  const archives = readdirSync(directory).filter((name) => name.endsWith('.zip'))
  const bundles = Object.fromEntries(archives.map((name) => [path.basename(name, '.zip'), readFileSync(path.join(directory, name))]))
  return { text, template: Template.parse(JSON.parse(text)), bundles, remove }
}

/** Conditions of the template that depend on what the deployment asks for. */
export type Choices = { DepositsInBucket: boolean; BucketEndpointWanted: boolean }

const NONE = Symbol('AWS::NoValue')

const Choice = z.object({ 'Fn::If': z.tuple([z.enum(['DepositsInBucket', 'BucketEndpointWanted']), z.unknown(), z.unknown()]) }).strict()

/** The template of a deployment that has chosen: resources and values that depend on conditions are there, or not. */
export const chosen = (deployed: Package, choices: Choices): Package => {
  const resolve = (value: unknown): unknown => {
    const found = Choice.safeParse(value)
    if (found.success) {
      const [condition, yes, no] = found.data['Fn::If']
      return resolve(choices[condition] ? yes : no)
    }
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== NONE)
    if (typeof value !== 'object' || value === null) return value
    if ('Ref' in value && value.Ref === 'AWS::NoValue') return NONE
    return Object.fromEntries(Object.entries(value).flatMap(([name, item]) => [[name, resolve(item)]].filter(([, resolved]) => resolved !== NONE)))
  }
  const template = Template.parse(resolve(deployed.template))
  const isThere = ({ Condition }: Resource): boolean => Condition === undefined || choices[Condition as keyof Choices]
  const Resources = Object.fromEntries(Object.entries(template.Resources).filter(([, found]) => isThere(found)))
  return { ...deployed, template: { ...template, Resources } }
}

/** Resources of a type, by logical id. */
export const ofType = ({ template }: Package, type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type)

/** The logical id that `{ Ref }` or `{ Fn::GetAtt }` names. */
export const referenceOf = (value: unknown): string | undefined => {
  const found = z.union([z.object({ Ref: z.string() }), z.object({ 'Fn::GetAtt': z.array(z.string()).min(1) })]).safeParse(value)
  if (!found.success) return undefined
  return 'Ref' in found.data ? found.data.Ref : found.data['Fn::GetAtt'][0]
}
