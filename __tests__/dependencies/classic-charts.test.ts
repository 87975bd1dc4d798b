import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/shared/failure.ts'
import { chartArchive } from '../support/dependencies/charts-folder.ts'
import {
  OciShelf,
  type RemoteCharts,
  remoteCharts,
  remoteDependency
} from '../support/dependencies/remote.ts'
import { answer, type Pages, useWebServers } from '../support/network/web-servers.ts'
import { useRegistries } from '../support/registry/servers.ts'

const serve = useWebServers()
const startRegistry = useRegistries()
const open: RemoteCharts[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()))
})

interface Listed {
  readonly version: string
  readonly urls?: readonly string[]
  readonly digest?: string
}

const LIB = chartArchive('lib')
const hexOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

function indexOf(list: readonly Listed[], name = 'lib'): string {
  const entries = list.map(({ version, urls = [`${name}-${version}.tgz`], digest }) => {
    return { apiVersion: 'v2', name, version, urls, ...(digest !== undefined && { digest }) }
  })
  return JSON.stringify({ apiVersion: 'v1', entries: { [name]: entries } })
}

/** A repository below /charts whose index lists these. */
async function start(
  list: readonly Listed[],
  pages: Pages = {},
  registries: readonly string[] = []
) {
  const server = await serve({ '/charts/index.yaml': indexOf(list), ...pages })
  const charts = remoteCharts(registries)
  open.push(charts)
  const repository = server.at('/charts')
  const resolve = (
    declared: string,
    { locked, name = 'lib', query = '' }: { locked?: string; name?: string; query?: string } = {}
  ) => {
    const dependency = remoteDependency(repository, { name, declared, locked })
    return charts.classic.resolve(dependency, new URL(`${repository}${query}`))
  }
  const fetchFirst = async (declared = '1.0.0') => (await resolve(declared)).fetch()
  const refusal = async (work: Promise<unknown>) => {
    const error: unknown = await work.catch((thrown: unknown) => thrown)
    if (!(error instanceof Failure)) throw new Error(`no failure: ${error}`)
    const shown = (text: string) =>
      text.replaceAll(server.at(), 'SERVER').replaceAll(server.host, 'HOST')
    return { kind: error.kind, message: shown(error.message), fix: shown(error.fix) }
  }
  const { logger } = charts
  return {
    server,
    resolve,
    fetchFirst,
    refusal,
    logger,
    paths: () => server.requests.map(({ path }) => path)
  }
}

const versions = (...all: readonly string[]): readonly Listed[] =>
  all.map((version) => ({ version }))

describe('a version of a repository', () => {
  test.each([
    ['^1.0.0', undefined, '1.10.0', false],
    ['*', undefined, '2.0.0', false],
    ['1.2', undefined, '1.2.5', false],
    ['>=3.0.0-0', undefined, '3.0.0-rc.1', false],
    ['^1.0.0', '1.2.0', '1.2.0', false],
    ['^1.0.0', 'v1.2.0', '1.2.0', false],
    ['^1.0.0', '~1.2.0', '1.2.5', true],
    ['1.2.0+gcp', undefined, '1.2.0+gcp', false],
    ['^1.0.0', '1.2.0+aws', '1.2.0+aws', false]
  ])('for %s, locked %s, is %s', async (declared, locked, version, isResolvedAgain) => {
    const list = ['1.2.0', '1.2.0+aws', '1.2.0+gcp', '1.10.0', '3.0.0-rc.1', '1.2.5', '2.0.0']
    const { resolve } = await start(versions(...list))
    const resolved = await resolve(declared, { ...(locked !== undefined && { locked }) })
    expect(resolved).toMatchObject({ version, isResolvedAgain, fileName: `lib-${version}.tgz` })
  })

  test.each([
    ['lib-1.0.0.tgz', '/charts/lib-1.0.0.tgz', 'lib-1.0.0.tgz'],
    ['/files/x.tgz', '/files/x.tgz', 'x.tgz'],
    ['../a%20b.tgz', '/a%20b.tgz', 'a b.tgz'],
    ['download?id=1', '/charts/download', 'lib-1.0.0.tgz'],
    ['a%2Fb.tgz', '/charts/a%2Fb.tgz', 'b.tgz']
  ])('whose URL is %s is fetched from %s, and called %s', async (url, path, fileName) => {
    const { resolve, paths } = await start([{ version: '1.0.0', urls: [url] }], { [path]: LIB })
    const resolved = await resolve('1.0.0')
    expect(resolved.fileName).toBe(fileName)
    expect(await resolved.fetch()).toEqual(LIB)
    expect(paths()).toEqual(['/charts/index.yaml', path])
  })

  test('has the query of the repository, which no message has', async () => {
    const { resolve, refusal, paths } = await start(versions('1.0.0'), {
      '/charts/lib-1.0.0.tgz': LIB
    })
    await (await resolve('1.0.0', { query: '?key=hush' })).fetch()
    expect(paths()).toEqual(['/charts/index.yaml?key=hush', '/charts/lib-1.0.0.tgz?key=hush'])
    const { message, fix } = await refusal(resolve('9.0.0', { query: '?key=hush' }))
    expect(message + fix).not.toContain('hush')
  })

  test('without a URL is passed over, as by helm', async () => {
    const { resolve } = await start([{ version: '1.1.0', urls: [] }, ...versions('1.0.0')])
    expect((await resolve('^1.0.0')).version).toBe('1.0.0')
  })

  test('that is listed twice is the first of them', async () => {
    const list = ['first.tgz', 'second.tgz'].map((url) => ({ version: '1.0.0', urls: [url] }))
    expect((await (await start(list)).resolve('^1.0.0')).fileName).toBe('first.tgz')
  })

  test('without a usable URL is refused', async () => {
    const { resolve, refusal } = await start([{ version: '1.0.0', urls: ['https://'] }])
    expect(await refusal(resolve('1.0.0'))).toEqual({
      kind: 'chart',
      message: 'The index of SERVER/charts has no usable URL for lib 1.0.0.',
      fix: 'Declare another version, or correct the index.'
    })
  })
})

