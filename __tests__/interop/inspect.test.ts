import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { environmentIn, run, runCli } from '../support/program.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useDockerRegistries } from './docker-registry.ts'

const CONFIG = 'application/vnd.cncf.helm.config.v1+json'
const CHART = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
const HELMS = [
  { title: 'helm 4', helm: toolPath('helm') },
  { title: 'helm 3', helm: toolPath('helm3') }
]
const ARCHIVE = 'demo-1.2.3.tgz'

const workspace = new Workspace()
const startRegistry = useDockerRegistries()
let registry: DockerRegistry

beforeAll(async () => {
  await workspace.open()
  registry = await startRegistry(workspace, { kind: 'none' })
  await packaged('demo', {})
  await packaged('other', { name: 'demo', extra: 'description: another chart\n' })
  const config = '{"name":"demo","version":"1.2.3","apiVersion":"v2"}'
  await writeFile(workspace.path('demo/config.json'), config)
  await writeFile(workspace.path('demo/readme.txt'), 'read me\n')
})

afterAll(() => workspace.close())

/** Makes FOLDER/demo-1.2.3.tgz by helm package. */
async function packaged(folder: string, shape: Parameters<typeof chartFiles>[0]): Promise<void> {
  const chart = await workspace.write(`${folder}-chart`, chartFiles(shape))
  await mkdir(workspace.path(folder))
  await succeed(toolPath('helm'), ['package', chart, '--destination', workspace.path(folder)])
}

/** What oras push makes of files, each as NAME or NAME:TYPE; returns the reference. */
async function pushed(place: string, args: readonly string[]): Promise<string> {
  const reference = `${registry.host}/${place}/demo:1.2.3`
  await succeed(toolPath('oras'), [
    'push',
    '--plain-http',
    '--disable-path-validation',
    reference,
    ...args
  ])
  return reference
}

describe('what oras pushed wrongly is refused, as both helms refuse it', () => {
  test.each([
    [
      'no-config',
      [ARCHIVE],
      ['config-type', 'chart-layer-type'],
      '"application/vnd.oci.empty.v1+json"'
    ],
    [
      'untyped-config',
      ['--config', 'config.json', `${ARCHIVE}:${CHART}`],
      ['config-type'],
      '"application/vnd.unknown.config.v1+json"'
    ],
    [
      'image-layer',
      [
        '--config',
        `config.json:${CONFIG}`,
        `${ARCHIVE}:application/vnd.oci.image.layer.v1.tar+gzip`
      ],
      ['chart-layer-type'],
      '"application/vnd.oci.image.layer.v1.tar+gzip"'
    ],
    [
      'untyped-layer',
      ['--config', `config.json:${CONFIG}`, ARCHIVE],
      ['chart-layer-type'],
      '"application/vnd.oci.image.layer.v1.tar"'
    ],
    [
      'bare-tar',
      [
        '--config',
        `config.json:${CONFIG}`,
        `${ARCHIVE}:application/vnd.cncf.helm.chart.layer.v1+tar`
      ],
      ['chart-layer-type'],
      '"application/vnd.cncf.helm.chart.layer.v1+tar"'
    ],
    [
      'artifact-type',
      ['--artifact-type', CONFIG, `${ARCHIVE}:${CHART}`],
      ['config-type'],
      '"application/vnd.oci.empty.v1+json"'
    ]
  ])('%s', async (place, args, codes, type) => {
    const reference = await pushed(place, args)
    const { code, result } = await inspect(reference)
    expect(code).toBe(4)
    expect(result).toMatchObject({ verdict: 'refused', name: 'demo', version: '1.2.3' })
    expect(codesOf(result)).toEqual(codes)
    expect(result.problems[0].message).toContain(type)
    expect(result.problems[0].fix).toContain(
      `oras push ${reference} --config config.json:${CONFIG}`
    )
    for (const { helm } of HELMS) expect(await pull(helm, place)).toMatchObject({ code: 1 })
  })

  test('that two layers are charts, of which helm takes one at random', async () => {
    const other = `${workspace.path('other', ARCHIVE)}:${CHART}`
    const reference = await pushed('two', [
      '--config',
      `config.json:${CONFIG}`,
      `${ARCHIVE}:${CHART}`,
      other
    ])
    const { code, result } = await inspect(reference)
    expect(code).toBe(4)
    expect(codesOf(result)).toEqual(['chart-layers-several'])
  })

  test('that a tag is no version, by which no helm can pull', async () => {
    const reference = await pushedRightly('moving')
    await succeed(toolPath('oras'), ['tag', '--plain-http', reference, 'latest'])
    const { code, result } = await inspect(reference.replace('1.2.3', 'latest'))
    expect({ code, codes: codesOf(result) }).toEqual({ code: 4, codes: ['tag-not-version'] })
    for (const { helm } of HELMS) {
      expect(await pull(helm, 'moving', 'latest')).toMatchObject({ code: 1 })
    }
  })
})

function pushedRightly(place: string, ...more: readonly string[]): Promise<string> {
  return pushed(place, ['--config', `config.json:${CONFIG}`, `${ARCHIVE}:${CHART}`, ...more])
}

