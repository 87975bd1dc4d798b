import { cp, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import type { PublicationJson } from '../../src/publish/model/publication-json.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { environmentIn, helmPath, run, runCli } from '../support/program.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { tarOf } from '../support/tar-files.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()

const WITHOUT_HELM = { PATH: '/nowhere' }

interface Told {
  readonly code: number | null
  readonly stderr: string
  readonly results: readonly PublicationJson[]
  readonly error: { readonly message: string } | null
}

async function program(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {}
): Promise<Told> {
  const { code, stdout, stderr } = await runCli(workspace, [...args, '--json'], { environment })
  return { code, stderr, ...JSON.parse(stdout) }
}

function publish(registry: TestRegistry, ...args: readonly string[]): Promise<Told> {
  const target = [`--registry=${registry.host}/charts`, '--plain-http']
  return program(['publish', ...args, ...target], WITHOUT_HELM)
}

/** Packages charts into the layout `out`, with a time that no file has. */
async function packageCharts(names: readonly string[], ...flags: readonly string[]): Promise<Told> {
  for (const name of names) await workspace.write(name, chartFiles({ name }))
  const keep = ['--oci-layout=out', '--destination=out', '--source-date-epoch=1704164645']
  return program(['package', ...names, ...keep, ...flags])
}

describe('a chart that was packaged into a layout', () => {
  test('is published elsewhere with its very manifest, without helm, though all file times are lost', async () => {
    const registry = await startRegistry()
    const packaged = await packageCharts(['demo'], '--annotations=team=platform')
    await cp(workspace.path('out'), workspace.path('moved'), { recursive: true })
    const { code, results, stderr } = await publish(registry, 'oci-layout:moved')
    expect(code).toBe(0)
    const { digest, chartDigest, configDigest, contentIdentity } = packaged.results[0] ?? {}
    expect(results).toMatchObject([
      { status: 'published', digest, chartDigest, configDigest, contentIdentity, version: '1.2.3' }
    ])
    expect(results[0]?.chart).toBe(`oci-layout:moved@${digest}`)
    expect(stderr).toContain('is published unchanged')
    const manifest = JSON.parse(String(registry.store.manifest('charts/demo', '1.2.3')))
    expect(manifest.annotations).toMatchObject({
      team: 'platform',
      'org.opencontainers.image.created': '2024-01-02T03:04:05Z'
    })
    expect(await workspace.leftovers()).toEqual([])
  })

  test('lies there under the tags that it would have in a registry', async () => {
    await packageCharts(['one', 'two'], '--tags=latest')
    const { manifests } = JSON.parse(await readFile(workspace.path('out/index.json'), 'utf8'))
    const tags = manifests.map((entry: { annotations: Record<string, string> }) => {
      return entry.annotations['org.opencontainers.image.ref.name']
    })
    expect(tags).toEqual(['1.2.3', 'latest', 'two-1.2.3', 'two-latest'])
  })

  test('lies there beside its archive, and would both be published as one manifest', async () => {
    const registry = await startRegistry()
    const packaged = await packageCharts(['demo'])
    expect(packaged.results[0]?.archive).toBe(workspace.path('out/demo-1.2.3.tgz'))
    const { results } = await publish(registry, 'out/*.tgz')
    expect(results[0]?.digest).toBe(packaged.results[0]?.digest)
    expect((await publish(registry, 'oci-layout:out')).results[0]?.status).toBe('unchanged')
  })

  test('can be chosen by its digest', async () => {
    const registry = await startRegistry()
    const { results: packaged } = await packageCharts(['one', 'two'])
    const all = await publish(registry, 'oci-layout:out', '--dry-run')
    expect(all.results.map(({ name }) => name)).toEqual(['one', 'two'])
    const two = await publish(registry, `oci-layout:out@${packaged[1]?.digest}`)
    expect(two.results.map(({ name }) => name)).toEqual(['two'])
    const none = await publish(registry, `oci-layout:out@sha256:${'0'.repeat(64)}`)
    expect([none.code, none.error?.message]).toEqual([
      2,
      expect.stringContaining('no chart with the digest')
    ])
  })

  test('cannot be left out by its name, which is warned about', async () => {
    const registry = await startRegistry()
    await packageCharts(['demo', 'lib'])
    const { results, stderr } = await publish(registry, 'oci-layout:out', '!lib')
    expect(results).toHaveLength(2)
    expect(stderr).toContain(
      'Warning: CHART has the line "!lib", which excludes no chart. An OCI image layout'
    )
  })

  test('can be unpacked to its archive again', async () => {
    await packageCharts(['demo'])
    await program(['package', 'oci-layout:out', '--destination=again'], WITHOUT_HELM)
    expect(await readFile(workspace.path('again/demo-1.2.3.tgz'))).toEqual(
      await readFile(workspace.path('out/demo-1.2.3.tgz'))
    )
  })
})

describe('a layout in a tar file', () => {
  const packageTo = async (name: string, file = 'out.tar') => {
    await workspace.write(name, chartFiles({ name }))
    return program(['package', name, `--oci-layout=${file}`, '--source-date-epoch=1704164645'])
  }

  test('has what several runs have added, and is published with the same manifests, without helm', async () => {
    const registry = await startRegistry()
    const first = await packageTo('one')
    expect(first.stderr).toMatch(/^The layout "out\.tar" has one 1\.2\.3: sha256:/m)
    const digests = [first, await packageTo('two')].map(({ results }) => results[0]?.digest)
    const { code, results } = await publish(registry, 'oci-archive:out.tar')
    expect(code).toBe(0)
    expect(results.map(({ chart, status, digest }) => [chart, status, digest])).toEqual(
      digests.map((digest) => [`oci-archive:out.tar@${digest}`, 'published', digest])
    )
    const one = await publish(registry, `oci-archive:out.tar@${digests[1]}`)
    expect(one.results.map(({ name, status }) => [name, status])).toEqual([['two', 'unchanged']])
    expect(await workspace.leftovers()).toEqual([])
    expect((await readdir(workspace.path())).filter((name) => name.startsWith('.out'))).toEqual([])
  })

  test('is printed as the source that it is for the next run', async () => {
    await workspace.write('one', chartFiles({ name: 'one' }))
    const { stdout } = await runCli(workspace, ['package', 'one', '--oci-layout=out.tar'])
    expect(stdout).toMatch(/^oci-archive:out\.tar@sha256:[0-9a-f]{64}\n$/)
  })

  test('is the same file, byte for byte, when it is written again', async () => {
    await packageTo('one')
    await packageTo('one', 'again.tar')
    expect(await readFile(workspace.path('again.tar'))).toEqual(
      await readFile(workspace.path('out.tar'))
    )
  })

  test('that was changed is refused by its own name, and nothing is sent', async () => {
    const registry = await startRegistry()
    const { results } = await packageTo('one')
    const bytes = await readFile(workspace.path('out.tar'))
    const at = bytes.indexOf(results[0]?.chartDigest?.slice('sha256:'.length) ?? '') + 600
    bytes[at] = (bytes[at] ?? 0) ^ 1
    await writeFile(workspace.path('out.tar'), bytes)
    const { code, results: failed } = await publish(registry, 'oci-archive:out.tar')
    expect(code).toBe(4)
    expect(failed[0]?.error?.message).toMatch(/^The OCI image layout "out\.tar" is damaged: /)
    expect(registry.log).toEqual([])
    expect(await workspace.leftovers()).toEqual([])
  })

  test.each([
    ['leads out of it', [{ path: '../evil', body: 'x' }], 4],
    ['is of the type SymbolicLink', [{ path: 'blobs', type: 'SymbolicLink', linkpath: '/' }], 4],
    ['twice', [{ path: 'index.json' }, { path: './index.json' }], 4],
    ['is not an OCI image layout', [{ path: 'a' }], 2]
  ] as const)(
    'by somebody who means harm or by mistake is refused: %s',
    async (why, entries, exitCode) => {
      const registry = await startRegistry()
      await writeFile(workspace.path('evil.tar'), tarOf(entries))
      const { code, error } = await publish(registry, 'oci-archive:evil.tar')
      expect([code, error?.message]).toEqual([exitCode, expect.stringContaining(why)])
      expect(registry.log).toEqual([])
      expect(await readdir(workspace.path())).not.toContain('evil')
      expect(await workspace.leftovers()).toEqual([])
    }
  )

  test('is not taken for a folder, and the other way round: the fix says how to write it', async () => {
    await packageTo('one')
    await packageTo('one', 'folder')
    const file = await runCli(workspace, ['package', 'oci-layout:out.tar'])
    expect([file.code, file.stderr]).toEqual([2, expect.stringContaining('oci-archive:out.tar')])
    const folder = await runCli(workspace, ['package', 'oci-archive:folder'])
    expect([folder.code, folder.stderr]).toEqual([2, expect.stringContaining('oci-layout:folder')])
    const gone = await runCli(workspace, ['package', 'oci-archive:gone.tar'])
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('ENOENT')])
  })
})

