import { chmod } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { gzipOf, tarOf } from '../support/charts/archives.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { storeManifest } from '../support/charts/stored-chart.ts'
import { expectInertAction, expectInertCommand, expectTold } from '../support/hostile/inert.ts'
import { asHeader, HOSTILE_TEXTS } from '../support/hostile/texts.ts'
import { environmentIn } from '../support/program.ts'
import { useRawServers } from '../support/registry/raw-servers.ts'
import type { Fault } from '../support/registry/registry.ts'
import type { Answer, RecordedRequest } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { runAction, runCommandStep } from '../support/runner/runner.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const startRaw = useRawServers()
const LOGIN = { username: 'ci', password: 'of-no-use-here' }

/** What a registry says for a hostile text, by the first part of the path that is asked for. */
const ANSWERS: Readonly<Record<string, (text: string, host: string) => Answer>> = {
  errors: (text) => json(403, { errors: [{ code: text, message: text, detail: text }] }),
  described: (text) => json(403, { errors: [{ code: 'X', detail: { description: text } }] }),
  bare: (text) => json(400, { error: text, error_description: text }),
  plain: (text) => ({ status: 400, body: text }),
  // Not 404, which is retried when no registry wrote it.
  html: (text) => ({ status: 410, body: `<html><h1>${text}</h1></html>` }),
  elsewhere: (text) => ({ status: 307, headers: { location: locationOf(text) } }),
  token: (_, host) => ({
    status: 401,
    headers: { 'www-authenticate': `Bearer realm="http://${host}/token",service="s"` }
  }),
  scheme: (text) => ({
    status: 401,
    headers: { 'www-authenticate': `${asHeader(text).replace(/[^!-~]/g, '')} realm="x` }
  })
}
const KINDS = Object.keys(ANSWERS)

