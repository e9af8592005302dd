import { Command } from 'commander'
import * as z from 'zod'
import { ACCOUNTS, accountOf } from '../../localstack/accounts.ts'
import { mintToken } from '../../localstack/tokens.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { readStackFile } from '../stack-file.ts'

type Options = { as: string; claims?: string; expired?: true; wrongKey?: true; stack?: string; json?: true }

/** `sf token`: a token of the local issuer, for tests and for people with curl. Printed alone on the standard output. */
export const tokenCommand = (): Command =>
  new Command('token')
    .description('print an access token of the local issuer')
    .requiredOption('--as <account>', `account: ${ACCOUNTS.map(({ username }) => username).join(', ')}`)
    .option('--claims <json>', 'object merged over the claims of the account; a null removes one')
    .option('--expired', 'a token that expired an hour ago')
    .option('--wrong-key', 'a token whose signature does not match the issuer’s key')
    .option('--stack <file>', 'file of the running stack')
    .option('--json', 'one JSON object')
    .action(async (options: Options) => {
      const token = await tokenFor(options)
      process.stdout.write(`${options.json ? JSON.stringify({ account: options.as, token }) : token}\n`)
    })

const tokenFor = async ({ as, claims, expired, wrongKey, stack }: Options): Promise<string> => {
  const account = accountOf(as)
  if (account === undefined)
    throw new AppError('INPUT_INVALID', `Le compte ${as} n’existe pas. Comptes : ${ACCOUNTS.map(({ username }) => username).join(', ')}.`)
  const { issuer, directory } = await readStackFile(stack)
  if (issuer === undefined || directory === undefined) throw new AppError('STACK_NOT_FOUND', 'Cette plateforme n’a pas d’émetteur local.')
  return mintToken(directory, { account, issuer, claims: parseClaims(claims), expired: expired ?? false, wrongKey: wrongKey ?? false })
}

const Claims = z.record(z.string(), z.unknown())

const parseClaims = (text: string | undefined): Record<string, unknown> => {
  if (text === undefined) return {}
  try {
    return Claims.parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError('INPUT_INVALID', '--claims attend un objet JSON.', { cause })
  }
}
