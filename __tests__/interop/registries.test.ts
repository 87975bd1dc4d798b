import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import type { RegistryClient } from '../../src/oci/client.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/spec/media-types.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { environmentIn, run, runCli } from '../support/program.ts'
import {
  artifactOf,
  descriptorOf,
  type Login,
  manifestOf,
  testClient
} from '../support/registry/clients.ts'
import { REGISTRY_KINDS } from '../support/registry/registry-servers.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useRegistryServers } from './docker-registry.ts'

const LOGIN = { username: 'ci', password: 'pa"ss & <wörd>' }
/** bcrypt of that password, cost 5. */
const HTPASSWD = 'ci:$2y$05$eZLUaUYGAv58lQouqEdgDuG6b0RIvrTBX0zGwOVgbDujRTVgDBtC6\n'
const KINDS = REGISTRY_KINDS.filter((kind) => kind !== 'crane')

const workspace = new Workspace()
const startRegistry = useRegistryServers()
let htpasswd: string

beforeAll(async () => {
  await workspace.open()
  htpasswd = `${await workspace.write('htpasswd', { users: HTPASSWD })}/users`
  await workspace.write('chart', chartFiles())
  const files = chartFiles()
  await workspace.write('changed', { ...files, 'values.yaml': 'replicas: 7\n' })
})

afterAll(() => workspace.close())

describe.each(REGISTRY_KINDS)('%s', (kind) => {
  let registry: DockerRegistry
  let client: RegistryClient

  beforeAll(async () => {
    registry = await startRegistry(kind, workspace)
    client = testClient(registry).client
  })

  afterAll(() => client.close())

  test('takes a chart, finds it unchanged, refuses another under its version', async () => {
    expect(await publish(registry, 'chart')).toMatchObject({ status: 'published', code: 0 })
    expect(await publish(registry, 'chart')).toMatchObject({ status: 'unchanged', code: 0 })
    expect(await publish(registry, 'changed')).toMatchObject({ status: 'failed', code: 7 })
    expect(await publish(registry, 'chart')).toMatchObject({ status: 'unchanged', code: 0 })
  })

  test('gives the same bytes to helm, oras, crane and skopeo', async () => {
    const { digest } = await publish(registry, 'chart', { version: '2.0.0' })
    const reference = `${registry.host}/team/demo:2.0.0`
    const out = workspace.path(`pulled-${kind}`)
    await mkdir(out)
    const helm = ['pull', `oci://${registry.host}/team/demo`, '--version', '2.0.0']
    await call(toolPath('helm'), [...helm, '--plain-http', '--destination', out])
    await call(toolPath('oras'), ['pull', '--plain-http', reference, '--output', `${out}/oras`])
    const manifest = await call(toolPath('crane'), ['manifest', '--insecure', reference])
    const skopeo = ['inspect', '--raw', '--tls-verify=false', `docker://${reference}`]
    expect(await call('skopeo', skopeo)).toBe(manifest.trimEnd())
    expect(await call(toolPath('crane'), ['digest', '--insecure', reference])).toContain(digest)
  })

  test('lists the tags of a repository, and none of one that is not there', async () => {
    const tags = await client.listTags({ host: registry.host, name: 'team/demo' })
    expect([...tags].sort()).toEqual(['1.2.3', '2.0.0'])
    expect(await client.listTags({ host: registry.host, name: 'team/none' })).toEqual([])
  })

  test('lists what is attached to a manifest', async () => {
    const repository = { host: registry.host, name: 'team/attached' }
    const subject = artifactOf('subject')
    for (const blob of [subject.config, ...subject.layers]) await client.pushBlob(repository, blob)
    await client.putManifest({ repository, tag: '1.0.0' }, subject.manifest)
    const before = await client.listReferrers(repository, subject.manifest.digest)
    expect(before.referrers).toEqual([])
    const attached = manifestOf({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.test.signature',
      config: descriptorOf(subject.config),
      layers: subject.layers.map(descriptorOf),
      subject: descriptorOf(subject.manifest)
    })
    const attaching = { manifests: [attached], keptBy: before.keptBy }
    await client.attach(repository, attaching)
    await client.attach(repository, attaching)
    const after = await client.listReferrers(repository, subject.manifest.digest)
    expect(after.referrers).toEqual([
      { ...descriptorOf(attached), artifactType: 'application/vnd.test.signature' }
    ])
    const tags = await client.listTags(repository)
    const hasTagSchema = tags.includes(subject.manifest.digest.replace(':', '-'))
    expect(hasTagSchema).toBe(kind !== 'olareg')
    const discover = ['discover', '--plain-http', '--format', 'json']
    const seen = await call(toolPath('oras'), [...discover, `${registry.host}/team/attached:1.0.0`])
    expect(seen).toContain(attached.digest)
  })

  test('attaches beside what a cleanup removed', async () => {
    const repository = { host: registry.host, name: 'team/cleaned' }
    const subject = artifactOf('cleaned subject')
    for (const blob of [subject.config, ...subject.layers]) await client.pushBlob(repository, blob)
    await client.putManifest({ repository, tag: '1.0.0' }, subject.manifest)
    const about = { subject: descriptorOf(subject.manifest), config: descriptorOf(subject.config) }
    const [removed, kept, added] = ['removed', 'kept', 'added'].map((by) => {
      const base = { schemaVersion: 2, mediaType: OCI_MANIFEST, layers: [], annotations: { by } }
      return manifestOf({ ...base, artifactType: 'application/vnd.test.signature', ...about })
    })
    if (!removed || !kept || !added) throw new Error('there are three')
    const { keptBy } = await client.listReferrers(repository, subject.manifest.digest)
    await client.attach(repository, { manifests: [removed, kept], keptBy })
    const manifests = `http://${registry.host}/v2/team/cleaned/manifests`
    const deleted = await fetch(`${manifests}/${removed.digest}`, { method: 'DELETE' })
    expect(deleted.status).toBe(202)
    if (kind === 'docker-registry' || kind === 'distribution') {
      // It refuses the index that it has.
      const index = `${manifests}/${subject.manifest.digest.replace(':', '-')}`
      const headers = { accept: OCI_INDEX, 'content-type': OCI_INDEX }
      const body = await (await fetch(index, { headers })).text()
      expect(await fetch(index, { method: 'PUT', headers, body })).toMatchObject({ status: 400 })
    }
    await client.attach(repository, { manifests: [added], keptBy })
    const { referrers } = await client.listReferrers(repository, subject.manifest.digest)
    const digests = referrers.map(({ digest }) => digest)
    expect([...digests].sort()).toEqual([kept.digest, added.digest].sort())
  })

  test('forgets an upload that is given up', async () => {
    const repository = { host: registry.host, name: 'team/given-up' }
    const { client: leaving } = testClient(registry)
    const { config } = artifactOf('given up')
    const damaged = { ...config, bytes: Buffer.from('other') }
    await leaving.pushBlob(repository, damaged).catch(() => undefined)
    await leaving.close()
    expect(await client.getBlob(repository, config)).toEqual({ kind: 'absent' })
  })
})

