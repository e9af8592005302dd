import { access, readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod'
import { CLIENT } from './accounts.ts'
import type { PageHeaders, PagesOptions } from './pages.ts'

/** `pages` is the directory of the built ones, or false; by default `web/dist`, if they have been built. */
export const pagesOptions = async ({ root, pages, issuer }: { root: string; pages: string | false | undefined; issuer: string }): Promise<PagesOptions> => {
  const built = path.join(root, 'web', 'dist')
  const isBuilt = await access(path.join(built, 'index.html')).then(
    () => true,
    () => false,
  )
  const directory = pages === false ? undefined : (pages ?? (isBuilt ? built : undefined))
  return { directory, headers: await pageHeaders(path.join(root, 'web', 'headers.json'), issuer), configuration: pageConfiguration(issuer) }
}

const Headers = z.object({ all: z.record(z.string(), z.string()), cache: z.record(z.string(), z.string()) })

/** The headers of production, with the address of the issuer; none where the file is not there. */
export const pageHeaders = async (file: string, issuer: string): Promise<PageHeaders> => {
  const text = await readFile(file, 'utf8').catch(() => '{"all":{},"cache":{}}')
  return Headers.parse(JSON.parse(text.replaceAll('{issuer}', issuer)))
}

/** `config.json` of the pages (web §6.3). */
const pageConfiguration = (issuer: string) => ({
  environnement: 'local',
  api: '/api',
  depot: { url: '/files', morceau: 4_194_304, remplacerPatch: false },
  oidc: { emetteur: issuer, client: CLIENT },
  contact: 'contact@example.org',
  version: 'local',
  bandeaux: [],
})
