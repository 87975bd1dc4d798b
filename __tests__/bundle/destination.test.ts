import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import type { PublicationJson } from '../../src/publish/model/publication-json.ts'
import { type ArchiveEntry, archiveOf } from '../support/charts/archives.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { release as releaseTo } from '../support/charts/releases.ts'
import { runCli } from '../support/program.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { sha256 } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { runAction } from '../support/runner/runner.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const SAVE = '--destination=out'

function release(registries: readonly TestRegistry[], args: readonly string[]) {
  const targets = registries.map(({ host }) => `${host}/charts`)
  return releaseTo(workspace, targets, args)
}

async function writeArchive(...entries: readonly ArchiveEntry[]): Promise<void> {
  await writeFile(workspace.path('demo.tgz'), archiveOf(...entries))
}

/** Expects that every publication with an archive names a file with the bytes that it says. */
async function expectToHold(publications: readonly PublicationJson[]): Promise<void> {
  for (const { archive, chartDigest, size } of publications) {
    if (archive === null) continue
    const bytes = await readFile(archive)
    expect([sha256(bytes), bytes.length]).toEqual([chartDigest, size])
  }
}

const OTHER = { name: 'demo/a', mtime: 1 }
const OURS = { name: 'demo/a', mtime: 2 }

describe('what is saved is what is published', () => {
  test('for a version that exists with the same files in another archive', async () => {
    const registry = await startRegistry()
    await writeArchive(OTHER)
    const [first] = (await release([registry], ['demo.tgz'])).results
    await writeArchive(OURS)
    const { results, stderr } = await release([registry], ['demo.tgz', SAVE])
    expect(results).toMatchObject([
      {
        status: 'unchanged',
        chartDigest: first?.chartDigest,
        archive: workspace.path('out/demo.tgz')
      }
    ])
    await expectToHold(results)
    expect(stderr).toContain('Saved the archive of the registry, with its time')
    expect(await readdir(workspace.path('out'))).toEqual(['demo.tgz'])
    expect(await workspace.leftovers()).toEqual([])
  })

  test('also with its time, so that pushing it gives the digest of the registry', async () => {
    const registry = await startRegistry()
    await writeArchive(OTHER)
    const publish = (flags: readonly string[]) => {
      const target = [`--registry=${registry.host}/charts`, '--plain-http', '--json']
      return runCli(workspace, ['publish', ...flags, ...target])
    }
    await utimes(workspace.path('demo.tgz'), 1_500_000_000, 1_500_000_000)
    const first = JSON.parse((await publish(['demo.tgz'])).stdout).results[0]
    await utimes(workspace.path('demo.tgz'), 1_600_000_000, 1_600_000_000)
    const second = JSON.parse((await publish(['demo.tgz', SAVE])).stdout).results[0]
    expect(second).toMatchObject({ status: 'unchanged', digest: first.digest })
    expect((await stat(second.archive)).mtimeMs).toBe(1_500_000_000_000)
    const third = JSON.parse((await publish(['out/demo.tgz'])).stdout).results[0]
    expect(third).toMatchObject({ status: 'unchanged', digest: first.digest })
    expect(third.archive).toBe(workspace.path('out/demo.tgz'))
  })

  test('with the provenance of the registry, not with that of another archive', async () => {
    const registry = await startRegistry()
    await writeArchive(OTHER)
    await writeFile(workspace.path('demo.tgz.prov'), 'of the registry')
    await release([registry], ['demo.tgz'])
    await writeArchive(OURS)
    await writeFile(workspace.path('demo.tgz.prov'), 'of this run')
    await expectToHold((await release([registry], ['demo.tgz', SAVE])).results)
    expect(await readFile(workspace.path('out/demo.tgz.prov'), 'utf8')).toBe('of the registry')
  })

  test('without a provenance where the registry has none', async () => {
    const registry = await startRegistry()
    await writeArchive(OTHER)
    await release([registry], ['demo.tgz'])
    await writeArchive(OURS)
    await writeFile(workspace.path('demo.tgz.prov'), 'of this run')
    await release([registry], ['demo.tgz', SAVE])
    expect(await readdir(workspace.path('out'))).toEqual(['demo.tgz'])
  })

  test('for two targets, of which one had the same files: both get that archive', async () => {
    const [has, lacks] = [await startRegistry(), await startRegistry()]
    await writeArchive(OTHER)
    const [before] = (await release([has], ['demo.tgz'])).results
    await writeArchive(OURS)
    const { results } = await release([has, lacks], ['demo.tgz', SAVE])
    expect(
      results.map(({ status, archive, chartDigest }) => [status, archive, chartDigest])
    ).toEqual([
      ['unchanged', workspace.path('out/demo.tgz'), before?.chartDigest],
      ['published', workspace.path('out/demo.tgz'), before?.chartDigest]
    ])
    await expectToHold(results)
  })

  test('for two targets with different archives: that of what was published, and no other has a path', async () => {
    const [has, lacks] = [await startRegistry(), await startRegistry()]
    await writeArchive(OTHER)
    await release([has], ['demo.tgz', '--annotations=a=b'])
    await writeArchive(OURS)
    const { results } = await release([has, lacks], ['demo.tgz', SAVE])
    expect(results.map(({ status, archive }) => [status, archive])).toEqual([
      ['unchanged', null],
      ['published', workspace.path('out/demo.tgz')]
    ])
    await expectToHold(results)
  })

  test('for a chart that is skipped: nothing, since another chart is published', async () => {
    const registry = await startRegistry()
    await writeArchive({ name: 'demo/a', body: 'x' })
    await release([registry], ['demo.tgz'])
    await writeArchive({ name: 'demo/a', body: 'y' })
    const { code, results } = await release([registry], ['demo.tgz', SAVE, '--if-exists=skip'])
    expect([code, results[0]?.status, results[0]?.archive]).toEqual([0, 'skipped', null])
    expect(await readdir(workspace.path('out'))).toEqual([])
  })

  test('for some charts of a run: those that were published or are unchanged, and none that failed', async () => {
    const registry = await startRegistry()
    for (const name of ['old', 'bad']) await workspace.write(name, chartFiles({ name }))
    await release([registry], ['old', 'bad'])
    await workspace.write('bad', { 'values.yaml': 'replicas: 7\n' })
    await workspace.write('new', chartFiles({ name: 'new' }))
    const { code, results } = await release([registry], ['old', 'bad', 'new', SAVE])
    expect([code, results.map(({ status }) => status)]).toEqual([
      7,
      ['unchanged', 'failed', 'published']
    ])
    expect((await readdir(workspace.path('out'))).sort()).toEqual([
      'new-1.2.3.tgz',
      'old-1.2.3.tgz'
    ])
    await expectToHold(results)
    expect(results[1]?.archive).toBeNull()
  })

  test('unless the registry cannot give it: then the publication fails, and nothing is saved', async () => {
    const registry = await startRegistry()
    await writeArchive(OTHER)
    await release([registry], ['demo.tgz'])
    await writeArchive(OURS)
    let blobs = 0
    registry.fault = ({ method, url }) => {
      if (method !== 'GET' || !url.includes('/blobs/')) return undefined
      blobs += 1
      return blobs > 1 ? { status: 404, body: '{"errors":[{"code":"BLOB_UNKNOWN"}]}' } : undefined
    }
    const { code, results } = await release([registry], ['demo.tgz', SAVE])
    expect([code, results[0]?.status, results[0]?.archive]).toEqual([6, 'failed', null])
    expect(await readdir(workspace.path('out'))).toEqual([])
  })

  test('and a dry run neither fetches nor saves it', async () => {
    const registry = await startRegistry()
    await writeArchive(OTHER)
    await release([registry], ['demo.tgz'])
    await writeArchive(OURS)
    const { results, stderr } = await release([registry], ['demo.tgz', SAVE, '--dry-run'])
    expect(results).toMatchObject([{ status: 'unchanged', archive: null }])
    expect(stderr).not.toContain('Saved the archive')
    expect(await readdir(workspace.path())).not.toContain('out')
  })
})

