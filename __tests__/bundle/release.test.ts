import { mkdirSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { OCI_MANIFEST } from '../../src/oci/spec/media-types.ts'
import { type ArchiveEntry, archiveOf, gzipOf, tarOf } from '../support/charts/archives.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { release as releaseTo } from '../support/charts/releases.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()

/** Publishes charts of the workspace to `charts` of each registry. */
function release(registries: readonly TestRegistry[], args: readonly string[]) {
  const targets = registries.map(({ host }) => `${host}/charts`)
  return releaseTo(workspace, targets, args)
}

async function writeArchive(name: string, ...entries: readonly ArchiveEntry[]): Promise<void> {
  await writeFile(workspace.path(name), archiveOf(...entries))
}

function pushes({ log }: TestRegistry): readonly string[] {
  return log.filter((line) => line.startsWith('PUT'))
}

describe('several charts', () => {
  test('are published in one call, found by a pattern, and told in its order', async () => {
    const registry = await startRegistry()
    for (const name of ['c', 'a', 'b'])
      await workspace.write(`charts/${name}`, chartFiles({ name }))
    const { code, results, stderr } = await release([registry], ['charts/*'])
    expect(code).toBe(0)
    expect(results.map(({ chart, name, status }) => [chart, name, status])).toEqual([
      ['charts/a', 'a', 'published'],
      ['charts/b', 'b', 'published'],
      ['charts/c', 'c', 'published']
    ])
    expect(stderr).toMatch(/^Packaging 3 charts\.\nPackaged 3 charts in .* s\.\nhelm package by /)
    const order = [...stderr.matchAll(/^Push (\S+)/gm)].map(([, what]) => what)
    expect(order).toEqual(['a', 'b', 'c'])
    expect(await workspace.leftovers()).toEqual([])
  })

  test('are not pushed, not one, when one of them is not fit', async () => {
    const registry = await startRegistry()
    await workspace.write('charts/good', chartFiles({ name: 'good' }))
    await workspace.write('charts/bad', { 'Chart.yaml': 'name: bad\n' })
    const { code, results } = await release([registry], ['charts/*', '--destination=out'])
    expect(code).toBe(4)
    expect(results.map(({ chart, status }) => [chart, status])).toEqual([
      ['charts/bad', 'failed'],
      ['charts/good', 'not-attempted']
    ])
    expect(results[1]).toMatchObject({ error: null, digest: null, name: 'good' })
    expect(registry.log).toEqual([])
    expect(await readdir(workspace.path())).not.toContain('out')
  })

  test('of one name and version are refused before anything is pushed', async () => {
    const registry = await startRegistry()
    await workspace.write('one', chartFiles())
    await workspace.write('two', chartFiles())
    const { code, stderr } = await release([registry], ['one', 'two'])
    expect(code).toBe(2)
    expect(stderr).toContain('"one" and "two" would both be published as')
    expect(registry.log).toEqual([])
  })
})

describe('several targets', () => {
  test('get the same bytes, and one digest', async () => {
    const registries = [await startRegistry(), await startRegistry()]
    await workspace.write('demo', chartFiles())
    const { code, results } = await release(registries, ['demo'])
    expect(code).toBe(0)
    expect(results.map(({ status }) => status)).toEqual(['published', 'published'])
    expect(new Set(results.map(({ digest }) => digest)).size).toBe(1)
    for (const { store } of registries) expect(store.manifest('charts/demo', '1.2.3')).toBeDefined()
  })

  test('fail each for itself; the next run finishes the rest', async () => {
    const [up, down] = [await startRegistry(), await startRegistry()]
    down.fault = () => ({ status: 403, body: '' })
    await workspace.write('demo', chartFiles())
    const first = await release([down, up], ['demo'])
    expect(first.code).toBe(5)
    expect(first.results.map(({ status }) => status)).toEqual(['failed', 'published'])
    expect(first.results[0]?.error?.message).toContain(down.host)
    down.fault = undefined
    const second = await release([down, up], ['demo'])
    expect(second.code).toBe(0)
    expect(second.results.map(({ status }) => status)).toEqual(['published', 'unchanged'])
  })

  test('get the artifact that one of them has over the same files', async () => {
    const [has, lacks] = [await startRegistry(), await startRegistry()]
    await writeArchive('demo.tgz', { name: 'demo/a', mtime: 1 })
    const [before] = (await release([has], ['demo.tgz'])).results
    await writeArchive('demo.tgz', { name: 'demo/a', mtime: 2 })
    const { results } = await release([lacks, has], ['demo.tgz'])
    expect(results.map(({ status }) => status)).toEqual(['published', 'unchanged'])
    expect(results.map(({ digest }) => digest)).toEqual([before?.digest, before?.digest])
    expect(lacks.store.manifest('charts/demo', '1.2.3')).toEqual(
      has.store.manifest('charts/demo', '1.2.3')
    )
  })

  test('get the artifact of this run when one of them has that already', async () => {
    const [other, same, lacks] = [
      await startRegistry(),
      await startRegistry(),
      await startRegistry()
    ]
    await writeArchive('demo.tgz', { name: 'demo/a', mtime: 1 })
    const [first] = (await release([other], ['demo.tgz'])).results
    await writeArchive('demo.tgz', { name: 'demo/a', mtime: 2 })
    const [ours] = (await release([same], ['demo.tgz'])).results
    const registries = [other, same, lacks]
    const { results, stderr } = await release(registries, ['demo.tgz', '--tags=latest'])
    expect(results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged', 'published'])
    expect(results.map(({ digest }) => digest)).toEqual([first?.digest, ours?.digest, ours?.digest])
    expect(stderr).toContain('The files are the same, but the digests are not')
    for (const { store } of registries) {
      expect(store.manifest('charts/demo', 'latest')).toEqual(
        store.manifest('charts/demo', '1.2.3')
      )
    }
  })

  test('get no artifact that somebody has given other annotations, another config or other layers', async () => {
    const [has, lacks] = [await startRegistry(), await startRegistry()]
    await writeArchive('demo.tgz', { name: 'demo/a', mtime: 1 })
    const [before] = (await release([has], ['demo.tgz', '--annotations=a=b'])).results
    await writeArchive('demo.tgz', { name: 'demo/a', mtime: 2 })
    const { results, stderr } = await release([lacks, has], ['demo.tgz'])
    expect(results.map(({ status }) => status)).toEqual(['published', 'unchanged'])
    expect(results[1]?.digest).toBe(before?.digest)
    expect(String(lacks.store.manifest('charts/demo', '1.2.3'))).not.toContain('"a":"b"')
    expect(stderr).toContain('annotations, config or layers differ')
  })
})

test('targets that were published to apart, and have other digests, are warned about', async () => {
  const registries = [await startRegistry(), await startRegistry()]
  for (const [index, registry] of registries.entries()) {
    await writeArchive('demo.tgz', { name: 'demo/a', mtime: index })
    await release([registry], ['demo.tgz'])
  }
  const { code, results, stderr } = await release(registries, ['demo.tgz'])
  expect(code).toBe(0)
  expect(results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged'])
  expect(stderr).toContain('The files are the same, but the digests are not')
  expect(results[1]?.warnings).toEqual([expect.stringContaining(`${results[0]?.digest}`)])
})

describe('a version that exists', () => {
  test('with the same files, packed otherwise, is unchanged, and told by its digest', async () => {
    const registry = await startRegistry()
    await writeArchive('demo.tgz', { name: 'demo/a', mtime: 1 })
    const [first] = (await release([registry], ['demo.tgz'])).results
    await writeArchive('demo.tgz', { name: 'demo/a', mtime: 2 })
    const before = pushes(registry).length
    const { code, results } = await release([registry], ['demo.tgz'])
    expect(code).toBe(0)
    expect(results).toMatchObject([
      { status: 'unchanged', digest: first?.digest, chartDigest: first?.chartDigest }
    ])
    expect(pushes(registry)).toHaveLength(before)
  })

  async function releaseTwice(flags: readonly string[]) {
    const registry = await startRegistry()
    await writeArchive('demo.tgz', { name: 'demo/a', body: 'x' }, { name: 'demo/gone' })
    const [first] = (await release([registry], ['demo.tgz'])).results
    await writeArchive('demo.tgz', { name: 'demo/a', body: 'y' }, { name: 'demo/new' })
    const before = pushes(registry).length
    const second = await release([registry], ['demo.tgz', ...flags])
    const pushed = pushes(registry).length > before
    return { registry, first, pushed, ...second }
  }

  test('with the same archive under another config is other content, and can be replaced', async () => {
    const registry = await startRegistry()
    await writeArchive('demo.tgz', { name: 'demo/a' })
    await release([registry], ['demo.tgz'])
    const manifest = JSON.parse(String(registry.store.manifest('charts/demo', '1.2.3')))
    const config = Buffer.from('[1]')
    const digest = registry.store.setBlob(config)
    const wrong = { ...manifest, config: { ...manifest.config, digest, size: config.length } }
    const bytes = Buffer.from(JSON.stringify(wrong))
    registry.store.setManifest('charts/demo', '1.2.3', { type: OCI_MANIFEST, bytes })
    const refused = await release([registry], ['demo.tgz'])
    expect(refused.code).toBe(7)
    expect(refused.results[0]?.error?.message).toContain('(the same files, but another config)')
    const replaced = await release([registry], ['demo.tgz', '--if-exists=overwrite'])
    expect(replaced.results[0]?.status).toBe('published')
    expect(JSON.parse(String(registry.store.manifest('charts/demo', '1.2.3')))).toEqual(manifest)
  })

  test('with the same files under other annotations is left as it is, with a warning', async () => {
    const registry = await startRegistry()
    await writeArchive('demo.tgz', { name: 'demo/a' })
    await release([registry], ['demo.tgz', '--annotations=team=one'])
    const { results } = await release([registry], ['demo.tgz', '--annotations=team=two'])
    expect(results[0]?.status).toBe('unchanged')
    expect(results[0]?.warnings).toEqual([
      expect.stringContaining('was left unchanged. Its annotations or layers differ')
    ])
  })

  test('with other content is refused, by default, with what differs: exit code 7', async () => {
    const { code, results, pushed } = await releaseTwice([])
    expect([code, pushed]).toEqual([7, false])
    expect(results[0]?.error?.message).toContain('changed: "a"; added: "new"; removed: "gone"')
  })

  test('with other content is left where it is to be skipped', async () => {
    const { code, results, first, pushed } = await releaseTwice(['--if-exists=skip'])
    expect([code, pushed]).toEqual([0, false])
    expect(results).toMatchObject([{ status: 'skipped', digest: first?.digest }])
  })

  test('with other content is replaced where that is wanted, with a warning of what was there', async () => {
    const { code, results, first, registry } = await releaseTwice(['--if-exists=overwrite'])
    expect(code).toBe(0)
    expect(results).toMatchObject([{ status: 'published' }])
    expect(results[0]?.warnings.join()).toContain(first?.digest)
    const { digest } = results[0] ?? {}
    expect(digest).not.toBe(first?.digest)
    expect(registry.store.manifest('charts/demo', '1.2.3')).toEqual(
      registry.store.manifest('charts/demo', digest ?? '')
    )
  })
})

describe('archives that are to be kept', () => {
  test('under one name are refused before anything is pushed: exit code 2', async () => {
    const registry = await startRegistry()
    for (const name of ['one', 'two']) {
      const body = `apiVersion: v2\nname: ${name}\nversion: 1.2.3\n`
      await workspace.write(name, {
        'chart.tgz': gzipOf(tarOf([{ name: `${name}/Chart.yaml`, body }]))
      })
    }
    const args = ['one/chart.tgz', 'two/chart.tgz']
    const { code, stderr } = await release([registry], [...args, '--destination=out'])
    expect(code).toBe(2)
    expect(stderr).toContain('would both be saved as chart.tgz in "out"')
    expect(pushes(registry)).toEqual([])
    expect((await release([registry], args)).code).toBe(0)
  })

  test('and cannot get their name after the push fail with what was pushed in the results: exit code 2', async () => {
    const registry = await startRegistry()
    await writeArchive('demo.tgz', { name: 'demo/a' })
    registry.fault = ({ method }) => {
      if (method === 'PUT') mkdirSync(workspace.path('out/demo.tgz/x'), { recursive: true })
      return undefined
    }
    const { code, results } = await release([registry], ['demo.tgz', '--destination=out'])
    expect(code).toBe(2)
    expect(results).toMatchObject([
      {
        status: 'failed',
        error: { message: expect.stringContaining('cannot be written to "out"') }
      }
    ])
    expect(registry.store.manifest('charts/demo', '1.2.3')).toBeDefined()
  })

  test('where a file is in the way end a dry run as well: exit code 2', async () => {
    const registry = await startRegistry()
    await writeArchive('demo.tgz', { name: 'demo/a' })
    const args = ['demo.tgz', '--destination=demo.tgz', '--dry-run']
    expect((await release([registry], args)).code).toBe(2)
  })
})

test('a release tag gives each chart its version', async () => {
  const registry = await startRegistry()
  await workspace.write('demo', chartFiles())
  const { results } = await release([registry], ['demo', '--version=charts/demo/v2.1.0'])
  expect(results).toMatchObject([{ version: '2.1.0', tag: '2.1.0' }])
  const other = await release([registry], ['demo', '--version=other-2.1.0'])
  expect(other.code).toBe(2)
  expect(other.results[0]?.error?.message).toContain('does not name a version of the chart "demo"')
})

test('what is not safe about a request stands in its results', async () => {
  const registry = await startRegistry()
  await workspace.write('demo', chartFiles())
  const { code, results } = await release([registry], ['demo', '--insecure-skip-tls-verify'])
  expect(code).toBe(0)
  expect(results[0]?.warnings.join()).toContain('insecure-skip-tls-verify')
})
