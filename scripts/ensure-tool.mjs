// Gets a program of tools.mjs to where it is kept: downloaded and verified, from npm or PyPI, or built by Go.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execute } from './execute.mjs'
import { buildWithGo } from './go-build.mjs'
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
      (await download(tool, work)) ??
      (await installWithNpm(tool, work)) ??
      (await installWithPip(tool, work)) ??
      (await buildWithGo(tool, work))
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
  await execute('tar', ['-xzf', 'helm.tar.gz'], { cwd: work })
  return join(work, platform)
}

/**
 * The folder of a program that comes in an npm package; npm checks the package by its checksum.
 * @param {Tool} tool
 * @param {string} work
 */
async function installWithNpm({ program, version, npm }, work) {
  if (!npm) return undefined
  say(`installing ${program} ${version} with npm`)
  const name = `${npm}@${version.slice(1)}`
  const args = ['install', '--prefix', work, '--no-save', '--ignore-scripts', name]
  await execute('npm', args, { cwd: work })
  return join(work, 'node_modules', npm, 'bin')
}

/**
 * The folder of a program that comes in a wheel; pip checks it by the checksum of its index.
 * @param {Tool} tool
 * @param {string} work
 */
async function installWithPip({ program, version, pip }, work) {
  if (!pip) return undefined
  say(`installing ${program} ${version} with pip`)
  const wheel = ['--no-deps', '--only-binary', ':all:', `${pip}==${version.slice(1)}`]
  const args = ['-m', 'pip', 'install', '--quiet', '--target', join(work, 'out'), ...wheel]
  await execute('python3', args, { cwd: work })
  return join(work, 'out', 'bin')
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