describe.each(HELMS)('$title pulls what is told to be genuine', ({ title, helm }) => {
  const space = title.replace(' ', '')

  test('what oras pushed rightly', async () => {
    const { code, result } = await inspect(await pushedRightly(`${space}/right`))
    expect(result).toMatchObject({ verdict: 'genuine', problems: [] })
    expect(code).toBe(0)
    await expectPulled(helm, `${space}/right`)
  })

  test('what has layers that helm does not know', async () => {
    const { result } = await inspect(await pushedRightly(`${space}/more`, 'readme.txt:text/plain'))
    expect(result).toMatchObject({ verdict: 'genuine' })
    expect(codesOf(result)).toEqual(['layer-unknown'])
    await expectPulled(helm, `${space}/more`)
  })

  test('what it pushed itself', async () => {
    const place = `${registry.host}/${space}/pushed`
    await succeed(helm, ['push', workspace.path('demo', ARCHIVE), `oci://${place}`, '--plain-http'])
    const { result } = await inspect(`${place}/demo:1.2.3`)
    expect(result).toMatchObject({ verdict: 'genuine', problems: [] })
    const file = await runCli(workspace, ['inspect', workspace.path('demo', ARCHIVE), '--json'])
    expect(JSON.parse(file.stdout).results[0].digest).toBe(result.digest)
    await expectPulled(helm, `${space}/pushed`)
  })

  test('what was published by us with it', async () => {
    const flags = [`--registry=oci://${registry.host}/${space}/ours`, '--plain-http', '--json']
    const environment = { PATH: `${dirname(helm)}:/usr/bin:/bin` }
    const args = ['publish', workspace.path('demo-chart'), ...flags]
    const published = await runCli(workspace, args, { environment })
    const [{ ref, digest }] = JSON.parse(published.stdout).results
    const { result } = await inspect(ref)
    expect(result).toMatchObject({ verdict: 'genuine', problems: [], digest })
  })

  test('by a tag that it does not list', async () => {
    const reference = await pushedRightly(`${space}/hidden`)
    await succeed(toolPath('oras'), ['tag', '--plain-http', reference, 'v1.2.3'])
    const { result } = await inspect(reference.replace('1.2.3', 'v1.2.3'))
    expect(codesOf(result)).toEqual(['version-hidden'])
    await expectPulled(helm, `${space}/hidden`, 'v1.2.3')
  })

  test('under another name and version than its own', async () => {
    const reference = await pushedRightly(`${space}/renamed`)
    const elsewhere = `${registry.host}/${space}/renamed/web:9.9.9`
    await succeed(toolPath('oras'), [
      'cp',
      '--from-plain-http',
      '--to-plain-http',
      reference,
      elsewhere
    ])
    const { result } = await inspect(elsewhere)
    expect(result.verdict).toBe('genuine')
    expect(codesOf(result)).toEqual(['name-contradicts-repository', 'tag-contradicts-version'])
    const place = `oci://${registry.host}/${space}/renamed/web`
    await succeed(helm, ['show', 'chart', place, '--version', '9.9.9', '--plain-http'])
  })
})

test('an index over one chart is taken by both helms, with a word on older ones', async () => {
  await pushedRightly('index')
  const place = `${registry.host}/index/demo`
  await succeed(toolPath('oras'), [
    'manifest',
    'index',
    'create',
    '--plain-http',
    `${place}:2.0.0`,
    '1.2.3'
  ])
  const { result } = await inspect(`${place}:2.0.0`)
  expect(result.verdict).toBe('genuine')
  expect(codesOf(result)).toEqual(['index', 'tag-contradicts-version'])
  for (const { helm } of HELMS)
    expect(await pull(helm, 'index', '2.0.0')).toMatchObject({ code: 0 })
})

async function inspect(reference: string) {
  const { code, stdout } = await runCli(workspace, [
    'inspect',
    `oci://${reference}`,
    '--plain-http',
    '--json'
  ])
  const [result] = JSON.parse(stdout).results
  return { code, result }
}

function codesOf({ problems }: { readonly problems: readonly { readonly code: string }[] }) {
  return problems.map(({ code }) => code)
}

async function pull(helm: string, place: string, version = '1.2.3') {
  const destination = workspace.path('pulled', place, helm === HELMS[0]?.helm ? '4' : '3')
  await mkdir(destination, { recursive: true })
  const reference = [`oci://${registry.host}/${place}/demo`, '--version', version, '--plain-http']
  const args = ['pull', ...reference, '--destination', destination]
  const result = await run(helm, args, { environment: environmentIn(workspace) })
  return { ...result, file: join(destination, `demo-${version}.tgz`) }
}

async function expectPulled(helm: string, place: string, version = '1.2.3'): Promise<void> {
  const { file, ...result } = await pull(helm, place, version)
  expect(result).toMatchObject({ code: 0 })
  expect(await readFile(file)).toEqual(await readFile(workspace.path('demo', ARCHIVE)))
}

async function succeed(file: string, args: readonly string[]): Promise<void> {
  const directory = workspace.path('demo')
  const result = await run(file, args, { environment: environmentIn(workspace), directory })
  expect(result).toMatchObject({ code: 0 })
}
