import { afterEach, describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/shared/failure.ts'
import {
  CHART_CONFIG,
  OciShelf,
  type RemoteCharts,
  remoteCharts,
  remoteDependency
} from '../support/dependencies/remote.ts'
import type { TestRegistryOptions } from '../support/registry/registry.ts'
import { errorAnswer } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'

const startRegistry = useRegistries()
const open: RemoteCharts[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()))
})

async function start(options?: TestRegistryOptions) {
  const registry = await startRegistry(options)
  const shelf = new OciShelf(registry)
  const charts = remoteCharts([registry.host])
  open.push(charts)
  const { host } = registry
  const resolve = (
    declared: string,
    {
      locked,
      name = 'lib',
      path = 'charts'
    }: { locked?: string; name?: string; path?: string } = {}
  ) => {
    const dependency = remoteDependency(`oci://${host}/${path}`, { name, declared, locked })
    return charts.oci.resolve(dependency, { host, path })
  }
  const refusal = async (...wanted: Parameters<typeof resolve>) => {
    const error: unknown = await resolve(...wanted).catch((thrown: unknown) => thrown)
    if (!(error instanceof Failure)) throw new Error(`no failure: ${JSON.stringify(error)}`)
    return {
      kind: error.kind,
      message: error.message.replaceAll(host, 'HOST'),
      fix: error.fix.replaceAll(host, 'HOST')
    }
  }
  return { registry, shelf, charts, resolve, refusal }
}

const NAME = '/v2/charts/lib'

describe('a version of a registry', () => {
  test.each([
    ['1.2.0', undefined],
    ['^1.0.0', '1.2.0']
  ])('that is named, as %s locked %s, is one manifest and one blob', async (declared, locked) => {
    const { registry, shelf, resolve } = await start()
    const { archive } = shelf.add('1.2.0')
    const { version, fileName, isResolvedAgain, fetch } = await resolve(declared, {
      ...(locked !== undefined && { locked })
    })
    expect({ version, fileName, isResolvedAgain }).toEqual({
      version: '1.2.0',
      fileName: 'lib-1.2.0.tgz',
      isResolvedAgain: false
    })
    expect(registry.log).toEqual([`GET ${NAME}/manifests/1.2.0`])
    expect(await fetch()).toEqual(archive.bytes)
    expect(registry.log.slice(1)).toEqual([`GET ${NAME}/blobs/${archive.digest}`])
  })

  test.each([
    ['^1.0.0', '1.10.0'],
    ['*', '1.10.0'],
    ['~1.2', '1.2.0+b.1'],
    ['<1.0.0', '0.9.0'],
    ['>=2.0.0-0', '2.0.0-rc.1'],
    ['1.2.0+b.1', '1.2.0+b.1'],
    ['1.8', '1.8'],
    ['v1.9.0', 'v1.9.0']
  ])(
    'for %s is %s: ranges see strict versions only, what is a version is the tag',
    async (declared, expected) => {
      const { shelf, resolve } = await start()
      for (const version of ['0.9.0', '1.2.0+b.1', '1.10.0', '2.0.0-rc.1', '1.8', 'v1.9.0'])
        shelf.add(version)
      shelf.tag('latest', '3', '1', 'v3.0.0', '01.2.3', 'sha256-aa.sig')
      expect((await resolve(declared)).version).toBe(expected)
    }
  )

  test('is chosen from all pages of the list', async () => {
    const { registry, shelf, resolve } = await start()
    shelf.add('1.0.0')
    shelf.add('1.5.0')
    const list = `${NAME}/tags/list`
    registry.fault = ({ url }) => {
      const page = (tags: readonly string[], headers = {}) => ({
        status: 200,
        headers,
        body: JSON.stringify({ tags })
      })
      if (url === list) return page(['1.0.0'], { link: `<${list}?last=1.0.0>; rel="next"` })
      return url.startsWith(list) ? page(['1.5.0']) : undefined
    }
    expect((await resolve('^1.0.0')).version).toBe('1.5.0')
  })

  test('for a lock that holds a range is resolved again', async () => {
    const { shelf, resolve } = await start()
    for (const version of ['1.1.0', '1.1.5', '1.2.0']) shelf.add(version)
    expect(await resolve('^1.0.0', { locked: '~1.1.0' })).toMatchObject({
      version: '1.1.5',
      isResolvedAgain: true
    })
  })

  test('has one key for all who want its bytes, under whatever tag', async () => {
    const { shelf, resolve } = await start()
    shelf.add('1.2.0')
    shelf.add('1.2.0', { tag: '1.2.1' })
    expect((await resolve('1.2.0')).key).toBe((await resolve('1.2.1')).key)
  })

  test('is asked for once, whoever wants it', async () => {
    const { registry, shelf, resolve } = await start()
    shelf.add('1.2.0')
    await Promise.all([resolve('^1.0.0'), resolve('*'), resolve('~1.2'), resolve('1.2.0')])
    expect([...registry.log].sort()).toEqual([
      `GET ${NAME}/manifests/1.2.0`,
      `GET ${NAME}/tags/list`
    ])
  })

  test('may lie right at the host', async () => {
    const { registry, shelf, charts } = await start()
    shelf.add('1.2.0')
    const { host } = registry
    const dependency = remoteDependency(`oci://${host}`, { name: 'lib', declared: '1.2.0' })
    await charts.oci.resolve(dependency, { host, path: '' }).catch(() => undefined)
    expect(registry.log[0]).toBe('GET /v2/lib/manifests/1.2.0')
  })
})

