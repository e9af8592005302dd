import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as z from 'zod'

const root = path.resolve(import.meta.dirname, '../..')

const Resource = z.object({ Type: z.string(), DependsOn: z.unknown().optional(), Properties: z.record(z.string(), z.unknown()).default({}) })
export type Resource = z.infer<typeof Resource>

const Template = z.object({
  Resources: z.record(z.string(), Resource),
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
  const made = spawnSync(path.join(root, 'node_modules/.bin/serverless'), ['package', '--package', directory], { cwd: root, encoding: 'utf8' })
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

/** Resources of a type, by logical id. */
export const ofType = ({ template }: Package, type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type)

/** The logical id that `{ Ref }` or `{ Fn::GetAtt }` names. */
export const referenceOf = (value: unknown): string | undefined => {
  const found = z.union([z.object({ Ref: z.string() }), z.object({ 'Fn::GetAtt': z.array(z.string()).min(1) })]).safeParse(value)
  if (!found.success) return undefined
  return 'Ref' in found.data ? found.data.Ref : found.data['Fn::GetAtt'][0]
}
