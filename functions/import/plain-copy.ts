import { createHash } from 'node:crypto'
import type { DepositFiles } from '../../shared/domain/deposit/files.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { ImportDocument } from '../../shared/domain/spine/documents.ts'
import { isSourceName, type Source, sourceOf } from '../../shared/sources/index.ts'
import { toPlainCsv } from '../../shared/sources/plain.ts'
import { FILTRE } from '../../shared/sources/rows-of-file.ts'
import type { ReaderOptions } from './reader.ts'

/** The error of a file that is not what it claims to be; the sentence is for the partner. */
export const refuse = (sentence: string): AppError => new AppError('FILE_NOT_WHAT_IT_CLAIMS', sentence)

/** The source of a deposit, or the shape of a perimeter file. */
export const shapeOf = (source: string): Pick<Source, 'container' | 'dialect'> => (isSourceName(source) ? sourceOf(source) : FILTRE)

/** The bytes as they pass; throws at the end if they are not those that were received: a partner may write in a published file. */
export async function* verified(bytes: AsyncIterable<Uint8Array>, document: ImportDocument): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of bytes) {
    hash.update(chunk)
    size += chunk.length
    yield chunk
  }
  if (size !== document.size) throw refuse(`Le fichier déposé comptait ${document.size} octets, il en compte ${size} : il a été modifié depuis son dépôt.`)
  if (hash.digest('hex') !== document.sha256) throw refuse('Le contenu du fichier n’est plus celui qui a été déposé : son empreinte a changé.')
}

/** The plain CSV of a deposit: the deposit itself, or its copy under `work/`; of a range, its bytes alone. */
export const openPlain = (
  files: DepositFiles,
  document: Pick<ImportDocument, 'deposit'>,
  work: string | undefined,
  range?: { start: number; end: number },
): AsyncIterable<Uint8Array> => {
  const bytes = range === undefined ? undefined : { start: range.start, end: range.end - 1 }
  return work === undefined ? files.open(document.deposit, bytes) : files.work.open(work, bytes)
}

/** The name under `work/` of the plain copy of a deposit. */
export const copyName = ({ deposit }: Pick<ImportDocument, 'deposit'>): string => `${deposit}.csv`

/** A copy under `work/` that nobody has made anew for this long is removed: those of mappings, which other deposits read, and those of workers that died. */
const STALE_MS = 7 * 24 * 3600_000

export const removeStaleCopies = async ({ files, now = () => new Date() }: Pick<ReaderOptions, 'files' | 'now'>): Promise<void> => {
  const stale = now().getTime() - STALE_MS
  for await (const { name, modifiedAt } of files.work.list()) if (modifiedAt.getTime() < stale) await files.work.remove(name)
}

/**
 * Writes a copy under `work/`, within the room that all copies have together, once those that have grown old are gone. Refuses a file that has not enough of it
 * by itself, such as an archive made to grow; throws `STORAGE_FULL` when others take it: the message comes back.
 */
export const writeCopy = async (options: ReaderOptions, name: string, bytes: AsyncIterable<Uint8Array>): Promise<{ bytes: number }> => {
  const { files, workBytes } = options
  if (workBytes === undefined) return files.work.write(name, bytes)
  await removeStaleCopies(options)
  let others = 0
  for await (const copy of files.work.list()) if (copy.name !== name) others += copy.bytes
  return files.work.write(name, bounded(bytes, workBytes, others))
}

async function* bounded(bytes: AsyncIterable<Uint8Array>, room: number, others: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.length
    if (size > room) throw refuse(`Une fois décompressé et converti, le fichier dépasse ${room} octets.`)
    if (size + others > room) throw new AppError('STORAGE_FULL', `the copies under work/ take ${others} of ${room} bytes`)
    yield chunk
  }
}

/**
 * Makes the plain copy of a deposit again when it is no longer there: it is removed once the deposit has settled, and a later run needs it. The bytes are
 * verified again, so that the copy is the one that was planned.
 */
export const ensurePlain = async (options: ReaderOptions, document: ImportDocument): Promise<void> => {
  const { files } = options
  const { plan } = document
  if (plan?.work === undefined || (await isThere(files, plan.work))) return
  for await (const _ of verified(files.open(document.deposit), document));
  const { bytes } = await toPlainCsv(shapeOf(document.source), () => files.open(document.deposit), document.filename, options.workBytes)
  const written = await writeCopy(options, plan.work, bytes)
  if (written.bytes !== plan.bytes)
    throw refuse(`La copie du fichier fait ${written.bytes} octets au lieu de ${plan.bytes} : il a été modifié depuis son dépôt.`)
}

const isThere = async (files: DepositFiles, name: string): Promise<boolean> => {
  try {
    for await (const _ of files.work.open(name, { start: 0, end: 0 })) break
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'FILE_MISSING') return false
    throw error
  }
}