describe.each(KINDS)('%s with a password file', (kind) => {
  let registry: DockerRegistry

  beforeAll(async () => {
    registry = await startRegistry(kind, workspace, { kind: 'htpasswd', path: htpasswd })
  })

  test('takes a chart with the right login, and finds it unchanged', async () => {
    expect(await publish(registry, 'chart', { login: LOGIN })).toMatchObject({ code: 0 })
    const again = await publish(registry, 'chart', { login: LOGIN })
    expect(again).toMatchObject({ status: 'unchanged' })
  })

  test('refuses a wrong password: exit code 5, told once', async () => {
    const login = { ...LOGIN, password: 'wrong-password' }
    const result = await publish(registry, 'chart', { version: '3.0.0', login })
    expect(result.code).toBe(5)
    expect(result.stderr).not.toContain('wrong-password')
    expect(result.stderr).not.toContain('Attempt 2')
  })
})

interface PublishOptions {
  readonly version?: string
  readonly login?: Login
}

/** Publishes, and gives what the result says of it. */
async function publish(
  { host }: DockerRegistry,
  chart: string,
  { version, login }: PublishOptions = {}
) {
  const args = ['publish', workspace.path(chart), `--registry=oci://${host}/team`, '--plain-http']
  const dated = [...args, '--json', '--source-date-epoch=1704164645']
  const versioned = [...dated, ...(version === undefined ? [] : [`--version=${version}`])]
  const result = login
    ? await runCli(workspace, [...versioned, '--username', login.username, '--password-stdin'], {
        stdin: `${login.password}\n`
      })
    : await runCli(workspace, versioned)
  const [publication] = JSON.parse(result.stdout).results
  return { ...result, status: publication?.status, digest: publication?.digest }
}

async function call(file: string, args: readonly string[]): Promise<string> {
  const result = await run(file, args, { environment: environmentIn(workspace) })
  expect(result).toMatchObject({ code: 0 })
  return result.stdout
}