describe('what a registry does not have is named with what it has', () => {
  test('a version that is declared', async () => {
    const { shelf, refusal } = await start()
    for (const minor of [0, 1, 2, 3, 4, 5, 6]) shelf.add(`1.${minor}.0`)
    expect(await refusal('1.9.0')).toEqual({
      kind: 'chart',
      message:
        'oci://HOST/charts/lib has no chart version 1.9.0; available: 1.6.0, 1.5.0, 1.4.0, 1.3.0, 1.2.0 and 2 more.',
      fix: 'Declare a version that exists.'
    })
  })

  test.each(['1.1', '1', 'v1'])('a part of a version, which is no tag: %s', async (declared) => {
    const { shelf, refusal } = await start()
    shelf.add('1.1.5')
    expect(await refusal(declared)).toMatchObject({
      kind: 'chart',
      fix: `Helm takes "${declared}" as the exact tag: write "~${declared}" for the versions that begin with it.`
    })
  })

  test('a locked version: nothing is resolved anew or fetched', async () => {
    const { registry, shelf, refusal } = await start()
    for (const version of ['1.2.0', '1.3.0', '2.0.0']) shelf.add(version)
    expect(await refusal('^1.0.0', { locked: '1.1.0' })).toEqual({
      kind: 'chart',
      message:
        'oci://HOST/charts/lib no longer has lib 1.1.0, the locked version; in the range "^1.0.0" it has 1.3.0, 1.2.0.',
      fix: 'Run `helm dependency update` and commit the lock, or set `dependencies: update`, which ignores the lock.'
    })
    expect(registry.log.filter((line) => line.includes('/blobs/'))).toEqual([])
  })

  test('a range without pre-releases, and one without versions', async () => {
    const { shelf, refusal } = await start()
    shelf.add('1.1.0-rc.1')
    expect((await refusal('^1.0.0')).fix).toContain('such as ">=1.1.0-rc.1"')
    expect(await refusal('^2.0.0')).toMatchObject({
      message:
        'oci://HOST/charts/lib has no version of lib in the range "^2.0.0"; it has 1.1.0-rc.1.',
      fix: 'Declare a version of lib that exists.'
    })
  })

  test('a text that is no range', async () => {
    const { shelf, refusal } = await start()
    shelf.add('1.0.0')
    expect((await refusal('latest')).message).toContain(
      '"latest", is neither a version nor a range'
    )
  })

  test.each([
    ['1.0.0', 'charts/lib', 'HOST/charts.'],
    ['^1.0.0', 'charts/lib', 'HOST/charts.'],
    ['^1.0.0', 'lib', 'HOST.']
  ])(
    'anything, for %s where the name of the chart stands in %s as well',
    async (declared, path, place) => {
      const { refusal } = await start()
      expect(await refusal(declared, { path })).toMatchObject({
        kind: 'chart',
        message: expect.stringMatching(/^There is no chart (?:1\.0\.0 )?at oci:\/\/HOST\//),
        fix: `Leave the name of the chart out of \`repository\`: write oci://${place}`
      })
    }
  )

  test('anything at all', async () => {
    const { refusal } = await start()
    expect((await refusal('^1.0.0')).fix).toBe(
      'Check `name` and `repository` of the dependency lib, and whether its login may read it.'
    )
  })

  test('a name that is no repository is not asked for', async () => {
    const { registry, refusal } = await start()
    for (const name of ['Lib', '../x', 'a b', 'x'.repeat(300)]) {
      const { kind, message } = await refusal('1.0.0', { name })
      expect(kind).toBe('chart')
      expect(message).toContain('is not a valid repository of a registry')
      expect(message.length).toBeLessThan(400)
    }
    expect(registry.log).toEqual([])
  })

  test('a version that is no tag is not asked for by it', async () => {
    const { registry, shelf, refusal } = await start()
    shelf.add('1.0.0')
    const long = `1.0.0-${'a'.repeat(200)}`
    expect((await refusal(long)).message).toContain('has no chart version 1.0.0-aaa')
    expect(registry.log).toEqual([`GET ${NAME}/tags/list`])
  })
})

describe('what is no chart is refused before it is fetched', () => {
  test.each<[string, Parameters<OciShelf['add']>[1], RegExp]>([
    [
      'an image',
      {
        config: 'application/vnd.oci.image.config.v1+json',
        layer: 'application/vnd.oci.image.layer.v1.tar+gzip'
      },
      /is not a chart, but/
    ],
    [
      'a chart whose layer has another type',
      { layer: 'application/octet-stream' },
      /^Helm cannot use HOST\/charts\/lib:1\.0\.0:/
    ],
    ['a chart that is larger than any', { size: 10 ** 12 }, /has 1000000000000 bytes/]
  ])('%s', async (_, about, message) => {
    const { shelf, refusal } = await start()
    shelf.add('1.0.0', about)
    const refused = await refusal('1.0.0')
    expect(refused.kind).toBe('chart')
    expect(refused.message).toMatch(message)
  })

  test('a page of another server', async () => {
    const { registry, refusal } = await start()
    registry.fault = () => ({
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>'
    })
    const { kind, message } = await refusal('1.0.0')
    expect(['chart', 'registry']).toContain(kind)
    expect(message).toContain('HOST')
  })

  test('a layer that has no sound digest', async () => {
    const { registry, refusal } = await start()
    const config = { mediaType: CHART_CONFIG, digest: `sha256:${'a'.repeat(64)}`, size: 2 }
    const layer = {
      mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
      digest: 'sha256:../../x',
      size: 5
    }
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [layer] }))
    registry.store.setManifest('charts/lib', '1.0.0', {
      type: 'application/vnd.oci.image.manifest.v1+json',
      bytes
    })
    expect((await refusal('1.0.0')).kind).toBe('chart')
    expect(registry.log).toHaveLength(1)
  })
})

describe('an archive that a manifest names', () => {
  test.each([
    [
      'does not exist',
      (digest: string) => errorAnswer(404, 'BLOB_UNKNOWN', digest),
      'does not have the archive'
    ],
    [
      'has other bytes',
      () => ({ status: 200, body: 'other' }),
      'returns other content for the archive'
    ]
  ])('%s: the registry is to blame', async (_, answerTo, text) => {
    const { registry, shelf, resolve } = await start()
    const { archive } = shelf.add('1.0.0')
    const { fetch } = await resolve('1.0.0')
    registry.fault = ({ url }) => (url.includes('/blobs/') ? answerTo(archive.digest) : undefined)
    const error = await fetch().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ kind: 'registry', message: expect.stringContaining(text) })
  })
})

test('a registry that wants a login is an error of that kind, not an absent chart', async () => {
  const auth = { kind: 'basic', username: 'ci', password: 'hush' } as const
  const { registry, refusal } = await start({ auth })
  registry.fault = undefined
  expect((await refusal('1.0.0')).kind).toBe('auth')
  expect((await refusal('^1.0.0')).kind).toBe('auth')
})
