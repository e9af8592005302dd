import { spawn } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { exitOf } from './processes.ts'

/** Builds the pages if they are older than their sources. Throws with the end of the build's output when it fails. */
export const buildPages = async (root: string): Promise<'built' | 'fresh'> => {
  const web = path.join(root, 'web')
  const built = await modifiedAt(path.join(web, 'dist', 'index.html'))
  if (built > 0 && built > (await newest(web))) return 'fresh'
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  // Whoever asks may have another NODE_ENV, which would put the development build of the framework in the pages.
  const env = { ...process.env, NODE_ENV: 'production' }
  const child = spawn(process.execPath, [vite, 'build', 'web', '--logLevel', 'warn'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000)
    })
  }
  const ended = await exitOf(child)
  if (ended !== '0') throw new Error(`the pages could not be built (${ended}):\n${output}`)
  return 'built'
}

const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'headers.json']

const newest = async (web: string): Promise<number> => {
  let latest = 0
  for (const source of SOURCES) {
    latest = Math.max(latest, await modifiedAt(path.join(web, source)))
    const entries = await readdir(path.join(web, source), { recursive: true }).catch(() => [])
    for (const entry of entries) latest = Math.max(latest, await modifiedAt(path.join(web, source, entry)))
  }
  return latest
}

const modifiedAt = (file: string): Promise<number> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