test('an archive whose file has another time than it was published with is unchanged, which the log explains', async () => {
  const registry = await startRegistry()
  const packaged = await packageCharts(['demo'])
  const first = await publish(registry, 'out/demo-1.2.3.tgz')
  expect(first.results[0]?.digest).toBe(packaged.results[0]?.digest)
  const now = new Date()
  await utimes(workspace.path('out/demo-1.2.3.tgz'), now, now)
  const late = await publish(registry, 'out/demo-1.2.3.tgz')
  expect(late.results[0]).toMatchObject({ status: 'unchanged', digest: first.results[0]?.digest })
  expect(late.stderr).toMatch(
    /^ +The registry has this archive byte for byte .* 2024-01-02T03:04:05\.000Z in the registry/m
  )
  const dated = await publish(registry, 'out/demo-1.2.3.tgz', '--source-date-epoch=1704164645')
  expect(dated.stderr).not.toContain('byte for byte')
  expect(dated.results[0]?.status).toBe('unchanged')
})

test('an archive that is younger than what is in it has no note: nobody knows of another time', async () => {
  const registry = await startRegistry()
  const chart = await workspace.write('demo', chartFiles())
  for (const file of await readdir(chart, { recursive: true })) {
    await utimes(`${chart}/${file}`, 1704164645, 1704164645)
  }
  const environment = { ...environmentIn(workspace), SOURCE_DATE_EPOCH: '1704164645' }
  for (const env of [environment, environmentIn(workspace)]) {
    await run(helmPath(), ['package', chart], { environment: env, directory: workspace.path() })
    const { code, stderr } = await publish(registry, 'demo-1.2.3.tgz', '--if-exists=overwrite')
    expect(code).toBe(0)
    expect(stderr).not.toContain('Note: ')
  }
})

