import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Command } from 'commander'
import { accountOf } from '../../localstack/accounts.ts'
import { mintToken } from '../../localstack/tokens.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { checkFiles } from '../arguments.ts'
import { deviceTokens } from '../device-flow.ts'
import { print } from '../output.ts'
import { type ResumeFiles, resumeFiles } from '../resume-file.ts'
import { readStackFile, type StackFile } from '../stack-file.ts'
import { uploadFile } from '../tus-client.ts'

type Options = {
  to?: string
  private?: true
  type?: string
  batch?: string
  replaces?: string[]
  complete?: true
  tokenFile?: string
  as?: string
  issuer?: string
  client: string
  restart?: true
  stack?: string
  json?: true
}

/** What was sent: `resumedAt` is where a deposit that had been begun was continued, in bytes. */
type Sent = { file: string; id: string; url: string; bytes: number; sent: number; seconds: number }

const collect = (value: string, previous: string[] | undefined): string[] => [...(previous ?? []), value]

/** `sf upload`: deposits files as a partner does, with a real tus client. */
export const uploadCommand = (): Command =>
  new Command('upload')
    .description('deposit files; a command that was interrupted goes on where it stopped')
    .argument('<file...>', 'files to deposit')
    .option('--to <url>', 'address of the collection, …/files (default: the running stack)')
    .option('--private', 'in the partner’s own directory (default: public)')
    .option('--type <source>', 'source, when the name of the file does not say it')
    .option('--batch <AAMM>', 'month of the data (default: that of the deposit)')
    .option('--replaces <id>', 'an earlier deposit that this one replaces (may be repeated)', collect)
    .option('--complete', 'say that a stock file is complete, however few enterprises it names')
    .option('--token-file <file>', 'file of an access token, read again for each request (or SF_TOKEN)')
    .option('--as <account>', 'account of the local stack')
    .option('--issuer <url>', 'identity provider, to sign in from another device (or SF_ISSUER)')
    .option('--client <id>', 'client of the identity provider', process.env.SF_CLIENT ?? 'signauxfaibles')
    .option('--restart', 'send from the beginning, whatever was sent before')
    .option('--stack <file>', 'file of the running stack')
    .option('--json', 'one JSON object')
    .action(async (files: string[], options: Options) => {
      await checkFiles(files)
      const stack = options.to === undefined || options.as !== undefined ? await readStackFile(options.stack) : undefined
      const endpoint = options.to ?? (stack?.edge === undefined ? undefined : `${stack.edge}/files`)
      if (endpoint === undefined) throw new AppError('STACK_NOT_FOUND', 'Cette plateforme n’a pas d’adresse de dépôt : indiquez --to.')
      const token = await tokenSource(options, stack)
      const kept = resumeFiles()
      const done: Sent[] = []
      for (const file of files) done.push(await send({ file, endpoint, token, kept, options }))
      print(options.json, { deposits: done }, () => done.map(sentLine))
    })

/** A file that was sent whole already is not deposited again, were that deposit withdrawn since: the person must know. */
export const sentLine = ({ file, id, bytes, sent, seconds }: Omit<Sent, 'url'>): string =>
  sent === 0 && bytes > 0
    ? `${file} → ${id} (déjà déposé : rien n’est envoyé ; --restart le dépose à nouveau)`
    : `${file} → ${id} (${megabytes(sent)} envoyés sur ${megabytes(bytes)}, ${speedOf(sent, seconds)})`

