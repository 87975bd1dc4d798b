import { readdir, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import type { Publication } from '../src/publish/publication.ts'
import { type ArchiveEntry, archiveOf } from './helpers/archives.ts'
import { chartFiles } from './helpers/charts.ts'
import { isGetManifest } from './helpers/faults.ts'
import { runCli } from './helpers/program.ts'
import type { TestRegistry } from './helpers/registry.ts'
import { useRegistries } from './helpers/servers.ts'
import { useWorkspace } from './helpers/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()

interface Released {
  readonly code: number | null
  readonly stderr: string
  readonly results: readonly Publication[]
}

/** Publishes charts of the workspace to `charts` of each registry. */
async function release(
  registries: readonly TestRegistry[],
  args: readonly string[]
): Promise<Released> {
  const targets = registries.map(({ host }) => `--registry=${host}/charts`)
  const flags = [...targets, '--plain-http', '--source-date-epoch=1704164645', '--json']
  const { code, stdout, stderr } = await runCli(workspace, ['publish', ...args, ...flags])
  return { code, stderr, results: JSON.parse(stdout).results }
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
    const order = [...stderr.matchAll(/^(?:Package|Push) (\S+)/gm)].map(([, what]) => what)
    expect(order).toEqual(['charts/a', 'charts/b', 'charts/c', 'a', 'b', 'c'])
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
      ['charts/good', 'planned']
    ])
    expect(registry.log).toEqual([])
    expect(await readdir(workspace.path())).not.toContain('out')
  })

  test('of one name and version are refused before anything is pushed', async () => {
    const registry = await startRegistry()
    await workspace.write('one', chartFiles())
    await workspace.write('two', chartFiles())
    const { code, stderr } = await release([registry], ['one', 'two'])
    expect(code).toBe(2)
    expect(stderr).toContain('"one" and "two" both make')
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

describe('a version that another run publishes meanwhile', () => {
  /** The second look at the tag, right before it would be written, finds another manifest. */
  async function releaseLate(...flags: readonly string[]) {
    const other = { status: 200, body: '{"schemaVersion":2,"config":{},"layers":[]}' }
    const registry = await startRegistry()
    let looks = 0
    registry.fault = (request) => {
      if (!isGetManifest(request)) return undefined
      looks += 1
      return looks === 2 ? other : undefined
    }
    await workspace.write('demo', chartFiles())
    const released = await release([registry], ['demo', ...flags])
    return { ...released, hasTag: registry.store.manifest('charts/demo', '1.2.3') !== undefined }
  }

  test('is left alone, and said to be of another run: exit code 7', async () => {
    const { code, results, hasTag } = await releaseLate()
    expect([code, hasTag]).toEqual([7, false])
    expect(results[0]?.error?.message).toMatch(/^Another run has published .* nothing was changed/)
    expect(results[0]?.error?.fix).toContain('Let one run at a time publish')
  })

  test('is skipped where what exists is to be skipped', async () => {
    const { code, results, hasTag } = await releaseLate('--if-exists=skip')
    expect([code, results[0]?.status, hasTag]).toEqual([0, 'skipped', false])
  })

  test('is not asked for where it would be overwritten', async () => {
    const { results, hasTag } = await releaseLate('--if-exists=overwrite')
    expect([results[0]?.status, hasTag]).toEqual(['failed', true])
  })
})

describe('a dry run', () => {
  test('asks what is there, says what would be done, and pushes nothing', async () => {
    const registry = await startRegistry()
    for (const name of ['a', 'b']) await workspace.write(name, chartFiles({ name }))
    await release([registry], ['a'])
    const before = pushes(registry).length
    const { code, results, stderr } = await release(
      [registry],
      ['a', 'b', '--dry-run', '--tags=latest', '--destination=out']
    )
    expect(code).toBe(0)
    expect(results.map(({ status }) => status)).toEqual(['unchanged', 'planned'])
    expect(stderr).toContain('It would be tagged latest as well.')
    expect(pushes(registry)).toHaveLength(before)
    expect(await readdir(workspace.path())).not.toContain('out')
  })

  test('ends as the real run would', async () => {
    const registry = await startRegistry()
    await writeArchive('demo.tgz', { name: 'demo/a', body: 'x' })
    await release([registry], ['demo.tgz'])
    await writeArchive('demo.tgz', { name: 'demo/a', body: 'y' })
    expect((await release([registry], ['demo.tgz', '--dry-run'])).code).toBe(7)
  })
})

describe('extra tags', () => {
  const TAGS = ['--tags=latest', '--tags={{major}}.{{minor}}']

  test('bear the same manifest, and move from version to version', async () => {
    const registry = await startRegistry()
    await workspace.write('demo', chartFiles())
    const first = await release([registry], ['demo', ...TAGS])
    const manifest = (tag: string) => registry.store.manifest('charts/demo', tag)
    expect(first.results[0]?.warnings).toEqual([])
    expect(manifest('latest')).toEqual(manifest('1.2.3'))
    expect(manifest('1.2')).toEqual(manifest('1.2.3'))
    await release([registry], ['demo', ...TAGS, '--version=1.3.0'])
    expect(manifest('latest')).toEqual(manifest('1.3.0'))
    expect(manifest('1.2')).toEqual(manifest('1.2.3'))
  })

  test('are not taken back from a newer version when an older release is run again', async () => {
    const registry = await startRegistry()
    await workspace.write('demo', chartFiles())
    await release([registry], ['demo', '--version=1.2.3'])
    await release([registry], ['demo', '--version=1.10.0', ...TAGS])
    const again = await release([registry], ['demo', '--version=1.2.3', ...TAGS])
    expect(again.results).toMatchObject([{ status: 'unchanged' }])
    expect(again.results[0]?.warnings).toEqual([
      expect.stringContaining('demo:latest was left at version 1.10.0, which is newer than 1.2.3.')
    ])
    const manifest = (tag: string) => registry.store.manifest('charts/demo', tag)
    expect(manifest('latest')).toEqual(manifest('1.10.0'))
    expect(manifest('1.2')).toEqual(manifest('1.2.3'))
  })

  test('of a version that is skipped stay where they are', async () => {
    const registry = await startRegistry()
    await writeArchive('demo.tgz', { name: 'demo/a', body: 'x' })
    await release([registry], ['demo.tgz'])
    await writeArchive('demo.tgz', { name: 'demo/a', body: 'y' })
    const skipped = await release([registry], ['demo.tgz', '--if-exists=skip', ...TAGS])
    expect(skipped.results).toMatchObject([{ status: 'skipped' }])
    expect(skipped.stderr).toContain('Not tagged latest, 1.2 either.')
    expect(registry.store.manifest('charts/demo', 'latest')).toBeUndefined()
  })

  test('that are versions obey if-exists', async () => {
    const registry = await startRegistry()
    await workspace.write('demo', chartFiles())
    await release([registry], ['demo'])
    const args = ['demo', '--version=2.0.0', '--tags=1.2.3']
    const refused = await release([registry], args)
    expect(refused.code).toBe(7)
    expect(refused.stderr).toContain('The extra tag')
    const moved = await release([registry], [...args, '--if-exists=overwrite'])
    expect(moved.results[0]?.warnings.join()).toContain('was moved from')
    expect(registry.store.manifest('charts/demo', '1.2.3')).toEqual(
      registry.store.manifest('charts/demo', '2.0.0')
    )
  })
})

test('a release tag gives each chart its version', async () => {
  const registry = await startRegistry()
  await workspace.write('demo', chartFiles())
  const { results } = await release([registry], ['demo', '--version=charts/demo/v2.1.0'])
  expect(results).toMatchObject([{ version: '2.1.0', tag: '2.1.0' }])
  const other = await release([registry], ['demo', '--version=other-2.1.0'])
  expect(other.code).toBe(2)
  expect(other.results[0]?.error?.message).toContain('names no version of the chart "demo"')
})
