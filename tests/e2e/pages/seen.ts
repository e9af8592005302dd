/** What a person would see of a page: its rows, its charts, and what must hold in every state. */
import path from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { accessibilityFaults, fitsNarrowScreen } from '../../support/browser.ts'

/** Directory that receives a picture of every state of the pages, for a person to look at. */
export const PICTURES = process.env.PAGES_PICTURES

export const sirets = (page: Page): Promise<(string | null)[]> =>
  page.getByTestId('ligne').evaluateAll((found) => found.map((row) => (row as { getAttribute(name: string): string | null }).getAttribute('data-siret')))

/** The pages move by themselves: waits until what is asked holds. */
export const eventually = <Value>(read: () => Promise<Value>) => expect.poll(read, { timeout: 60_000 })

/** Waits for the rows, since the pages ask for them by themselves. */
export const showsRows = (page: Page, expected: readonly { siret: string }[]): Promise<void> =>
  eventually(() => sirets(page)).toEqual(expected.map(({ siret }) => siret))

/** What must hold in every state of every page: the accessibility rules, and the narrowest screen. */
export const holds = async (page: Page, state: string): Promise<void> => {
  if (PICTURES !== undefined) await page.screenshot({ path: path.join(PICTURES, `${state}.png`), fullPage: true })
  expect([state, await accessibilityFaults(page)]).toEqual([state, []])
  const look = async (): Promise<void> => {
    if (PICTURES !== undefined) await page.screenshot({ path: path.join(PICTURES, `${state}-320.png`), fullPage: true })
  }
  expect([state, await fitsNarrowScreen(page, look)]).toEqual([state, true])
}

export const chart = async (page: Page, name: string): Promise<string[][]> => {
  const figure = page.getByTestId(name)
  await figure.locator('canvas').waitFor()
  await figure.locator('summary').click()
  const lines = await figure.locator('tbody tr').all()
  return Promise.all(lines.map((line) => line.locator('th, td').allTextContents()))
}

/** The number that a text of the pages shows, whatever separates its thousands. */
export const numberIn = (text = ''): number =>
  Number(
    text
      .replace('−', '-')
      .replace(',', '.')
      .replace(/[^\d.-]/g, ''),
  )
