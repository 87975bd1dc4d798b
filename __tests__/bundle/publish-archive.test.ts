import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { archiveOf, CHART_YAML, gzipOf, tarOf } from '../support/charts/archives.ts'
import { runCli } from '../support/program.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const TIME = 1704164645
const GENUINE = archiveOf({ name: 'demo/values.yaml', body: 'a: 1\n' })
const BY_HAND = gzipOf(tarOf([{ name: 'demo/Chart.yaml', body: CHART_YAML }]), { marks: false })
const workspace = useWorkspace()
const startRegistry = useRegistries()

async function publish(
  { host }: { readonly host: string },
  archive: Buffer,
  flags: readonly string[] = []
) {
  const path = workspace.path('given.tgz')
  await writeFile(path, archive)
  await utimes(path, TIME, TIME)
  const target = [`--registry=${host}/charts`, '--plain-http', '--json']
  const result = await runCli(workspace, ['publish', path, ...target, ...flags])
  return { ...result, publication: JSON.parse(result.stdout).results[0] }
}

function manifestIn(registry: TestRegistry, tag = '1.2.3') {
  return JSON.parse(registry.store.manifest('charts/demo', tag)?.toString() ?? 'null')
}

describe('an archive in place of a directory', () => {
  test('is published byte by byte, dated by its file, without any helm', async () => {
    const registry = await startRegistry()
    const path = workspace.path('given.tgz')
    const { code, publication } = await publish(registry, GENUINE)
    expect(code).toBe(0)
    expect(publication).toMatchObject({ status: 'published', version: '1.2.3', archive: path })
    expect(registry.store.blob(publication.chartDigest)).toEqual(GENUINE)
    const { annotations } = manifestIn(registry)
    expect(annotations['org.opencontainers.image.created']).toBe('2024-01-02T03:04:05Z')
    expect(await workspace.leftovers()).toEqual([])
  })

  test('that the registry has with another time is not called another archive', async () => {
    const registry = await startRegistry()
    await publish(registry, GENUINE)
    const again = await publish(registry, GENUINE, ['--source-date-epoch=0'])
    expect(again.publication.status).toBe('unchanged')
    expect(again.stderr).toContain('already exists with the same archive (another manifest)')
    expect(again.stderr).not.toContain('(another archive)')
  })

  test('is dated by `source-date-epoch` where that is given', async () => {
    const registry = await startRegistry()
    await publish(registry, GENUINE, ['--source-date-epoch=0'])
    const { annotations } = manifestIn(registry)
    expect(annotations['org.opencontainers.image.created']).toBe('1970-01-01T00:00:00Z')
  })

  test('takes the provenance beside it along, to the registry and to the destination', async () => {
    const registry = await startRegistry()
    const out = workspace.path('out')
    await writeFile(workspace.path('given.tgz.prov'), 'signed')
    const { publication } = await publish(registry, GENUINE, [`--destination=${out}`])
    const types = manifestIn(registry).layers.map((layer: { mediaType: string }) => layer.mediaType)
    expect(types).toContain('application/vnd.cncf.helm.chart.provenance.v1.prov')
    expect(publication.archive).toBe(`${out}/given.tgz`)
    expect(await readdir(out)).toEqual(['given.tgz', 'given.tgz.prov'])
    expect((await stat(publication.archive)).mtimeMs).toBe(TIME * 1000)
    expect(await readFile(`${out}/given.tgz.prov`, 'utf8')).toBe('signed')
  })

  test('is validated, and left where it is, when there is no registry', async () => {
    const path = workspace.path('given.tgz')
    await writeFile(path, GENUINE)
    const { code, stdout } = await runCli(workspace, ['package', path])
    expect([code, stdout]).toEqual([0, `${path}\n`])
    expect(await readdir(workspace.path())).toEqual(['given.tgz', 'home', 'tmp'])
  })

  test('may have `version` and `app-version` named as it has them', async () => {
    const registry = await startRegistry()
    expect(await publish(registry, GENUINE, ['--version=v1.2.3'])).toMatchObject({ code: 0 })
  })

  test('is refused under another version, since it is published as it is: exit code 2', async () => {
    const registry = await startRegistry()
    const flags = ['--version=2.0.0', '--app-version=9']
    const { code, stderr } = await publish(registry, GENUINE, flags)
    expect(code).toBe(2)
    expect(stderr).toContain('--version is "2.0.0", but the archive')
    expect(stderr).toContain('--app-version is "9", but the archive')
    expect(registry.log).toEqual([])
  })

  test('that was packed by hand is refused, with all that it lacks: exit code 4', async () => {
    const registry = await startRegistry()
    const { code, publication } = await publish(registry, BY_HAND)
    expect(code).toBe(4)
    expect(publication.error.message).toContain('gzip header')
    expect(publication.error.fix).toContain('--require-genuine=false')
    expect(registry.log).toEqual([])
    expect(await workspace.leftovers()).toEqual([])
  })

  test('that was packed by hand is published with a warning, where `require-genuine` is false', async () => {
    const registry = await startRegistry()
    const { code, publication, stderr } = await publish(registry, BY_HAND, [
      '--require-genuine=false'
    ])
    expect(code).toBe(0)
    expect(publication.warnings).toEqual([expect.stringContaining('gzip header')])
    expect(stderr).toContain('Warning: The archive was not packed by')
    // What is set already fixes nothing.
    expect(stderr).not.toContain('set `require-genuine')
  })

  test('that Helm could not load is refused, whatever `require-genuine` says', async () => {
    const registry = await startRegistry()
    const hostile = archiveOf({ name: 'demo/../../x' })
    const { code } = await publish(registry, hostile, ['--require-genuine=false'])
    expect(code).toBe(4)
    expect(registry.log).toEqual([])
  })

  test.each([
    ['a file of an unpacked chart', 'apiVersion: v2\nname: demo\n', 'it is a YAML file, such as'],
    ['a zip file', 'PK\x03\x04', 'it is a zip file']
  ])('that is %s is refused, and named', async (_, text, what) => {
    const registry = await startRegistry()
    const { code, stderr } = await publish(registry, Buffer.from(text))
    expect(code).toBe(4)
    expect(stderr).toContain(what)
  })

  test('that has a folder in place of its provenance is refused: exit code 2', async () => {
    const registry = await startRegistry()
    await mkdir(workspace.path('given.tgz.prov'))
    const { code, stderr } = await publish(registry, GENUINE)
    expect(code).toBe(2)
    expect(stderr).toContain('given.tgz.prov" cannot be read: it is a directory')
  })
})
