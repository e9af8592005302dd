/** The built pages on the whole platform, as agents and partners use them (web §7). One platform for all: starting it is what takes time. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeAgents } from './pages/agents.ts'
import { describePartner } from './pages/partner.ts'
import { describeRights } from './pages/rights.ts'
import { pagesWorld, ROOT } from './pages/world.ts'

const world = pagesWorld()

describe('what is served', () => {
  it('has the headers of web/headers.json on pages, assets and configuration, and no page hides an answer of the API', async () => {
    const { edge, issuer } = world.platform.stack
    const { all } = JSON.parse((await readFile(path.join(ROOT, 'web/headers.json'), 'utf8')).replaceAll('{issuer}', issuer)) as { all: Record<string, string> }
    const html = await (await fetch(edge)).text()
    const asset = /src="(\/assets\/[^"]+)"/.exec(html)![1]!
    for (const [address, cache] of [
      ['/', 'no-cache'],
      [`/etablissements/${world.rows[0]!.siret}`, 'no-cache'],
      ['/config.json', 'no-store'],
      [asset, 'public, max-age=31536000, immutable'],
    ]) {
      const { status, headers } = await fetch(`${edge}${address}`)
      expect([address, status, headers.get('cache-control')]).toEqual([address, 200, cache])
      for (const [name, value] of Object.entries(all)) expect([address, name, headers.get(name)]).toEqual([address, name, value])
    }
    expect(all['Content-Security-Policy']).toMatch(/^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'.*require-trusted-types-for 'script'$/)
    expect((await fetch(`${edge}/api/etablissement/get/${world.rows[0]!.siret}`)).status).toBe(401)
    expect((await fetch(`${edge}/assets/none.js`)).status).toBe(404)
  })
})

describeRights(world)
describeAgents(world)
describePartner(world)
