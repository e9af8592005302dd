import { access } from 'node:fs/promises'
import path from 'node:path'
import { CLIENT } from './accounts.ts'
import { directHandler, edgeHandler, type Listener } from './edge.ts'
import { pagesServer } from './pages.ts'
import type { Instance } from './runner/instance.ts'

type Doors = {
  edge: Listener
  direct: readonly [Listener, Listener]
  instances: ReadonlyMap<string, readonly Instance[]>
  root: string
  pages: string | false | undefined
  issuer: string
}

/** Gives the listeners what they answer: from now on the platform is reachable. */
export const openDoors = async ({ edge, direct, instances, root, pages, issuer }: Doors): Promise<void> => {
  const built = path.join(root, 'web', 'dist')
  const directory =
    pages === false
      ? undefined
      : (pages ??
        (await access(path.join(built, 'index.html')).then(
          () => built,
          () => undefined,
        )))
  const servePage = await pagesServer({ directory, headersFile: path.join(root, 'web', 'headers.json'), issuer, configuration: pageConfiguration(issuer) })
  edge.serve(edgeHandler(instances, servePage))
  const uploads = instances.get('upload') ?? []
  direct.forEach((listener, index) => {
    const instance = uploads[index]
    if (instance !== undefined) listener.serve(directHandler(instance))
  })
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
