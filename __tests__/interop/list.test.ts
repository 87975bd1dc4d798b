import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { environmentIn, run, runCli } from '../support/program.ts'
import { REGISTRY_KINDS } from '../support/registry/registry-servers.ts'
import { COSIGN_KEY, PASSWORD } from '../support/sigstore/cosign-key.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useRegistryServers } from './docker-registry.ts'

/** Newest first, as Helm should say. */
const VERSIONS = ['2.0.0', '2.0.0-rc.10', '2.0.0-rc.2', '1.10.0', '1.9.0+build.5', '1.9.0-beta']
const HELMS = [
  { title: 'helm 4', helm: toolPath('helm') },
  { title: 'helm 3', helm: toolPath('helm3') }
]

const workspace = new Workspace()
const startRegistry = useRegistryServers()

beforeAll(async () => {
  await workspace.open()
  await workspace.write('chart', chartFiles())
  await writeFile(workspace.path('cosign.key'), COSIGN_KEY)
})

afterAll(() => workspace.close())

describe.each(REGISTRY_KINDS)('%s', (kind) => {
  let registry: DockerRegistry

  beforeAll(async () => {
    registry = await startRegistry(kind, workspace)
    for (const version of VERSIONS.toSorted()) await pushVersion(registry, version)
    const tag = (more: readonly string[]) => {
      return tool('oras', ['tag', '--plain-http', `${registry.host}/charts/demo:2.0.0`, ...more])
    }
    await tag(['latest', 'v2.0.0', '2.0', `sha256-${'ab'.repeat(32)}.sig`, 'artifacthub.io'])
  })

  test('lists what helm pushed, in the order in which both helms choose', async () => {
    const { code, stdout } = await list(registry)
    const { versions, otherTags, error } = JSON.parse(stdout)
    expect([code, error]).toEqual([0, null])
    const names = versions.map(({ version }: { readonly version: string }) => version)
    expect(names).toEqual(VERSIONS)
    for (const { helm } of HELMS) {
      expect(await orderOf(helm, registry, names.length)).toEqual(names)
    }
    for (const one of versions) expect(one).toMatchObject({ usable: true, problems: [] })
    const { digest } = versions[0]
    expect(otherTags).toMatchObject([
      { tag: '2.0', version: '2.0.0', digest },
      { tag: 'latest', version: '2.0.0', digest },
      { tag: 'v2.0.0', version: '2.0.0', digest }
    ])
  })

  test('counts a signature, and a digest is that of helm push', async () => {
    const args = ['publish', 'chart', `--registry=oci://${registry.host}/signed`, '--plain-http']
    const flags = ['--sign=key', '--cosign-key=cosign.key', '--tags=latest', '--json']
    const environment = { COSIGN_PASSWORD: PASSWORD }
    const published = await runCli(workspace, [...args, ...flags], { environment })
    expect(published).toMatchObject({ code: 0 })
    const [{ digest, signatureDigest, size }] = JSON.parse(published.stdout).results
    const { code, stdout } = await list(registry, 'signed/demo')
    expect(code).toBe(0)
    const { versions, otherTags } = JSON.parse(stdout)
    expect(versions).toMatchObject([
      { digest, size, signatures: [{ kind: 'signature', digest: signatureDigest }] }
    ])
    expect(otherTags).toMatchObject([{ tag: 'latest', digest }])
  })

  test('says of what oras pushed wrongly why helm cannot pull it', async () => {
    const reference = `${registry.host}/wrong/demo:1.2.3`
    await tool('oras', ['push', '--plain-http', reference, 'cosign.key:text/plain'])
    const { code, stdout } = await list(registry, 'wrong/demo')
    expect(code).toBe(4)
    expect(JSON.parse(stdout).versions).toMatchObject([{ version: '1.2.3', usable: false }])
    const pull = ['pull', `oci://${registry.host}/wrong/demo`, '--version=1.2.3', '--plain-http']
    for (const { helm } of HELMS) expect((await runTool(helm, pull)).code).not.toBe(0)
  })

  test('a repository that is not there is an error', async () => {
    const { code, stdout } = await list(registry, 'none/demo')
    // olareg answers with an empty list.
    expect(code).toBe(kind === 'olareg' ? 0 : 5)
    expect(JSON.parse(stdout).versions).toEqual([])
  })
})

function list({ host }: DockerRegistry, repository = 'charts/demo') {
  return runCli(workspace, ['list', `oci://${host}/${repository}`, '--plain-http', '--json'])
}

async function pushVersion({ host }: DockerRegistry, version: string): Promise<void> {
  const folder = workspace.path('archives')
  await tool('helm', ['package', 'chart', `--version=${version}`, `--destination=${folder}`])
  const archive = `${folder}/demo-${version}.tgz`
  await tool('helm', ['push', archive, `oci://${host}/charts`, '--plain-http'])
}

/** The versions in the order in which helm chooses them: the highest, the highest below that one, and so on. */
async function orderOf(helm: string, { host }: DockerRegistry, count: number) {
  const found: string[] = []
  while (found.length < count) {
    const below = found.length === 0 ? '' : `, <${found.at(-1)}`
    const range = `--version=>0.0.0-0${below}`
    const args = ['show', 'chart', `oci://${host}/charts/demo`, '--plain-http', range]
    const { stdout } = await runTool(helm, args)
    found.push(/^version: (.*)$/m.exec(stdout)?.[1] ?? 'none')
  }
  return found
}

function runTool(file: string, args: readonly string[]) {
  return run(file, args, { environment: environmentIn(workspace), directory: workspace.path() })
}

async function tool(name: 'helm' | 'oras', args: readonly string[]): Promise<void> {
  const { code, stderr } = await runTool(toolPath(name), args)
  if (code !== 0) throw new Error(stderr)
}
