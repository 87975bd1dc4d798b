import { mkdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { environmentIn, run, runCli } from '../support/program.ts'
import { resultIn } from '../support/publish-command.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useRegistryServers } from './docker-registry.ts'

const workspace = new Workspace()
const startRegistry = useRegistryServers()
const [helm3, oras, crane, cosign] = ['helm3', 'oras', 'crane', 'cosign'].map(toolPath) as [
  string,
  string,
  string,
  string
]
const BY_KEY = ['--key=cosign.key', '--use-signing-config=false', '--tlog-upload=false', '-y']
const VERIFY = ['verify', '--key=cosign.pub', '--insecure-ignore-tlog', '--allow-http-registry']
let registries: Readonly<Record<'distribution' | 'olareg', DockerRegistry>>

beforeAll(async () => {
  await workspace.open()
  registries = {
    distribution: await startRegistry('distribution', workspace),
    olareg: await startRegistry('olareg', workspace)
  }
  await workspace.write('demo', chartFiles({ version: '1.2.3+build.7' }))
  await workspace.write('.', { 'sbom.json': '{"bomFormat":"CycloneDX"}' })
  await call(cosign, ['generate-key-pair'])
})

afterAll(() => workspace.close())

async function call(file: string, args: readonly string[]): Promise<string> {
  const environment = { ...environmentIn(workspace), COSIGN_PASSWORD: '' }
  const options = { environment, directory: workspace.path() }
  const { code, stdout, stderr } = await run(file, args, options)
  if (code !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`)
  return stdout
}

async function publish(chart: string, target: string, ...flags: readonly string[]) {
  const args = ['publish', chart, `--registry=oci://${target}`, '--plain-http', '--json', ...flags]
  const { code, stdout, stderr } = await runCli(workspace, args)
  return { code, stderr, result: resultIn(stdout) }
}

describe.each([
  ['distribution', 'olareg'],
  ['olareg', 'distribution'],
  ['distribution', 'distribution'],
  ['olareg', 'olareg']
] as const)('a chart that is copied from %s to %s', (kind, other) => {
  const target = `${kind}-production`
  let digest: string
  let source: string
  let copy: string

  beforeAll(async () => {
    const from = `${registries[kind].host}/${other}-staging`
    const to = `${registries[other].host}/${target}`
    const published = await publish('demo', from)
    digest = published.result.digest
    source = `${from}/demo`
    copy = `${to}/demo`
    const at = `${source}@${digest}`
    const sbom = ['--artifact-type=application/vnd.cyclonedx+json', 'sbom.json']
    await call(oras, ['attach', '--plain-http', at, ...sbom])
    await call(cosign, ['sign', ...BY_KEY, '--allow-http-registry', at])
    const old = ['--new-bundle-format=false', '--allow-http-registry']
    await call(cosign, ['sign', ...BY_KEY, ...old, at])
    const planned = await publish(`oci://${at}`, to, '--dry-run')
    expect([planned.code, planned.result.status]).toEqual([0, 'planned'])
    expect(planned.stderr.match(/With it: /g)).toHaveLength(3)
    const copied = await publish(`oci://${at}`, to)
    expect([copied.code, copied.result]).toMatchObject([0, { status: 'published', warnings: [] }])
  })

  test('has the digest of its source, under its version', async () => {
    const shown = await call(crane, ['digest', '--insecure', `${copy}:1.2.3_build.7`])
    expect(shown.trim()).toBe(digest)
  })

  test('is pulled by helm, the same archive', async () => {
    const archives = [source, copy].map(async (place, index) => {
      const folder = workspace.path(`${kind}-${other}-${index}`)
      const args = ['pull', `oci://${place}`, '--version=1.2.3+build.7', '--plain-http']
      await call(helm3, [...args, '--untar=false', `--destination=${await made(folder)}`])
      return readFile(`${folder}/demo-1.2.3+build.7.tgz`)
    })
    const [first, second] = await Promise.all(archives)
    expect(second).toEqual(first)
  })

  test('has what was attached to it: for oras, and for cosign of both kinds', async () => {
    const found = await call(oras, [
      'discover',
      '--plain-http',
      '--format=json',
      `${copy}@${digest}`
    ])
    const types = JSON.parse(found).referrers.map(
      ({ artifactType }: { readonly artifactType: string }) => artifactType
    )
    expect(types.toSorted()).toEqual([
      'application/vnd.cyclonedx+json',
      expect.stringContaining('application/vnd.')
    ])
    const tags = await call(crane, ['ls', '--insecure', copy])
    expect(tags).toContain(`${digest.replace(':', '-')}.sig`)
    const at = `${copy}@${digest}`
    expect(await call(cosign, [...VERIFY, at])).toContain(digest)
    expect(await call(cosign, [...VERIFY, '--new-bundle-format=false', at])).toContain(digest)
  })

  test('is unchanged when it is copied again, and gets what was attached since', async () => {
    const to = `${registries[other].host}/${target}`
    await call(oras, [
      ...['attach', '--plain-http', `${source}@${digest}`],
      ...['--artifact-type=application/vnd.later', 'sbom.json']
    ])
    const again = await publish(`oci://${source}:1.2.3+build.7`, to)
    expect([again.code, again.result]).toMatchObject([0, { status: 'unchanged', digest }])
    const found = await call(oras, [
      'discover',
      '--plain-http',
      '--format=json',
      `${copy}@${digest}`
    ])
    expect(JSON.parse(found).referrers).toHaveLength(3)
  })
})

async function made(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  return folder
}
