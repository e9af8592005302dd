/** Visits of the built pages in a real browser: one Chromium for a file of tests, one context (cookies, storage) per visit. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
export const WIDE = { width: 1280, height: 800 }
export const NARROW = { width: 320, height: 700 }

/** The browser named by `CHROMIUM_PATH`, else the packaged one, which needs nothing of the machine. */
export const startChromium = async (): Promise<Browser> => {
  const before = { ...process.env }
  try {
    // Read when the package is imported: it then brings the libraries and the font that a bare machine does not have.
    process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs24.x'
    const { default: packaged } = await import('@sparticuz/chromium')
    const executablePath = process.env.CHROMIUM_PATH || (await packaged.executablePath())
    return await chromium.launch({ executablePath, args: FLAGS, env: { ...process.env } })
  } finally {
    // The libraries are for the browser alone: the services of a test start from the same environment.
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
}

export type VisitOptions = {
  /** Origin of the pages; a relative address is of this origin. */
  edge: string
  /** Origin of the identity provider: the only other one that a page may call. */
  issuer: string
  timezoneId?: string
  /** Console messages that the scenario provokes, such as the line of the browser for an answer 401. */
  expected?: readonly RegExp[]
}

export type Visit = {
  page: Page
  context: BrowserContext
  /** What no visit may do: errors of the console or of a page, violations of the policy, calls of another origin. */
  troubles: string[]
  /** Bodies of the answers of the API so far. */
  answers(): Promise<string>
  close(): Promise<void>
}

export const startVisit = async (browser: Browser, { edge, issuer, timezoneId = 'Europe/Paris', expected = [] }: VisitOptions): Promise<Visit> => {
  const context = await browser.newContext({ baseURL: edge, locale: 'fr-FR', timezoneId, viewport: WIDE, reducedMotion: 'reduce' })
  const troubles: string[] = []
  const bodies: Promise<string>[] = []
  const note = (kind: string, text: string): void => {
    if (!expected.some((pattern) => pattern.test(text))) troubles.push(`${kind}: ${text}`)
  }
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') note(message.type(), `${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => note('uncaught', String(error.error().stack ?? error.error())))
  context.on('request', (request) => {
    if (!isOurs(request, [edge, issuer])) note('outside', `${request.method()} ${request.url()}`)
  })
  context.on('response', (response) => {
    if (new URL(response.url()).pathname.startsWith('/api/')) bodies.push(response.text().catch(() => ''))
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  return { page, context, troubles, answers: async () => (await Promise.all(bodies)).join('\n'), close: () => context.close() }
}

const isOurs = (request: Request, origins: readonly string[]): boolean => {
  const { protocol, origin } = new URL(request.url())
  return protocol === 'data:' || protocol === 'blob:' || origins.includes(origin)
}

/** Opens `address` without a session and chooses `account` on the page of the local provider, which brings back to the pages. */
export const signIn = async (page: Page, account: string, address = '/'): Promise<void> => {
  await page.goto(address)
  await page.locator(`button[name="account"][value="${account}"]`).click()
  await page.getByRole('main').waitFor()
}

export const acceptCharter = async (page: Page): Promise<void> => {
  await page.getByTestId('charte-case').check()
  await page.getByTestId('charte-continuer').click()
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']
let axe: Promise<string> | undefined

/** Violations of the accessibility rules in the present state of the page, one line each. */
export const accessibilityFaults = async (page: Page): Promise<string[]> => {
  axe ??= readFile(path.join(path.dirname(createRequire(import.meta.url).resolve('axe-core/package.json')), 'axe.min.js'), 'utf8')
  // The policy of the pages refuses a script element: the protocol of the browser evaluates it (web §7).
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(await axe)
  return page.evaluate<string[]>(`axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] }).then(({ violations }) =>
    violations.map(({ id, impact, nodes }) => impact + ' ' + id + ' ' + nodes.map(({ target }) => target.join(' ')).join(' | ')))`)
}

const SETTLED_MS = 5000

/** True when nothing asks for a sideways scroll of the page on the narrowest screen (web §5.7). `look` sees it so; the width is put back. */
export const fitsNarrowScreen = async (page: Page, look?: () => Promise<void>): Promise<boolean> => {
  const before = page.viewportSize() ?? WIDE
  await page.setViewportSize(NARROW)
  // Charts follow the width of the page a few frames later.
  const fits = await page.evaluate<boolean>(`new Promise((resolve) => {
    const end = performance.now() + ${SETTLED_MS}
    const measure = () => {
      const fits = document.documentElement.scrollWidth <= ${NARROW.width}
      fits || performance.now() > end ? resolve(fits) : requestAnimationFrame(measure)
    }
    requestAnimationFrame(measure)
  })`)
  await look?.()
  await page.setViewportSize(before)
  return fits
}