describe('a layout is refused', () => {
  test('that holds no chart; what it holds is told', async () => {
    const registry = await startRegistry()
    await packageCharts(['demo'])
    const index = JSON.parse(await readFile(workspace.path('out/index.json'), 'utf8'))
    index.manifests[0].mediaType = 'application/vnd.oci.image.index.v1+json'
    await writeFile(workspace.path('out/index.json'), JSON.stringify(index))
    const { code, stderr } = await publish(registry, 'oci-layout:out')
    expect(code).toBe(2)
    expect(stderr).toContain('is not a chart, and is left out')
    expect(registry.log).toEqual([])
  })

  test('whose archive was changed', async () => {
    const registry = await startRegistry()
    const { results } = await packageCharts(['demo'])
    const hex = results[0]?.chartDigest?.slice('sha256:'.length) ?? ''
    const path = workspace.path('out/blobs/sha256', hex)
    await writeFile(path, Buffer.alloc((await stat(path)).size))
    const { code, results: failed } = await publish(registry, 'oci-layout:out')
    expect(code).toBe(4)
    expect(failed[0]?.error?.message).toContain('has other content')
    expect(registry.log).toEqual([])
  })

  test('for annotations, which would change its manifests', async () => {
    const registry = await startRegistry()
    await packageCharts(['demo'])
    const { code } = await publish(registry, 'oci-layout:out', '--annotations=a=b')
    expect(code).toBe(2)
  })

  test('for a version that it does not have', async () => {
    const registry = await startRegistry()
    await packageCharts(['demo'])
    const { code } = await publish(registry, 'oci-layout:out', '--version=2.0.0')
    expect(code).toBe(2)
  })
})

test('nothing is kept when one of the charts is not fit, or nothing is to be done', async () => {
  await workspace.write('bad', { 'Chart.yaml': 'name: bad\n' })
  expect((await packageCharts(['demo'], 'bad')).code).toBe(4)
  expect(await readdir(workspace.path())).not.toContain('out')
})

test('two charts of one name and version are refused when they are packaged too', async () => {
  await workspace.write('one', chartFiles())
  await workspace.write('two', chartFiles())
  const { code, stderr } = await program(['package', 'one', 'two', '--destination=out'])
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('would both be published as demo:1.2.3')
  ])
  expect(await readdir(workspace.path())).not.toContain('out')
})