describe('without a destination', () => {
  test('an archive that was given is named where its bytes are those that are published', async () => {
    const registry = await startRegistry()
    await writeArchive(OTHER)
    const [first] = (await release([registry], ['demo.tgz'])).results
    expect(first?.archive).toBe(workspace.path('demo.tgz'))
    await writeArchive(OURS)
    const [second] = (await release([registry], ['demo.tgz'])).results
    expect(second).toMatchObject({ status: 'unchanged', archive: null })
    await writeArchive({ name: 'demo/a', body: 'z' })
    const [failed] = (await release([registry], ['demo.tgz'])).results
    expect(failed).toMatchObject({ status: 'failed', archive: null })
    const [skipped] = (await release([registry], ['demo.tgz', '--if-exists=skip'])).results
    expect(skipped).toMatchObject({ status: 'skipped', archive: null })
  })

  test('charts that go into a layout are saved nowhere else, and are printed by their place in it', async () => {
    for (const name of ['a', 'b']) await workspace.write(`charts/${name}`, chartFiles({ name }))
    const args = ['package', 'charts/*', '--oci-layout=out', '--source-date-epoch=1']
    const { code, stdout } = await runCli(workspace, args)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^(?:oci-layout:out@sha256:[0-9a-f]{64}\n){2}$/)
    expect((await readdir(workspace.path())).toSorted()).toEqual(['charts', 'home', 'out', 'tmp'])
    const [chart = ''] = stdout.split('\n')
    const again = await runCli(workspace, ['package', chart, '--destination=again'])
    expect(again.stdout).toBe(`${workspace.path('again/a-1.2.3.tgz')}\n`)
  })

  test('of the action neither, and `archive` is empty', async () => {
    await workspace.write('chart', chartFiles())
    const { outputs } = await runAction(workspace, { chart: 'chart', 'oci-layout': 'out' })
    expect(outputs).toMatchObject({
      status: 'packaged',
      archive: '',
      digest: expect.stringMatching('sha256:')
    })
    expect(await readdir(workspace.path())).not.toContain('demo-1.2.3.tgz')
  })
})

test('a destination that cannot be written ends the run before anything is pushed: exit code 2', async () => {
  const registry = await startRegistry()
  await writeArchive(OURS)
  await mkdir(workspace.path('taken.tgz'))
  for (const destination of ['demo.tgz', 'demo.tgz/below', '/proc/nowhere']) {
    const { code, stderr } = await release([registry], ['demo.tgz', `--destination=${destination}`])
    expect([code, stderr.includes('Set --destination to a writable folder.')]).toEqual([2, true])
  }
  expect(registry.log.filter((line) => line.startsWith('PUT'))).toEqual([])
})
