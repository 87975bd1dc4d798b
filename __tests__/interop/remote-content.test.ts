import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { IF_EXISTS } from '../../src/publish/model/request.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { isWhole, release, tagDigest } from '../support/charts/releases.ts'
import { environmentIn, run } from '../support/program.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useRegistryServers } from './docker-registry.ts'

const KINDS = ['docker-registry', 'distribution', 'olareg'] as const
const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json'
const IMAGE_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'
const CHART_TYPE = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'

const workspace = new Workspace()
const startRegistry = useRegistryServers()

beforeAll(async () => {
  await workspace.open()
  await workspace.write('chart', chartFiles())
  await workspace.write('changed', { ...chartFiles(), 'values.yaml': 'replicas: 7\n' })
  await workspace.write('files', { 'config.json': '{}', 'layer.tgz': 'layer' })
})

afterAll(() => workspace.close())

async function call(tool: string, args: readonly string[]): Promise<void> {
  const result = await run(toolPath(tool), args, {
    environment: environmentIn(workspace),
    directory: workspace.path('files')
  })
  expect(result).toMatchObject({ code: 0 })
}

describe.each(KINDS)('%s', (kind) => {
  let registry: DockerRegistry
  let repository: string

  beforeAll(async () => {
    registry = await startRegistry(kind, workspace)
    repository = `${registry.host}/team/demo`
  })

  const publish = (...args: readonly string[]) => {
    return release(workspace, [`${registry.host}/team`], args)
  }

  const oras = async (tag: string, ...args: readonly string[]) => {
    await call('oras', ['push', '--plain-http', `${repository}:${tag}`, ...args])
  }

  const pull = async (version: string) => {
    const out = workspace.path(`pulled-${kind}-${version}`)
    await mkdir(out, { recursive: true })
    const source = ['pull', `oci://${repository}`, '--version', version]
    await call('helm', [...source, '--plain-http', '--destination', out])
  }

  test('a tag of an image, an index or an artifact is left alone in every mode', async () => {
    await oras('1.0.0', '--config', `config.json:${IMAGE_CONFIG}`, `layer.tgz:${IMAGE_LAYER}`)
    const index = ['manifest', 'index', 'create', '--plain-http']
    await call('oras', [...index, `${repository}:1.0.1`, '1.0.0'])
    await oras('1.0.2', '--artifact-type', 'application/spdx+json', 'config.json')
    await oras('1.0.3', 'layer.tgz')
    const kinds = [
      'a container image',
      'an index of',
      'a list of components',
      'an artifact of the type'
    ]
    for (const [index, what] of kinds.entries()) {
      const version = `1.0.${index}`
      const before = await tagDigest(repository, version)
      for (const flags of [...IF_EXISTS.map((each) => `--if-exists=${each}`), '--dry-run']) {
        const { code, results } = await publish('chart', `--version=${version}`, flags)
        expect([version, flags, code, results[0]?.digest]).toEqual([version, flags, 7, null])
        expect(results[0]?.error?.message).toContain(what)
      }
      expect([version, await tagDigest(repository, version)]).toEqual([version, before])
    }
  }, 120_000)

  test('`latest` of an image is left alone, and nothing is pushed', async () => {
    await oras('latest', '--config', `config.json:${IMAGE_CONFIG}`, `layer.tgz:${IMAGE_LAYER}`)
    const before = await tagDigest(repository, 'latest')
    for (const ifExists of IF_EXISTS) {
      const args = ['chart', '--version=1.1.0', '--tags=latest', `--if-exists=${ifExists}`]
      expect((await publish(...args)).code).toBe(7)
    }
    expect(await tagDigest(repository, 'latest')).toBe(before)
    expect(await tagDigest(repository, '1.1.0')).toBeUndefined()
  })

  test('a chart that oras pushed without a config is replaced by overwrite alone', async () => {
    await oras('1.2.0', `layer.tgz:${CHART_TYPE}`)
    for (const ifExists of ['fail', 'skip']) {
      const { code, results } = await publish('chart', '--version=1.2.0', `--if-exists=${ifExists}`)
      expect([code, results[0]?.error?.fix]).toEqual([7, expect.stringContaining('overwrite')])
    }
    const replaced = await publish('chart', '--version=1.2.0', '--if-exists=overwrite')
    expect(replaced.results[0]?.status).toBe('published')
    await pull('1.2.0')
  })

  test('an archive that the registry has lost is pushed again', async () => {
    const first = await publish('chart', '--version=1.3.0')
    const { chartDigest, digest } = first.results[0] ?? {}
    await loseBlob(`${kind}-${registry.host.split(':')[1]}`, chartDigest ?? '')
    expect(await isWhole(repository, '1.3.0')).toBe(false)
    const dry = await publish('chart', '--version=1.3.0', '--dry-run')
    expect(dry.results[0]?.warnings.join()).toContain('would be pushed again')
    const again = await publish('chart', '--version=1.3.0')
    expect(again.results[0]).toMatchObject({ status: 'unchanged', digest })
    expect(again.results[0]?.warnings.join()).toContain('was pushed again')
    expect(await isWhole(repository, '1.3.0')).toBe(true)
    await pull('1.3.0')
    const third = await publish('chart', '--version=1.3.0')
    expect(third.results[0]).toMatchObject({ status: 'unchanged', warnings: [] })
  })

  test('another chart that the registry has lost is neither skipped nor left', async () => {
    const first = await publish('changed', '--version=1.4.0')
    await loseBlob(`${kind}-${registry.host.split(':')[1]}`, first.results[0]?.chartDigest ?? '')
    const skipped = await publish('chart', '--version=1.4.0', '--if-exists=skip')
    expect([skipped.code, skipped.results[0]?.status]).toEqual([7, 'failed'])
    const replaced = await publish('chart', '--version=1.4.0', '--if-exists=overwrite')
    expect(replaced.results[0]?.status).toBe('published')
    await pull('1.4.0')
  })

  test('moving tags follow releases', async () => {
    const tags = ['--tags={{major}}', '--tags={{major}}.{{minor}}', '--tags=edge']
    const digests = new Map<string, string | null | undefined>()
    for (const version of ['3.1.0', '4.0.0', '4.1.0-rc.1', '3.1.1']) {
      const { code, results } = await publish('chart', `--version=${version}`, ...tags)
      expect([version, code]).toEqual([version, 0])
      digests.set(version, results[0]?.digest)
    }
    const at = async (tag: string) => [tag, await tagDigest(repository, tag)]
    expect(await Promise.all(['3', '3.1', '4', '4.0', '4.1', 'edge'].map(at))).toEqual([
      ['3', digests.get('3.1.1')],
      ['3.1', digests.get('3.1.1')],
      ['4', digests.get('4.0.0')],
      ['4.0', digests.get('4.0.0')],
      ['4.1', undefined],
      ['edge', digests.get('4.1.0-rc.1')]
    ])
  })
})