/** The first of: a file, the environment, an account of the local stack, another device. */
const tokenSource = async ({ tokenFile, as, issuer, client }: Options, stack: StackFile | undefined): Promise<string | (() => Promise<string>)> => {
  if (tokenFile !== undefined) {
    return async () => {
      const text = await readFile(tokenFile, 'utf8').catch((cause) => {
        throw new AppError('FILE_MISSING', `${tokenFile} ne peut pas être lu.`, { cause })
      })
      return text.trim()
    }
  }
  const given = process.env.SF_TOKEN
  if (given) return given
  if (as !== undefined) {
    const account = accountOf(as)
    if (account === undefined) throw new AppError('INPUT_INVALID', `Le compte ${as} n’existe pas.`)
    const { issuer: local, directory } = stack ?? {}
    if (local === undefined || directory === undefined) throw new AppError('STACK_NOT_FOUND', 'Cette plateforme n’a pas d’émetteur local.')
    return () => mintToken(directory, { account, issuer: local })
  }
  const provider = issuer ?? process.env.SF_ISSUER
  if (!provider) throw new AppError('TOKEN_MISSING', 'Aucun jeton : indiquez --token-file, --as ou --issuer.')
  return deviceTokens({ issuer: provider, client, say: (line) => void process.stderr.write(`${line}\n`) })
}

type Sending = { file: string; endpoint: string; token: string | (() => Promise<string>); kept: ResumeFiles; options: Options }

const send = async ({ file, endpoint, token, kept, options }: Sending): Promise<Sent> => {
  const sending = { endpoint, space: spaceOf(typeof token === 'string' ? token : await token()), file, metadata: metadataOf(file, options) }
  const resume = options.restart ? undefined : await kept.find(sending).catch(() => undefined)
  const show = progressOn(path.basename(file))
  const startedAt = Date.now()
  let first: number | undefined
  const keeping: Promise<void>[] = []
  const { id, url, bytes } = await uploadFile({
    endpoint,
    token,
    path: file,
    metadata: sending.metadata,
    ...(resume === undefined ? {} : { resume }),
    onAddress: (address) => void keeping.push(kept.keep(sending, address)),
    onProgress: (sent, total) => {
      first ??= sent
      show(sent, total, (sent - first) / Math.max(1, Date.now() - startedAt))
    },
  })
  await Promise.all(keeping)
  show.end()
  const already = resume === undefined ? 0 : (first ?? bytes)
  return { file, id, url, bytes, sent: bytes - already, seconds: (Date.now() - startedAt) / 1000 }
}

const metadataOf = (file: string, options: Options): Record<string, string> => ({
  filename: path.basename(file),
  private: String(options.private ?? false),
  ...(options.type === undefined ? {} : { typeSignauxFaibles: options.type }),
  ...(options.batch === undefined ? {} : { batch: options.batch }),
  ...(options.replaces === undefined ? {} : { replaces: options.replaces.join(',') }),
  ...(options.complete ? { complete: 'true' } : {}),
})

/** The space that a token gives, read without verification: it only keeps two partners' unfinished deposits apart on this machine. */
const spaceOf = (token: string): string => {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    const claims = typeof payload === 'object' && payload !== null ? payload : {}
    return 'goup-path' in claims ? String(claims['goup-path']) : 'goup_path' in claims ? String(claims.goup_path) : ''
  } catch {
    return ''
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} Mo`
const speedOf = (bytes: number, seconds: number): string => `${(bytes / 1e6 / Math.max(0.001, seconds)).toFixed(1)} Mo/s`

/** One line that is written over on a terminal; a line per tenth elsewhere. */
const progressOn = (name: string) => {
  const isTerminal = process.stderr.isTTY
  let shown = -1
  const show = (sent: number, total: number, bytesPerMs: number) => {
    const percent = total === 0 ? 100 : Math.floor((100 * sent) / total)
    const step = isTerminal ? percent : Math.floor(percent / 10)
    if (step === shown) return
    shown = step
    process.stderr.write(
      `${isTerminal ? '\r' : ''}${name} ${percent} % de ${megabytes(total)}, ${((bytesPerMs * 1000) / 1e6).toFixed(1)} Mo/s${isTerminal ? '   ' : '\n'}`,
    )
  }
  return Object.assign(show, { end: () => void (isTerminal && shown >= 0 && process.stderr.write('\n')) })
}
