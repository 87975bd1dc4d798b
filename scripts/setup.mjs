// Makes a fresh clone ready: its packages and a helm, and the tools that are named as arguments;
// a name that is none of tools.mjs is a program that the machine has to have.
// Runs before `npm test`, `npm run demo` and the like, on Node 20 or newer, without any package.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ensureTool } from './ensure-tool.mjs'
import { downloadAhead } from './go-build.mjs'
import { findHelm, isOnPath, say, TOOLS, toolOf, toolPath } from './tools.mjs'

const root = join(import.meta.dirname, '..')

try {
  installPackages()
  const names = process.argv.slice(2)
  await ensureAll(findHelm() ? names : ['helm', ...names])
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

/** @param {readonly string[]} names */
async function ensureAll(names) {
  const missing = names.filter((name) => name in TOOLS && !existsSync(toolPath(name)))
  const [, ...later] = new Set(missing)
  const ahead = downloadAhead(later.map(toolOf).filter((tool) => !tool.download))
  try {
    for (const name of names) await (name in TOOLS ? ensureTool(name) : requireProgram(name))
  } finally {
    await ahead.stop()
  }
}

/** `npm ci`, when node_modules is missing or older than the lockfile. */
function installPackages() {
  const installed = join(root, 'node_modules/.package-lock.json')
  const isCurrent =
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
  if (isCurrent) return
  say('installing packages with npm ci; this takes about half a minute')
  const npm = process.env['npm_execpath']
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []]
  const { status } = spawnSync(command, [...args, 'ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit']
  })
  if (status !== 0) throw new Error('`npm ci` failed')
}

/** @param {string} name */
function requireProgram(name) {
  if (!isOnPath(name)) throw new Error(`${name} is needed; on Debian: apt-get install ${name}`)
}
