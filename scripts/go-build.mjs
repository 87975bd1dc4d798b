// Builds programs with Go, each as the tool of a throw-away module: this works with module mirrors that answer no version
// lists, and Go checks everything against its checksum database.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { execute } from './execute.mjs'
import { isOnPath, say, toolsFolder } from './tools.mjs'

/** @typedef {import('./tools.mjs').Tool} Tool */
/** @typedef {import('./tools.mjs').GoSource} GoSource */

/** Without what debuggers read: a tenth less to compile, and programs of two thirds the size. */
const WITHOUT_DEBUGGING = ['-ldflags=-s', '-gcflags=all=-dwarf=false']

/**
 * The folder of the program that was built.
 * @param {Tool} tool
 * @param {string} work
 */
export async function buildWithGo({ program, version, go }, work) {
  if (!go) throw new Error(`there is no way to get ${program} ${version}`)
  if (!isOnPath('go')) {
    throw new Error(`${program} ${version} is needed: install it, or Go to build it with`)
  }
  say(`building ${program} ${version} with Go; on two cores this takes ${go.duration}`)
  const out = join(work, 'out')
  const module = await makeModule({ go, version, work })
  const args = ['build', ...WITHOUT_DEBUGGING, '-o', join(out, program), go.package]
  await runGo(args, { cwd: module })
  return out
}

/**
 * Has Go download what tools are built from, one after the other, while others are built: for cosign that is 1.8 GB, and
 * a third of its time. Nobody waits for it, and what it cannot get, the build asks for once more.
 * @param {readonly Tool[]} tools
 * @returns {{ stop(): Promise<void> }}
 */
export function downloadAhead(tools) {
  const ended = new AbortController()
  const all = isOnPath('go') ? downloadAll(tools, ended.signal) : Promise.resolve()
  const stop = () => {
    ended.abort()
    return all
  }
  return { stop }
}

/**
 * @param {readonly Tool[]} tools
 * @param {AbortSignal} signal
 */
async function downloadAll(tools, signal) {
  for (const { go, version } of tools) {
    if (!go || signal.aborted) continue
    mkdirSync(toolsFolder, { recursive: true })
    const work = mkdtempSync(join(toolsFolder, '.ahead-'))
    try {
      const module = await makeModule({ go, version, work })
      await runGo(['list', '-deps', go.package], { cwd: module, signal })
    } catch {
      // Its build says why.
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  }
}

/** @param {{ go: GoSource, version: string, work: string }} options */
async function makeModule({ go, version, work }) {
  const module = join(work, 'module')
  mkdirSync(module)
  await runGo(['mod', 'init', 'tools'], { cwd: module })
  const exclude = go.exclude ? ['-exclude', go.exclude] : []
  const require = ['-require', `${go.module}@${version}`, '-tool', go.package]
  await runGo(['mod', 'edit', ...exclude, ...require], { cwd: module })
  return module
}

/**
 * @param {readonly string[]} args
 * @param {{ cwd: string, signal?: AbortSignal }} options
 */
async function runGo(args, options) {
  // Some tools want a newer Go than the machine has; Go gets that one by itself, and checks it.
  const environment = { GOFLAGS: '-mod=mod -buildvcs=false', GOTOOLCHAIN: 'auto' }
  await execute('go', args, { ...options, environment })
}