function json(status: number, body: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** The text in the host of an address, as far as an address may have it. */
function locationOf(text: string): string {
  return `ftp://${asHeader(text).replace(/[^!-~]/g, '')}/`
}

/** Refuses what has the number of a hostile text in its path, where that holds, and tokens for it always. */
function refuse(isRefused: (request: RecordedRequest) => boolean): Fault {
  return (request) => {
    const [, scope] = /scope=repository%3A(\w+%2Fc\d\d)%3A/.exec(request.url) ?? []
    const { kind, text } = askedFor(scope === undefined ? request.url : decodeURIComponent(scope))
    if (text === undefined) return undefined
    if (scope !== undefined) return json(401, { errors: [{ code: text, message: text }] })
    return isRefused(request) ? ANSWERS[kind]?.(text, request.headers.host ?? '') : undefined
  }
}

function askedFor(path: string): { readonly kind: string; readonly text: string | undefined } {
  const [, kind = '', index] = /^(?:\/v2\/)?(\w+)\/c(\d\d)\b/.exec(path) ?? []
  return { kind, text: HOSTILE_TEXTS[Number(index)]?.text }
}

function numbers(): readonly string[] {
  return HOSTILE_TEXTS.map(({ marker }) => marker.slice(-2))
}

async function writeArchives(): Promise<void> {
  const files = numbers().map((number) => {
    const body = `apiVersion: v2\nname: c${number}\nversion: 1.2.3\n`
    return [`c${number}.tgz`, gzipOf(tarOf([{ name: `c${number}/Chart.yaml`, body }]))] as const
  })
  await workspace.write('charts', Object.fromEntries(files))
}

function referencesAt(host: string, kinds: readonly string[]): readonly string[] {
  return kinds.flatMap((kind) =>
    numbers().map((number) => `oci://${host}/${kind}/c${number}:1.2.3`)
  )
}

/** An artifact with the text wherever a manifest has any. */
function hostileManifest(text: string) {
  const descriptor = {
    mediaType: text,
    digest: `sha256:${'0'.repeat(64)}`,
    size: 2,
    annotations: { 'org.opencontainers.image.title': text, [text]: text }
  }
  const annotations = { 'org.opencontainers.image.version': text, [text]: text }
  return {
    schemaVersion: 2,
    mediaType: text,
    artifactType: text,
    config: descriptor,
    layers: [descriptor],
    annotations
  }
}

test('what a registry and its token service say to a push', async () => {
  await writeArchives()
  const registry = await startRegistry({ fault: refuse(({ method }) => method === 'POST') })
  for (const { marker, text } of HOSTILE_TEXTS) {
    const reference = `there/c${marker.slice(-2)}:1.2.3`
    storeManifest(registry, reference, { content: hostileManifest(text) })
  }
  const targets = [...KINDS, 'there'].map((kind) => `oci://${registry.host}/${kind}`)
  const inputs = { chart: 'charts/*', registry: targets.join('\n'), 'plain-http': 'true', ...LOGIN }
  const action = await runAction(workspace, inputs, { debug: true })
  expectInertAction(action)
  expectTold(action)
  const args = [
    'publish',
    'charts/*',
    '--plain-http',
    '--json',
    '--username=ci',
    '--password-stdin'
  ]
  const command = await runCommandStep(
    workspace,
    [...args, ...targets.map((target) => `--registry=${target}`)],
    { stdin: LOGIN.password }
  )
  expectInertCommand(command)
  expectTold(command)
})

test('what a registry says to an inspection, and what lies in it', async () => {
  const registry = await startRegistry({ fault: refuse(({ method }) => method === 'GET') })
  for (const { marker, text } of HOSTILE_TEXTS) {
    const number = marker.slice(-2)
    const content = hostileManifest(text)
    storeManifest(registry, `typed/c${number}:1.2.3`, {
      content,
      type: asHeader(text).replace(/[^ -~]/g, '')
    })
    const linked = { ...content.config, mediaType: 'application/vnd.oci.image.manifest.v1+json' }
    const index = { schemaVersion: 2, manifests: [linked], annotations: content.annotations }
    storeManifest(registry, `index/c${number}:1.2.3`, {
      content: index,
      type: 'application/vnd.oci.image.index.v1+json'
    })
    const config = registry.store.setBlob(
      Buffer.from(JSON.stringify({ name: text, version: text, description: text }))
    )
    const mediaType = 'application/vnd.cncf.helm.config.v1+json'
    const chart = {
      ...content,
      mediaType: linked.mediaType,
      config: { mediaType, digest: config, size: 10 }
    }
    storeManifest(registry, `config/c${number}:1.2.3`, { content: chart })
  }
  const references = referencesAt(registry.host, [...KINDS, 'typed', 'index', 'config'])
  for (const more of ['--debug', '--json']) {
    const command = await runCommandStep(workspace, [
      'inspect',
      '--plain-http',
      more,
      ...references
    ])
    expectInertCommand(command)
    expectTold(command)
  }
})

test('headers and status lines as they are', async () => {
  const server = await startRaw((socket, request) => {
    const [, kind, index] = /^\w+ \/v2\/(\w+)\/c(\d\d)/.exec(request) ?? []
    const text = asHeader(HOSTILE_TEXTS[Number(index)]?.text ?? '')
    const headers = ['Warning: 299 -', 'Location:', 'Docker-Content-Digest:', 'Retry-After:', 'X:']
    const lines = headers.map((name) => `${name} ${text}`)
    const realm = kind === 'open' ? `"${text}` : `"${text}",service="${text}",error="${text}"`
    const login = `WWW-Authenticate: Bearer realm=${realm}`
    const head = [`HTTP/1.1 401 ${text}`, ...lines, login, 'Content-Length: 0', 'Connection: close']
    socket.end(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
  })
  const { host } = server.url
  const args = ['inspect', '--plain-http', '--debug', ...referencesAt(host, ['open', 'closed'])]
  const command = await runCommandStep(workspace, args)
  expectInertCommand(command)
  expect(command.stderr).toContain('# #[group]acted')
  await writeArchives()
  const registry = `oci://${host}/open\noci://${host}/closed`
  const inputs = { chart: 'charts/*', registry, 'plain-http': 'true', ...LOGIN }
  expectInertAction(await runAction(workspace, inputs, { debug: true }))
})

test('the status line of a download of helm', async () => {
  await workspace.write('chart', chartFiles())
  const { text } = HOSTILE_TEXTS.find((each) => each.text.includes('[31m')) ?? { text: '' }
  const hostile = `::error::x ##[error]y %0A::error::z ${asHeader(text)}`
  const server = await startRaw((socket) => {
    socket.end(`HTTP/1.1 404 ${hostile}\r\nContent-Length: 0\r\n\r\n`, 'latin1')
  })
  const inputs = {
    chart: 'chart',
    'helm-version': 'v4.2.0',
    'helm-sha256': '0'.repeat(64),
    'helm-download-url': server.url.origin
  }
  const action = await runAction(workspace, inputs, { debug: true })
  expect(action.log).toContain('answered 404')
  expectInertAction(action)
})

test('logins: what a helper says, and the names in a file', async () => {
  const registry = await startRegistry()
  const said = HOSTILE_TEXTS.map(({ text }) => text)
  const helper = `#!/bin/sh\ncat "${workspace.path('said')}"\ncat "${workspace.path('said')}" >&2\nexit 1\n`
  await workspace.write('bin', { 'docker-credential-x': helper })
  await chmod(workspace.path('bin/docker-credential-x'), 0o755)
  const environment = { PATH: `${workspace.path('bin')}:${environmentIn(workspace)['PATH']}` }
  const reference = `oci://${registry.host}/a/b:1`
  for (const text of [
    '',
    said.join('\n'),
    JSON.stringify({ Username: said.join(''), Secret: 1 })
  ]) {
    const auths = Object.fromEntries(said.map((name) => [name, { auth: name }]))
    const config = { auths, credHelpers: { [registry.host]: 'x' } }
    await workspace.write('.', { said: text, 'config.json': JSON.stringify(config) })
    const args = ['inspect', '--plain-http', '--registry-config=config.json', '--json', reference]
    const command = await runCommandStep(workspace, args, { environment })
    expectInertCommand(command)
    expect(command.code).toBe(5)
  }
})
