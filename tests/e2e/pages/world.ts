/** What the scenarios of the pages share: one platform with a published list, one browser, and the visits of the current test. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { tokenOf } from '../../../localstack/pipeline.ts'
import { buildPages } from '../../../localstack/web-build.ts'
import { acceptCharter, signIn, startChromium, startVisit, type Visit, type VisitOptions } from '../../support/browser.ts'
import { type Platform, sampleMonths, startPlatform } from '../../support/platform.ts'
import { PICTURES } from './seen.ts'

export const ROOT = path.resolve(import.meta.dirname, '../../..')
export const NATIONAL = 'agent.france.entiere'

export type Row = { siren: string; siret: string; departement: string; raison_sociale: string; alert: string; dernier_effectif_entreprise: number }

export type World = {
  platform: Platform
  /** The month whose list is published. */
  batch: string
  /** The list without filter, as the agent who may see everything reads it from the API. */
  rows: readonly Row[]
  /** Directory for the files that partners deposit. */
  files: string
  visit(options?: Partial<VisitOptions>): Promise<Visit>
  /** Signs in as `account` at `address` and accepts the charter. */
  enter(account: string, address?: string, options?: Partial<VisitOptions>): Promise<Visit>
  ask(account: string, method: string, route: string, body?: unknown): Promise<Response>
  listOf(account: string, body?: object): Promise<Row[]>
}

/** Starts the world before the first test and stops it after the last; no visit of a test may have caused trouble. Its fields are there when tests run. */
export const pagesWorld = (): World => {
  const world = {} as World
  const opened: { browser?: Browser; sample?: Awaited<ReturnType<typeof sampleMonths>> } = {}
  let visits: Visit[] = []

  beforeAll(async () => {
    const building = buildPages(ROOT)
    const launching = startChromium()
    world.files = await mkdtemp(path.join(tmpdir(), 'pages-'))
    opened.sample = await sampleMonths({ companies: 40 })
    await building
    world.platform = await startPlatform({ pages: path.join(ROOT, 'web/dist'), concurrency: 1 })
    opened.browser = await launching
    const month = opened.sample.months[0]!
    world.batch = month.batch
    const { idle } = await world.platform.deposit(month.batch, month.files)
    expect(idle.stuck).toBe(false)
    world.rows = await world.listOf(NATIONAL)
    expect(world.rows.length).toBeGreaterThan(4)
  })
  afterAll(async () => {
    await opened.browser?.close()
    await world.platform?.close()
    await opened.sample?.remove()
    if (world.files !== undefined) await rm(world.files, { recursive: true, force: true })
  })

  beforeEach(() => {
    visits = []
  })
  afterEach(async ({ task }) => {
    for (const { page, troubles, close } of visits) {
      if (task.result?.state === 'fail' && PICTURES !== undefined) await page.screenshot({ path: path.join(PICTURES, `failed-${task.id}.png`) })
      await close()
      expect(troubles).toEqual([])
    }
  })

  const visit = async (options: Partial<VisitOptions> = {}): Promise<Visit> => {
    const started = await startVisit(opened.browser!, { edge: world.platform.stack.edge, issuer: world.platform.stack.issuer, ...options })
    visits.push(started)
    return started
  }

  const enter = async (account: string, address = '/', options: Partial<VisitOptions> = {}): Promise<Visit> => {
    const started = await visit(options)
    await signIn(started.page, account, address)
    await acceptCharter(started.page)
    return started
  }

  const ask = async (account: string, method: string, route: string, body?: unknown): Promise<Response> =>
    fetch(`${world.platform.stack.edge}/api${route}`, {
      method,
      headers: { authorization: `Bearer ${await tokenOf(world.platform.stack, account)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  const listOf = async (account: string, body = {}): Promise<Row[]> => {
    const answer = await ask(account, 'POST', `/scores/liste/${world.batch}`, body)
    return answer.status === 204 ? [] : ((await answer.json()) as { scores: Row[] }).scores
  }

  return Object.assign(world, { visit, enter, ask, listOf })
}
