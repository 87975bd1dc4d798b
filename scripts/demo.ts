// Publishes the example chart with the built program and pulls it back with helm, as a user would.
// `npm run demo -- --registry oci://host/path` takes a real registry instead of the embedded one; a
// login comes from PUBLISH_HELM_CHART_USERNAME and PUBLISH_HELM_CHART_PASSWORD.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { TestRegistry } from '../__tests__/support/registry/registry.ts'
import type { PublicationJson } from '../src/publish/model/publication-json.ts'
import { secondsSince } from '../src/shared/format.ts'
import { findHelm } from './tools.mjs'

const ROOT = join(import.meta.dirname, '..')
const CHART = 'examples/charts/storefront'

const { values } = parseArgs({
  options: { registry: { type: 'string' }, 'plain-http': { type: 'boolean', default: false } }
})
const helm = findHelm()
if (!helm) throw new Error('there is no helm: run `npm run setup`')
const folder = mkdtempSync(join(tmpdir(), 'publish-helm-chart-demo-'))
const embedded = values.registry === undefined ? await TestRegistry.start() : undefined
try {
  const registry = values.registry ?? `oci://${embedded?.host}/demo`
  const plainHttp = values['plain-http'] || embedded ? ['--plain-http'] : []
  const publication = await publish(registry, plainHttp)
  await pullAndCompare(publication, helm, plainHttp)
} catch (error) {
  say(`The demo failed: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await embedded?.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function publish(registry: string, plainHttp: readonly string[]): Promise<PublicationJson> {
  const args = ['publish', CHART, '--registry', registry, ...plainHttp]
  say(`$ publish-helm-chart ${args.join(' ')}`)
  const started = performance.now()
  const keep = ['--json', '--destination', join(folder, 'published')]
  const output = await execute(process.execPath, [join(ROOT, 'dist/cli.cjs'), ...args, ...keep])
  const [publication]: [PublicationJson] = JSON.parse(output).results
  say('')
  say(`Reference  ${publication.ref}`)
  say(`Digest     ${publication.digest}`)
  say(`Archive    ${publication.size} bytes, ${publication.chartDigest}`)
  say(`Status     ${publication.status}, after ${secondsSince(started)} s in all`)
  say('')
  return publication
}

async function pullAndCompare(
  publication: PublicationJson,
  helm: string,
  plainHttp: readonly string[]
): Promise<void> {
  const { subjectName, version, archive } = publication
  if (!subjectName || !version || !archive) throw new Error('there is nothing to pull with')
  const pulled = join(folder, 'pulled')
  mkdirSync(pulled)
  await logIn(helm, subjectName, plainHttp)
  const args = ['pull', `oci://${subjectName}`, '--version', version, ...plainHttp]
  say(`$ helm ${args.join(' ')}`)
  const started = performance.now()
  await execute(helm, [...args, '--destination', pulled])
  const bytes = readFileSync(join(pulled, basename(archive)))
  if (!bytes.equals(readFileSync(archive)))
    throw new Error('helm pulled other bytes than were published')
  say('')
  say(`Pulled in ${secondsSince(started)} s: ${bytes.length} bytes, the same as were published.`)
}

async function logIn(helm: string, subject: string, plainHttp: readonly string[]): Promise<void> {
  const username = process.env['PUBLISH_HELM_CHART_USERNAME']
  const password = process.env['PUBLISH_HELM_CHART_PASSWORD']
  if (!username || !password) return
  const host = subject.split('/')[0] ?? ''
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

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
