/** What must hold whatever happens, on the whole platform: nothing shows before its list, no cut file deletes, bad input is told. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uploadFile } from '../../cli/tus-client.ts'
import { accountOf } from '../../localstack/accounts.ts'
import { tokenOf } from '../../localstack/pipeline.ts'
import type { SampleFile, SampleMonth } from '../../localstack/sample/index.ts'
import { stackDocument } from '../../localstack/stack-document.ts'
import { mintToken } from '../../localstack/tokens.ts'
import { type Platform, sampleMonths, startPlatform } from '../support/platform.ts'

const AGENT = 'agent.france.entiere'
/** A shard that no worker is told of: its SIREN stays in progress for ever. */
const NOBODYS_SHARD = 4095

let sample: Awaited<ReturnType<typeof sampleMonths>>
let platform: Platform
let first: SampleMonth
let second: SampleMonth

beforeAll(async () => {
  sample = await sampleMonths({ companies: 40, batches: 2 })
  const [one, two] = sample.months
  if (one === undefined || two === undefined) throw new Error('two months were asked for')
  first = one
  second = two
  // without its schedule, nobody rings the shard that holds the list back
  platform = await startPlatform({ schedules: false, concurrency: 1 })
})
afterAll(async () => {
  await platform?.close()
  await sample?.remove()
})

const until = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 1200; tries++) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`never: ${what}`)
}

/** Everything that the routes of datapi say to the agent who may see everything and follows an entreprise in alert, in one text. */
const everythingShown = async (): Promise<string> => {
  const token = await tokenOf(platform.stack, AGENT)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const scored = await platform.db.collection<{ siren: string; content: { level: number } }>('Scores').findOne({ 'content.level': { $gte: 1 } })
  if (scored === null) throw new Error('the sample has no alert')
  const raw = await platform.db.collection<{ _id: string; siren: string }>('RawData').findOne({ siren: scored.siren, _id: { $ne: scored.siren } })
  const values: Record<string, string> = { siren: scored.siren, siret: raw?._id ?? '', id: first.batch }
  const followed = await fetch(`${platform.stack.datapi}/follow/${raw?._id}`, { method: 'POST', headers, body: JSON.stringify({ category: 'detection' }) })
  expect([201, 204]).toContain(followed.status)
  const document = JSON.parse(await (await fetch(`${platform.stack.datapi}/openapi.json`)).text())
  const shown: string[] = []
  for (const [route, methods] of Object.entries<Record<string, unknown>>(document.paths)) {
    const address = `${platform.stack.edge}${route.startsWith('/api') ? '' : '/api'}${route.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? name)}`
    for (const method of Object.keys(methods)) {
      if (!['get', 'post'].includes(method) || route.includes('/follow/{siret}') || route.includes('depots')) continue
      const body =
        method === 'post' ? { body: JSON.stringify(route.includes('search') ? { search: scored.siren, ignoreZone: true, ignoreRoles: true } : {}) } : {}
      const answer = await fetch(address, { method: method.toUpperCase(), headers, ...body })
      shown.push(`${method} ${route} ${answer.status} ${await answer.text()}`)
    }
  }
  expect(shown.length).toBeGreaterThan(10)
  return shown.join('\n')
}

describe('a list that is building', () => {
  it('shows nowhere to an agent, and everywhere once it is published', async () => {
    const ledger = platform.db.collection<{ _id: string; [field: string]: unknown }>('Ledger')
    await ledger.insertOne({ _id: '000000000', shard: NOBODYS_SHARD, stage: 'publish', seq: 1, attempts: 0, batch: first.batch, stock: {}, at: new Date() })
    await platform.send(first.batch, first.files)
    await until('every other entreprise is published', async () => {
      const { stages, current } = await platform.status()
      return current?.opened === true && stages.publish === 1 && stages.refine + stages.detect === 0 && stages.done > 0
    })
    expect((await platform.status()).lists).toMatchObject([{ key: first.batch, state: 'building' }])
    const before = await everythingShown()
    for (const trace of ['Alerte seuil', 'Octobre 2025', 'logistique', '"score":0.', 'macro_expl', 'macroExpl']) expect(before).not.toContain(trace)

    await ledger.deleteOne({ _id: '000000000' })
    await platform.stack.fire('sweep')
    await platform.rest(first.batch)
    const after = await everythingShown()
    for (const trace of ['Alerte seuil', 'Octobre 2025']) expect(after).toContain(trace)
  })
})

