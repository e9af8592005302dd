// Installs the dependencies when they are missing or do not match the lockfile, so that `npm start` and `npm test` are one
// command each on a fresh clone. Runs on whatever Node started npm (20 or later): only node:* here, and no TypeScript.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE = 20
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const stampFile = join(root, 'node_modules', '.stamp')

const read = (file) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const fail = (message) => {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

// Native packages depend on the machine: a folder copied from another one does not count as installed.
const stampOf = () => {
  const hash = createHash('sha256')
  for (const name of ['package.json', 'package-lock.json']) hash.update(read(join(root, name))).update('\0')
  return hash.update(`${process.platform}-${process.arch}`).digest('hex')
}

// After `npm install` by hand nothing is missing although the stamp is old: npm keeps its own account of what it installed.
const isInstalled = () => {
  try {
    const wanted = JSON.parse(read(join(root, 'package-lock.json'))).packages
    const found = JSON.parse(read(join(root, 'node_modules', '.package-lock.json'))).packages
    return Object.entries(wanted).every(
      ([path, { version, optional }]) => path === '' || (found[path] === undefined ? optional === true : found[path].version === version),
    )
  } catch {
    return false
  }
}

const major = Number(process.versions.node.split('.')[0])
if (major < OLDEST_NODE) fail(`Node ${OLDEST_NODE} or later is needed to install; this is ${process.version}.`)

const stamp = stampOf()
if (read(stampFile).trim() !== stamp && isInstalled()) writeFileSync(stampFile, `${stamp}\n`)
else if (read(stampFile).trim() !== stamp) {
  const npm = process.env.npm_execpath
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
  process.stderr.write('Installing the dependencies (a minute or two, once)…\n')
  // The warnings are about packages that ask for a newer Node than the one that installs: they run on the one that is installed.
  const { status, error } = spawnSync(command, [...first, 'ci'], {
    cwd: root,
    // The output of npm is not that of the command: `npm start -- --json` prints one object.
    stdio: ['ignore', 2, 2],
    env: { ...process.env, npm_config_loglevel: 'error', npm_config_ignore_scripts: 'false' },
    shell: npm === undefined && process.platform === 'win32',
  })
  if (error !== undefined || status !== 0) fail(`npm ci failed${error === undefined ? '' : `: ${error.message}`}`)
  writeFileSync(stampFile, `${stamp}\n`)
}
