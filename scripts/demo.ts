// Shows the built program at work, as a user would see it: publishes an example chart with its dependency, publishes it
// again, lists its versions, and pulls it with helm. `npm run demo -- --registry oci://host/path` uses a real registry
// instead of the embedded one; a login comes from PUBLISH_HELM_CHART_USERNAME and PUBLISH_HELM_CHART_PASSWORD.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { TestRegistry } from '../__tests__/support/registry/registry.ts'
import { secondsSince } from '../src/shared/format.ts'
import { findHelm } from './tools.mjs'

const ROOT = join(import.meta.dirname, '..')
const [CHART, NAME, VERSION] = ['examples/charts/shop', 'shop', '0.3.0'] as const

const { values } = parseArgs({
  options: { registry: { type: 'string' }, 'plain-http': { type: 'boolean', default: false } }
})
const helm = findHelm()
if (!helm) throw new Error('helm is not installed: run `npm run setup`')
const folder = mkdtempSync(join(tmpdir(), 'publish-helm-chart-demo-'))
const embedded = values.registry === undefined ? await TestRegistry.start() : undefined
const registry = values.registry ?? `oci://${embedded?.host}/demo`
const plainHttp = values['plain-http'] || embedded ? ['--plain-http'] : []
const started = performance.now()
try {
  title('Publish a chart: fetch its dependency, lint, package, validate, push, read back')
  const first = await ourselves('publish', CHART, '--registry', registry)
  title('Run the release again: nothing changes')
  const second = await ourselves('publish', CHART, '--registry', registry)
  if (first !== second) throw new Error('the second run printed another reference or digest')
  title('List the versions')
  await ourselves('list', `${registry}/${NAME}`)
  title('Pull it with helm')
  await pull(helm)
  say(`\nAll of it took ${secondsSince(started)} s.`)
} catch (error) {
  say(`The demo failed: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await embedded?.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** Runs the built program, and shows what it prints. */
async function ourselves(...args: readonly string[]): Promise<string> {
  say(`$ publish-helm-chart ${args.join(' ')}`)
  const output = await execute(process.execPath, [
    join(ROOT, 'dist/cli.cjs'),
    ...args,
    ...plainHttp
  ])
  say(output.trimEnd())
  return output
}

async function pull(helm: string): Promise<void> {
  await logIn(helm)
  mkdirSync(join(folder, 'pulled'))
  const args = ['pull', `${registry}/${NAME}`, '--version', VERSION]
  say(`$ helm ${args.join(' ')}`)
  await execute(helm, [...args, ...plainHttp, '--destination', join(folder, 'pulled')])
  const archive = readFileSync(join(folder, 'pulled', `${NAME}-${VERSION}.tgz`))
  const digest = createHash('sha256').update(archive).digest('hex')
  say(`${NAME}-${VERSION}.tgz: ${archive.length} bytes, sha256:${digest}`)
}

async function logIn(helm: string): Promise<void> {
  const username = process.env['PUBLISH_HELM_CHART_USERNAME']
  const password = process.env['PUBLISH_HELM_CHART_PASSWORD']
  if (!username || !password) return
  const host = new URL(registry).host
  const login = ['registry', 'login', host, '--username', username, '--password-stdin']
  await execute(helm, [...login, ...plainHttp], password)
}

/** Runs a program with its log on our standard error; its output comes back. Helm's login stays in our folder. */
function execute(file: string, args: readonly string[], stdin = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const PATH = [dirname(helm ?? ''), process.env['PATH']].join(delimiter)
    const env = { ...process.env, PATH, HELM_REGISTRY_CONFIG: join(folder, 'registry.json') }
    const child = spawn(file, args, { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(output)
      else reject(new Error(`${basename(file)} ended with exit code ${code}`))
    })
    child.stdin.end(stdin)
  })
}

function title(text: string): void {
  say(`\n# ${text}`)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
