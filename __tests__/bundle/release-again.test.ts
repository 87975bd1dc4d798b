import { readdir, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { OCI_MANIFEST } from '../../src/oci/spec/media-types.ts'
import { archiveOf } from '../support/charts/archives.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { release as releaseTo } from '../support/charts/releases.ts'
import { storeChart } from '../support/charts/stored-chart.ts'
import { isGetManifest, isPutManifest } from '../support/faults/faults.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { errorAnswer } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
/** Three runs with helm take two seconds, and many times as long beside other tests on few cores. */
const THREE_RUNS_MS = 20_000
/** A chart of the same name and version with other content. */
const OTHER = archiveOf({ name: 'demo/other' })

/** Publishes charts of the workspace to `charts` of each registry. */
function release(registries: readonly TestRegistry[], args: readonly string[]) {
  const targets = registries.map(({ host }) => `${host}/charts`)
  return releaseTo(workspace, targets, args)
}

function pushes({ log }: TestRegistry): readonly string[] {
  return log.filter((line) => line.startsWith('PUT'))
}

describe('a version that another run publishes meanwhile', () => {
  /** The second look at the tag, right before it would be written, finds another manifest. */
  async function releaseLate(...flags: readonly string[]) {
    const registry = await startRegistry()
    const { manifest } = await storeChart(registry, 'charts/demo:elsewhere', OTHER)
    const headers = { 'content-type': OCI_MANIFEST }
    const other = { status: 200, body: manifest.bytes, headers }
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
    expect(results[0]?.error?.message).toMatch(/^Another run published .* was not changed/)
    expect(results[0]?.error?.fix).toContain('Allow only one run at a time')
  })

  test('is skipped where what exists is to be skipped', async () => {
    const { code, results, hasTag } = await releaseLate('--if-exists=skip')
    expect([code, results[0]?.status, hasTag]).toEqual([0, 'skipped', false])
  })

  test('is left alone as well when the registry is in trouble between the look and the write', async () => {
    const registry = await startRegistry()
    const { manifest } = await storeChart(registry, 'charts/demo:elsewhere', OTHER)
    registry.fault = (request) => {
      if (!isPutManifest(request)) return undefined
      registry.store.setManifest('charts/demo', '1.2.3', { type: OCI_MANIFEST, ...manifest })
      return { status: 503 }
    }
    await workspace.write('demo', chartFiles())
    const { code, results } = await release([registry], ['demo'])
    expect(code).toBe(7)
    expect(results[0]?.error?.message).toMatch(/^Another run published .* was not changed/)
    expect(registry.store.manifest('charts/demo', '1.2.3')).toEqual(manifest.bytes)
  })

  test('is overwritten where that is wanted', async () => {
    const { results, hasTag } = await releaseLate('--if-exists=overwrite')
    expect([results[0]?.status, hasTag]).toEqual(['published', true])
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
    await writeFile(workspace.path('demo.tgz'), archiveOf({ name: 'demo/a', body: 'x' }))
    await release([registry], ['demo.tgz'])
    await writeFile(workspace.path('demo.tgz'), archiveOf({ name: 'demo/a', body: 'y' }))
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

  test(
    'are not taken back from a newer version when an older release is run again',
    async () => {
      const registry = await startRegistry()
      await workspace.write('demo', chartFiles())
      await release([registry], ['demo', '--version=1.2.3'])
      await release([registry], ['demo', '--version=1.10.0', ...TAGS])
      const again = await release([registry], ['demo', '--version=1.2.3', ...TAGS])
      expect(again.results).toMatchObject([{ status: 'unchanged' }])
      expect(again.results[0]?.warnings).toEqual([
        expect.stringContaining('demo:latest stays at 1.10.0, which is higher than 1.2.3.')
      ])
      const manifest = (tag: string) => registry.store.manifest('charts/demo', tag)
      expect(manifest('latest')).toEqual(manifest('1.10.0'))
      expect(manifest('1.2')).toEqual(manifest('1.2.3'))
    },
    THREE_RUNS_MS
  )

  test('that the registry refuses for the blobs that it lacks are an error: exit code 6', async () => {
    const registry = await startRegistry()
    const missing = errorAnswer(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry')
    registry.fault = ({ method, url }) => {
      return method === 'PUT' && url.endsWith('/manifests/latest') ? missing : undefined
    }
    await workspace.write('demo', chartFiles())
    const { code, results, stderr } = await release([registry], ['demo', '--tags=latest'])
    expect(code).toBe(6)
    expect(results[0]?.error?.message).toContain('MANIFEST_BLOB_UNKNOWN')
    expect(stderr).not.toContain('Tagged latest')
  })

  test('that are versions and come up meanwhile are left alone: exit code 7', async () => {
    const registry = await startRegistry()
    const { manifest } = await storeChart(registry, 'charts/demo:elsewhere', OTHER)
    registry.fault = ({ method, url }) => {
      if (method !== 'PUT' || !url.endsWith('/manifests/2.0.0')) return undefined
      registry.store.setManifest('charts/demo', '2.0.0', { type: OCI_MANIFEST, ...manifest })
      return { status: 503 }
    }
    await workspace.write('demo', chartFiles())
    const { code, stderr } = await release([registry], ['demo', '--tags=2.0.0'])
    expect(code).toBe(7)
    expect(stderr).toContain('The extra tag')
    expect(registry.store.manifest('charts/demo', '2.0.0')).toEqual(manifest.bytes)
  })

  test('of a version that is skipped stay where they are', async () => {
    const registry = await startRegistry()
    await writeFile(workspace.path('demo.tgz'), archiveOf({ name: 'demo/a', body: 'x' }))
    await release([registry], ['demo.tgz'])
    await writeFile(workspace.path('demo.tgz'), archiveOf({ name: 'demo/a', body: 'y' }))
    const skipped = await release([registry], ['demo.tgz', '--if-exists=skip', ...TAGS])
    expect(skipped.results).toMatchObject([{ status: 'skipped' }])
    expect(skipped.stderr).toContain('Not tagged latest, 1.2 either.')
    expect(registry.store.manifest('charts/demo', 'latest')).toBeUndefined()
  })

  test(
    'that are versions obey if-exists',
    async () => {
      const registry = await startRegistry()
      await workspace.write('demo', chartFiles())
      await release([registry], ['demo'])
      const args = ['demo', '--version=2.0.0', '--tags=1.2.3']
      const refused = await release([registry], args)
      expect(refused.code).toBe(7)
      expect(refused.stderr).toContain('The extra tag')
      expect(registry.store.manifest('charts/demo', '2.0.0')).toBeUndefined()
      const moved = await release([registry], [...args, '--if-exists=overwrite'])
      expect(moved.results[0]?.warnings.join()).toContain('was moved from')
      expect(registry.store.manifest('charts/demo', '1.2.3')).toEqual(
        registry.store.manifest('charts/demo', '2.0.0')
      )
    },
    THREE_RUNS_MS
  )
})
