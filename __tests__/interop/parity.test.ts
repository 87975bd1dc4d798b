import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { CHART_SHAPES } from '../support/charts/chart-shapes.ts'
import { environmentIn, run, runCli } from '../support/program.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useDockerRegistries } from './docker-registry.ts'

const EXAMPLE = join(import.meta.dirname, '../../examples/charts/storefront')
const HELMS = [
  { title: 'helm 4', space: 'helm4', version: '(v4.3', helm: toolPath('helm') },
  { title: 'helm 3', space: 'helm3', version: '(v3.22', helm: toolPath('helm3') }
]
const SHAPES = [
  { title: 'in examples/', name: 'storefront', version: '1.4.0', write: async () => EXAMPLE },
  ...CHART_SHAPES.map(({ files, ...shape }) => {
    return { ...shape, write: () => workspace.write(`charts/${shape.name}`, files) }
  })
]

const workspace = new Workspace()
const startRegistry = useDockerRegistries()
let registry: DockerRegistry

beforeAll(async () => {
  await workspace.open()
  registry = await startRegistry(workspace, { kind: 'none' })
})

afterAll(() => workspace.close())

describe.each(HELMS)('with $title', ({ space, version, helm }) => {
  test.each(SHAPES)(
    'helm pull gets the archive of the chart $title, helm push makes the same manifest',
    async (shape) => {
      const folder = workspace.path(space, shape.name)
      const published = await publish(helm, [
        await shape.write(),
        `--registry=oci://${registry.host}/${space}/ours`,
        `--destination=${folder}`
      ])
      expect(published.stderr).toContain(version)
      const [publication] = JSON.parse(published.stdout).results
      expect(publication).toMatchObject({
        status: 'published',
        name: shape.name,
        version: shape.version
      })

      const reference = [`oci://${publication.subjectName}`, '--version', shape.version]
      const pulled = join(folder, 'pulled')
      await mkdir(pulled)
      await succeed(helm, ['pull', ...reference, '--plain-http', '--destination', pulled])
      const archive = `${shape.name}-${shape.version}.tgz`
      expect(await readFile(join(pulled, archive))).toEqual(await readFile(publication.archive))

      const elsewhere = `${registry.host}/${space}/theirs`
      await succeed(helm, ['push', publication.archive, `oci://${elsewhere}`, '--plain-http'])
      const theirs = await manifestOf(`${elsewhere}/${shape.name}`, publication.tag)
      expect(theirs).toEqual(await manifestOf(publication.subjectName, publication.tag))
      expect(await workspace.leftovers()).toEqual([])
    }
  )
})

test('oras and skopeo get the same bytes as were pushed', async () => {
  const published = await publish(toolPath('helm'), [
    EXAMPLE,
    `--registry=oci://${registry.host}/tools`,
    `--destination=${workspace.path('tools')}`
  ])
  const [{ ref, subjectName, tag, archive }] = JSON.parse(published.stdout).results
  const manifest = await manifestOf(subjectName, tag)
  const { layers } = JSON.parse(manifest)

  const raw = await succeed('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${ref}`])
  expect(raw).toBe(manifest)
  const out = workspace.path('layer.tgz')
  const layer = `${subjectName}@${layers[0].digest}`
  await succeed(toolPath('oras'), ['blob', 'fetch', '--plain-http', '--output', out, layer])
  expect(await readFile(out)).toEqual(await readFile(archive))
})

async function publish(helm: string, args: readonly string[]) {
  const flags = ['--plain-http', '--source-date-epoch=1704164645', '--json']
  const environment = { PATH: `${dirname(helm)}:/usr/bin:/bin` }
  const published = await runCli(workspace, ['publish', ...args, ...flags], { environment })
  expect(published).toMatchObject({ code: 0 })
  return published
}

async function succeed(file: string, args: readonly string[]): Promise<string> {
  const result = await run(file, args, { environment: environmentIn(workspace) })
  expect(result).toMatchObject({ code: 0 })
  return result.stdout
}

async function manifestOf(repository: string, tag: string): Promise<string> {
  const [host, ...path] = repository.split('/')
  const response = await fetch(`http://${host}/v2/${path.join('/')}/manifests/${tag}`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' }
  })
  expect(response.status).toBe(200)
  return response.text()
}