describe('of several URLs', () => {
  const list = [{ version: '1.0.0', urls: ['gone.tgz', 'here.tgz'] }]

  test('the next is tried when one fails; the name is that of the first', async () => {
    const { resolve, paths } = await start(list, { '/charts/here.tgz': LIB })
    const resolved = await resolve('1.0.0')
    expect(resolved.fileName).toBe('gone.tgz')
    expect(await resolved.fetch()).toEqual(LIB)
    expect(paths().slice(1)).toEqual(['/charts/gone.tgz', '/charts/here.tgz'])
  })

  test('the next is tried when one has other bytes than the index says', async () => {
    const digest = hexOf(LIB)
    const pages = {
      '/charts/gone.tgz': chartArchive('lib', '1.0.0', 'b: 2\n'),
      '/charts/here.tgz': LIB
    }
    const { fetchFirst } = await start([{ ...list[0], version: '1.0.0', digest }], pages)
    expect(await fetchFirst()).toEqual(LIB)
  })

  test('the failure of the first is told when all fail', async () => {
    const { fetchFirst, refusal } = await start(list, { '/charts/gone.tgz': answer(403) })
    const { kind, message } = await refusal(fetchFirst())
    expect(kind).toBe('auth')
    expect(message).toContain('gone.tgz')
  })
})

describe('the digest of an index', () => {
  test.each([
    ['as helm writes it', hexOf(LIB)],
    ['with sha256: before it', `sha256:${hexOf(LIB)}`],
    ['in capitals', hexOf(LIB).toUpperCase()],
    ['missing', undefined],
    ['empty', '']
  ])('%s holds', async (_, digest) => {
    const list = [{ version: '1.0.0', ...(digest !== undefined && { digest }) }]
    const { fetchFirst, logger } = await start(list, { '/charts/lib-1.0.0.tgz': LIB })
    expect(await fetchFirst()).toEqual(LIB)
    expect(logger.lines.filter((line) => line.startsWith('warning'))).toEqual([])
  })

  test('that is another one is refused with both, and the ways out', async () => {
    const digest = 'a'.repeat(64)
    const { fetchFirst, refusal } = await start([{ version: '1.0.0', digest }], {
      '/charts/lib-1.0.0.tgz': LIB
    })
    expect(await refusal(fetchFirst())).toEqual({
      kind: 'chart',
      message: `The archive of lib 1.0.0 does not match the index of SERVER/charts: its digest is sha256:${hexOf(LIB)}, the index has sha256:${digest}.`,
      fix: 'Declare another version of lib, or ask the owners of the repository to correct the index. If you trust the archive, commit it to charts/, so that it is not fetched.'
    })
  })

  test.each(['md5:1234', 'x', `${'a'.repeat(64)}\n`])(
    'in another form, %j, warns',
    async (digest) => {
      const { fetchFirst, logger } = await start([{ version: '1.0.0', digest }], {
        '/charts/lib-1.0.0.tgz': LIB
      })
      expect(await fetchFirst()).toEqual(LIB)
      expect(logger.lines.filter((line) => line.includes('in an unknown form'))).toHaveLength(1)
    }
  )

  test('decides on the key by which others share the archive', async () => {
    const other = hexOf(chartArchive('lib', '1.1.0'))
    const urls = ['one.tgz']
    const list = [
      { version: '1.0.0', urls, digest: hexOf(LIB) },
      { version: '1.1.0', urls, digest: other }
    ]
    const { resolve } = await start(list)
    expect((await resolve('1.0.0')).key).not.toBe((await resolve('1.1.0')).key)
    expect((await resolve('1.0.0')).key).toBe((await resolve('~1.0.0')).key)
  })
})

