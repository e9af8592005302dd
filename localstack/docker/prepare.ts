import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { realm } from './realm.ts'

/** Writes what docker-compose.yml mounts: the realm of Keycloak, for the pages at the given origins. */
const origins = process.argv.slice(2)
const directory = path.resolve(import.meta.dirname, '..', '..', '.local', 'docker')
await mkdir(directory, { recursive: true })
await writeFile(
  path.join(directory, 'realm.json'),
  JSON.stringify(realm(origins.length === 0 ? ['http://localhost:3000', 'http://localhost:5173'] : origins), undefined, 2),
)
process.stdout.write(`${path.join('.local', 'docker', 'realm.json')}\n`)