describe('sf status --digest', () => {
  it('prints the digest of what the platform holds', async () => {
    const file = path.join(path.dirname(first.files[0]?.path ?? ''), 'stack.json')
    await writeFile(file, JSON.stringify(stackDocument(platform.stack)))
    const { stdout } = await promisify(execFile)(process.execPath, ['cli/main.ts', 'status', '--digest', '--json', '--stack', file])
    expect(JSON.parse(stdout)).toEqual(await platform.digest())
  })
})

describe('a debit file cut at a third of its size', () => {
  it('is parked for confirmation, deletes nothing and opens nothing; its partner confirms it', async () => {
    const debit = second.files.find(({ source }) => source === 'debit')
    if (debit === undefined) throw new Error('the sample has no debit file')
    const bytes = await readFile(debit.path)
    const cut = bytes.subarray(0, bytes.lastIndexOf('\n', bytes.length / 3) + 1)
    const cutPath = path.join(path.dirname(debit.path), `cut-${debit.name}`)
    await writeFile(cutPath, cut)
    const cutFile: SampleFile = { ...debit, path: cutPath, bytes: cut.length }
    const debts = (): Promise<number> =>
      platform.db.collection('RawData').countDocuments({ [`value.batch.${second.batch}.compact.delete.debit`]: { $exists: true } })

    const { deposited } = await platform.deposit(second.batch, [...second.files.filter((file) => file !== debit), cutFile])
    const status = await platform.status()
    const parked = status.deposits.find(({ state }) => state === 'confirmation')
    expect(parked).toMatchObject({ source: 'debit', batch: second.batch })
    expect(parked?.reason).toMatch(/^Le fichier ne nomme que \d+ des \d+ entreprises/)
    expect(status.current?.batch).toBe(first.batch)
    expect(await debts()).toBe(0)

    const id = deposited.find(({ source }) => source === 'debit')?.id
    const confirmation = await fetch(`${platform.stack.edge}/api/depots/${id}/confirmation`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokenOf(platform.stack, debit.partner)}` },
    })
    expect(confirmation.status).toBe(202)
    await until('the confirmed month opens', async () => (await platform.status()).current?.batch === second.batch)
    await platform.rest(second.batch)
    expect(await debts()).toBeGreaterThan(0)
  })
})

describe('bad input', () => {
  it.each([
    ['key', { wrongKey: true }],
    ['issuer', { claims: { iss: 'https://autre.example/realms/signaux-faibles' } }],
  ])('a token of another %s is refused with 401, by uploads, by deposits and by datapi', async (_, forged) => {
    const account = accountOf('partner1')
    if (account === undefined) throw new Error('no such account')
    const token = await mintToken(platform.stack.directory, { account, issuer: platform.stack.issuer, ...forged })
    const headers = { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0', 'upload-length': '3' }
    for (const [method, address] of [
      ['POST', '/files'],
      ['GET', '/api/depots'],
      ['GET', '/api/listes'],
    ] as const) {
      const answer = await fetch(`${platform.stack.edge}${address}`, { method, headers })
      expect([address, answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([address, 401, 'application/problem+json'])
    }
  })

  it('a file that is not what its metadata says is refused whole, with a sentence in French, and leaves nothing', async () => {
    const wrong = path.join(path.dirname(first.files[0]?.path ?? ''), 'wrong.csv')
    await writeFile(wrong, 'colonne;autre\n1;2\n')
    const { id } = await uploadFile({
      endpoint: `${platform.stack.edge}/files`,
      token: await tokenOf(platform.stack, 'partner1'),
      path: wrong,
      metadata: { filename: 'wrong.csv', typeSignauxFaibles: 'debit', batch: second.batch },
    })
    await until('the deposit is refused', async () => (await platform.status()).deposits.some(({ deposit, state }) => deposit === id && state === 'rejected'))
    const answer = await platform.get(`/api/depots/${id}`, 'partner1')
    expect(answer).toMatchObject({
      status: 200,
      body: { state: 'rejected', reason: expect.stringMatching(/^Ce n’est pas un fichier « debit » : la colonne « .+ » est absente/) },
    })
    expect(await platform.db.collection('ImportedData').countDocuments({ deposit: id })).toBe(0)
    expect(await platform.db.collection('ImportResults').countDocuments({ deposit: id })).toBe(0)
  })
})