test('a registry that has a manifest with a wrong Content-Type gives exit code 8, until it is overwritten', async () => {
  const { host } = await startRegistry('crane', workspace)
  const targets = [`${host}/team`]
  const { results } = await release(workspace, targets, ['chart', '--version=5.0.0'])
  const url = `http://${host}/v2/team/demo/manifests/5.0.0`
  const manifest = await (await fetch(url)).arrayBuffer()
  const headers = { 'content-type': 'text/html' }
  await fetch(url, { method: 'PUT', body: manifest, headers })
  const broken = await release(workspace, targets, ['chart', '--version=5.0.0'])
  expect([broken.code, broken.results[0]?.error?.message]).toEqual([
    8,
    expect.stringContaining('"text/html"')
  ])
  const args = ['chart', '--version=5.0.0', '--if-exists=overwrite']
  const repaired = await release(workspace, targets, args)
  expect(repaired.results[0]).toMatchObject({ status: 'published', digest: results[0]?.digest })
  expect((await release(workspace, targets, ['chart', '--version=5.0.0'])).code).toBe(0)
})

/** Removes the file of a blob from the folder of a registry. */
async function loseBlob(folder: string, digest: string): Promise<void> {
  const [, hex = ''] = digest.split(':')
  const root = workspace.path(folder)
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const found = entries.filter((entry) => {
    const path = join(entry.parentPath, entry.name)
    const isData =
      entry.name === hex || path.endsWith(`/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`)
    return entry.isFile() && isData
  })
  expect(found).not.toEqual([])
  for (const entry of found) await rm(join(entry.parentPath, entry.name))
}
