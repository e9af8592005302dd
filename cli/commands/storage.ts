import { Command, Option } from 'commander'
import { IDENTITY_GROUP, IDENTITY_PASSWD } from '../../localstack/identities.ts'
import { checkStorage, type ProvisionOptions, provisionStorage } from '../../shared/adapters/storage/provision.ts'
import { AppError } from '../../shared/domain/errors.ts'

type Options = { root?: string; passwd?: string; group?: string; profile: 'seed' | 'strict'; publicOwner?: string; json?: true; repair?: true }

/** Options common to both verbs; what is missing is read from the environment, as the functions read it. */
const described = (command: Command): Command =>
  command
    .addOption(new Option('--root <dir>', 'base of the storage').env('STORAGE_ROOT'))
    .addOption(new Option('--passwd <file>', 'accounts, in the format of passwd (default: those of the local stack)').env('IDENTITY_PASSWD'))
    .addOption(new Option('--group <file>', 'groups, in the format of group').env('IDENTITY_GROUP'))
    .addOption(new Option('--profile <name>', 'seed: 770 and 660; strict: 750 and 640').env('STORAGE_PROFILE').choices(['seed', 'strict']).default('seed'))
    .addOption(new Option('--public-owner <account>', 'owner of public/').env('PUBLIC_DIR_OWNER'))
    .option('--json', 'print one JSON object')

const settingsOf = ({ root, passwd, group, profile, publicOwner }: Options): ProvisionOptions => {
  if (!root) throw new AppError('INPUT_INVALID', 'La racine du stockage n’est pas connue : indiquez --root DIR ou STORAGE_ROOT.')
  const isLocal = passwd === undefined && group === undefined
  const owner = publicOwner ?? (isLocal ? 'user1' : undefined)
  return { base: root, passwd: passwd ?? IDENTITY_PASSWD, group: group ?? IDENTITY_GROUP, profile, ...(owner === undefined ? {} : { publicOwner: owner }) }
}

/** `sf storage provision|check`: the directories of upload §2.4. */
export const storageCommand = (): Command => {
  const storage = new Command('storage').description('Directories of the deposits: make them, compare them with what they should be')
  described(storage.command('provision').description('Make what is missing, mend what differs; files are never touched')).action(async (options: Options) => {
    const done = await provisionStorage(settingsOf(options))
    if (options.json) return void process.stdout.write(`${JSON.stringify({ directories: done })}\n`)
    for (const { path, done: what, intended } of done) process.stdout.write(`${what.padEnd(7)} ${path}${intended ? ` (owner not set: ${intended})` : ''}\n`)
  })
  described(storage.command('check').description('Print each difference; exit 5 when there is one'))
    .option('--repair', 'as root, apply the owners and modes that differ')
    .action(async (options: Options) => {
      const differences = await checkStorage({ ...settingsOf(options), ...(options.repair ? { repair: true } : {}) })
      if (options.json) process.stdout.write(`${JSON.stringify({ differences })}\n`)
      else for (const { path, expected, found } of differences) process.stdout.write(`${path}: ${found} instead of ${expected}\n`)
      if (differences.length > 0) process.exitCode = 5
    })
  return storage
}