describe('an entry that points at a registry', () => {
  async function inRegistry(
    url: (host: string) => string,
    digestOf: (found: ReturnType<OciShelf['add']>) => string
  ) {
    const registry = await startRegistry()
    const found = new OciShelf(registry).add('1.0.0')
    const list = [{ version: '1.0.0', urls: [url(registry.host)], digest: digestOf(found) }]
    return { ...(await start(list, {}, [registry.host])), registry, found }
  }
  const atTag = (host: string) => `oci://${host}/charts/lib:1.0.0`

  test.each<[string, (found: ReturnType<OciShelf['add']>) => string]>([
    ['the layer', ({ archive }) => archive.digest],
    ['the manifest', ({ manifest }) => manifest],
    ['nothing', () => '']
  ])('is fetched from there, by the digest of %s', async (_, digestOf) => {
    const { resolve, found } = await inRegistry(atTag, digestOf)
    const { fetch, fileName } = await resolve('1.0.0')
    expect(fileName).toBe('lib-1.0.0.tgz')
    expect(await fetch()).toEqual(found.archive.bytes)
  })

  test('without a tag has that of its version', async () => {
    const { fetchFirst, found } = await inRegistry(
      (host) => `oci://${host}/charts/lib`,
      () => ''
    )
    expect(await fetchFirst()).toEqual(found.archive.bytes)
  })

  test('with another digest is refused before it is fetched', async () => {
    const { fetchFirst, refusal, registry } = await inRegistry(atTag, () => 'b'.repeat(64))
    expect((await refusal(fetchFirst())).message).toContain(
      `the index has sha256:${'b'.repeat(64)}`
    )
    expect(registry.log.filter((line) => line.includes('/blobs/'))).toEqual([])
  })

  test('that does not exist is refused', async () => {
    const { fetchFirst, refusal } = await inRegistry(
      (host) => `oci://${host}/charts/lib:2.0.0`,
      () => ''
    )
    expect(await refusal(fetchFirst())).toMatchObject({
      kind: 'chart',
      message: expect.stringMatching(
        /^The index of SERVER\/charts names oci:\/\/.*:2\.0\.0 for lib 1\.0\.0, which does not exist\.$/
      )
    })
  })

  test.each(['oci://', 'oci://host/Upper/lib:1.0.0', 'oci://me:hush@host/lib:1.0.0'])(
    'at what is no reference, %s, is refused without showing a login',
    async (url) => {
      const { fetchFirst, refusal } = await start([{ version: '1.0.0', urls: [url] }])
      const { kind, message, fix } = await refusal(fetchFirst())
      expect(kind).toBe('chart')
      expect(message + fix).not.toContain('hush')
    }
  )
})

describe('what a repository does not have is named with what it has', () => {
  test('a chart', async () => {
    const { resolve, refusal } = await start(versions('1.0.0'))
    expect(await refusal(resolve('1.0.0', { name: 'other' }))).toEqual({
      kind: 'chart',
      message: 'SERVER/charts has no chart "other".',
      fix: 'Check `name` and `repository` of the dependency other.'
    })
  })

  test('a locked version: nothing is resolved anew or fetched', async () => {
    const { resolve, refusal, paths } = await start(versions('1.2.0', '1.3.0', '2.0.0'))
    expect(await refusal(resolve('^1.0.0', { locked: '1.1.0' }))).toEqual({
      kind: 'chart',
      message:
        'SERVER/charts no longer has lib 1.1.0, the locked version; in the range "^1.0.0" it has 1.3.0, 1.2.0.',
      fix: 'Run `helm dependency update` and commit the lock, or set `dependencies: update`, which ignores the lock.'
    })
    expect(paths()).toEqual(['/charts/index.yaml'])
  })

  test('a locked version with other build metadata', async () => {
    const { resolve, refusal } = await start(versions('1.2.0+gcp'))
    expect((await refusal(resolve('^1.0.0', { locked: '1.2.0+aws' }))).message).toContain(
      'no longer has lib 1.2.0+aws'
    )
  })

  test('any version in the range', async () => {
    const { resolve, refusal } = await start(versions('1.0.0', '1.1.0'))
    expect((await refusal(resolve('^2.0.0'))).message).toBe(
      'SERVER/charts has no version of lib in the range "^2.0.0"; it has 1.1.0, 1.0.0.'
    )
  })

  test('any version with a URL', async () => {
    const { resolve, refusal } = await start([{ version: '1.0.0', urls: [] }])
    expect((await refusal(resolve('^1.0.0'))).message).toBe(
      'SERVER/charts has no usable version of the chart lib.'
    )
  })
})

test('an index is fetched once for all charts of it', async () => {
  const list = { lib: versions('1.0.0'), other: versions('2.0.0') }
  const both = JSON.parse(indexOf(list.lib))
  both.entries.other = JSON.parse(indexOf(list.other, 'other')).entries.other
  const pages = { '/charts/index.yaml': JSON.stringify(both) }
  const { resolve, paths } = await start([], pages)
  await Promise.all([resolve('*'), resolve('^1.0.0'), resolve('*', { name: 'other' })])
  expect(paths()).toEqual(['/charts/index.yaml'])
})
