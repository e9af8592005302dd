import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { functionNames } from '../../scripts/environment.ts'
import { lambda, logicalOf, resource } from './deployed.ts'
import { referenceOf } from './packaged.ts'

export const describeStorage = (): void => {
  describe('the storage', () => {
    const AccessPoint = z.object({
      PosixUser: z.object({ Uid: z.unknown(), Gid: z.unknown(), SecondaryGids: z.array(z.unknown()).default([]) }),
      RootDirectory: z.object({ Path: z.string() }),
    })
    const accessPointOf = (name: string) => {
      const [mount] = lambda(name).FileSystemConfigs
      return AccessPoint.parse(resource(referenceOf(mount?.Arn) ?? `mount of ${name}`).Properties)
    }

    test('is mounted by the functions that need it, each with the identity of upload §2.2', () => {
      expect(
        functionNames()
          .filter((name) => lambda(name).FileSystemConfigs.length > 0)
          .sort(),
      ).toEqual(['detect', 'import', 'settle', 'sweep', 'upload'])
      const goup = { Uid: { Ref: 'GoupUid' }, Gid: { Ref: 'GoupGid' }, SecondaryGids: [] }
      expect(accessPointOf('upload')).toEqual({ PosixUser: goup, RootDirectory: { Path: '/depots/tusd' } })
      for (const name of ['settle', 'sweep']) {
        expect(accessPointOf(name)).toEqual({ PosixUser: { Uid: '0', Gid: '0', SecondaryGids: [] }, RootDirectory: { Path: '/depots' } })
      }
      expect(accessPointOf('import')).toEqual({
        PosixUser: { Uid: { Ref: 'ImportUid' }, Gid: { Ref: 'ImportGid' }, SecondaryGids: [{ Ref: 'UsersGid' }, { Ref: 'GoupGid' }] },
        RootDirectory: { Path: '/depots' },
      })
      expect(accessPointOf('detect').RootDirectory.Path).toBe('/models')
    })

    test('is where the environment says, and the mount targets exist before the functions', () => {
      for (const name of ['upload', 'settle', 'import', 'sweep', 'detect']) {
        const { FileSystemConfigs, Environment } = lambda(name)
        expect(Environment.Variables[name === 'detect' ? 'MODELS_ROOT' : 'STORAGE_ROOT']).toBe(FileSystemConfigs[0]?.LocalMountPath)
        expect(resource(`${logicalOf(name)}LambdaFunction`).DependsOn).toEqual(expect.arrayContaining(['MountTargetA', 'MountTargetB']))
      }
    })

    test('root is for settle and sweep, writing is not for detect, and each role is bound to its access point', () => {
      const rights = (name: string): string[] =>
        [...JSON.stringify(resource(`${logicalOf(name)}Role`)).matchAll(/elasticfilesystem:(Client\w+)/g)].map(([, right]) => right ?? '')
      expect(rights('upload').sort()).toEqual(['ClientMount', 'ClientWrite'])
      expect(rights('import').sort()).toEqual(['ClientMount', 'ClientWrite'])
      expect(rights('detect')).toEqual(['ClientMount'])
      for (const name of ['settle', 'sweep']) expect(rights(name).sort()).toEqual(['ClientMount', 'ClientRootAccess', 'ClientWrite'])
      for (const name of ['depots', 'refine', 'publish', 'datapi', 'maintenance']) expect(rights(name)).toEqual([])
      for (const name of ['upload', 'settle', 'sweep', 'import', 'detect']) {
        const mounted = referenceOf(lambda(name).FileSystemConfigs[0]?.Arn)
        expect(JSON.stringify(resource(`${logicalOf(name)}Role`))).toContain(`"elasticfilesystem:AccessPointArn":{"Fn::GetAtt":["${mounted}","Arn"]}`)
      }
    })

    test('refuses whoever comes without TLS, without an access point, or as root without being settle or sweep', () => {
      const { Encrypted, FileSystemPolicy } = resource('Storage').Properties
      expect(Encrypted).toBe(true)
      expect(JSON.stringify(FileSystemPolicy)).not.toContain('"Allow"')
      const sids = z.object({ Statement: z.array(z.object({ Sid: z.string(), Effect: z.literal('Deny') })) }).parse(FileSystemPolicy)
      expect(sids.Statement.map(({ Sid }) => Sid)).toEqual(['EncryptedOnly', 'AccessPointsOnly', 'RootForOwnersOnly', 'WritersOnly'])
    })
  })
}
