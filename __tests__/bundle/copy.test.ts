import { readFile, stat } from 'node:fs/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { packedChart } from '../support/charts/packed-chart.ts'
import { writesOf } from '../support/charts/published-chart.ts'
import { runCli } from '../support/program.ts'
import { resultIn } from '../support/publish-command.ts'
import { referrersApi } from '../support/registry/referrers-api.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { SourceChart } from '../support/registry/source-chart.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const PROVENANCE = Buffer.from(`not verified: ${'x'.repeat(20)}`)
let from: TestRegistry
let to: TestRegistry
let source: SourceChart

beforeEach(async () => {
  from = await startRegistry()
  to = await startRegistry()
  source = new SourceChart(from)
})

async function copy(...args: readonly string[]) {
  const target = [`--registry=oci://${to.host}/prod`, '--plain-http']
  const ran = await runCli(workspace, ['publish', ...args, ...target, '--json'])
  return { ...ran, result: resultIn(ran.stdout) }
}

/** What the target has under a tag or a digest, as text. */
function there(pointer: string): string | undefined {
  return to.store.manifest('prod/demo', pointer)?.toString()
}

function writtenTo({ log }: TestRegistry): readonly string[] {
  return log.filter((line) => line.startsWith('PUT'))
}

function listedThere(): readonly string[] {
  const { manifests } = JSON.parse(there(source.indexTag) ?? '{"manifests":[]}')
  return manifests.map(({ digest }: { readonly digest: string }) => digest)
}

describe('a chart of a registry', () => {
  test('is published byte by byte, with the digest of its source', async () => {
    const { code, result, stderr } = await copy(source.ref())
    expect([code, result]).toMatchObject([
      0,
      { status: 'published', digest: source.digest, chart: source.ref(), signature: 'off' }
    ])
    expect(there('1.2.3')).toBe(source.artifact.manifest.bytes.toString())
    expect(to.store.blob(source.artifact.chart.digest)).toEqual(source.artifact.chart.bytes)
    expect(stderr).toContain('its manifest is published unchanged')
    expect(writesOf(from)).toEqual([])
    expect(await workspace.leftovers()).toEqual([])
  })

  test.each([
    ['a tag that is no version', () => source.ref('latest')],
    ['a digest', () => source.ref(source.digest)],
    ['a tag and a digest, of which the digest is used', () => `${source.ref()}@${source.digest}`]
  ])('asked for by %s is tagged with the version in its config', async (_, ref) => {
    const { mediaType: type, bytes } = source.artifact.manifest
    from.store.setManifest(source.name, 'latest', { type, bytes })
    const { code, result } = await copy(ref())
    expect([code, result]).toMatchObject([0, { tag: '1.2.3', digest: source.digest, warnings: [] }])
    expect(there('latest')).toBeUndefined()
  })

  test('whose tag points elsewhere than the digest beside it is that of the digest, with a warning', async () => {
    const { code, result } = await copy(`${source.ref('2.0.0')}@${source.digest}`)
    expect([code, result.warnings]).toEqual([
      0,
      ['The tag "2.0.0" does not exist; the digest is used.']
    ])
  })

  test('with build metadata is found by its version, and by its tag', async () => {
    const version = '1.2.3+build.7'
    const { bytes: archive } = packedChart({ version }).archive
    source = new SourceChart(from, { tag: '1.2.3_build.7', archive })
    for (const tag of [version, '1.2.3_build.7']) {
      const { result } = await copy(source.ref(tag))
      expect(result).toMatchObject({ version, tag: '1.2.3_build.7', digest: source.digest })
    }
  })

  test('that the target has already is unchanged, also where source and target are one', async () => {
    await copy(source.ref())
    const again = await copy(source.ref())
    expect([again.code, again.result.status]).toEqual([0, 'unchanged'])
    source = new SourceChart(to, { name: 'prod/demo' })
    const before = writtenTo(to)
    const itself = await copy(source.ref())
    expect([itself.code, itself.result.status]).toEqual([0, 'unchanged'])
    expect(writtenTo(to)).toEqual(before)
  })

  test('goes to several targets, and is downloaded once', async () => {
    const third = await startRegistry()
    const { code, stdout } = await copy(source.ref(), `--registry=oci://${third.host}/prod`)
    expect(code).toBe(0)
    const { results } = JSON.parse(stdout)
    expect(results.map(({ digest }: { digest: string }) => digest)).toEqual([
      source.digest,
      source.digest
    ])
    const downloads = from.log.filter((line) => line.endsWith(source.artifact.chart.digest))
    expect(downloads).toHaveLength(1)
  })

  test('is the same at every target, also where one has the same files under another digest', async () => {
    const third = await startRegistry()
    await workspace.write('.', { 'demo.tgz': source.artifact.chart.bytes })
    const first = ['publish', 'demo.tgz', `--registry=oci://${third.host}/prod`, '--plain-http']
    await runCli(workspace, [...first, '--source-date-epoch=1'])
    const { stdout } = await copy(source.ref(), `--registry=oci://${third.host}/prod`)
    const { results } = JSON.parse(stdout)
    const byTarget = new Map(
      results.map(({ target, ...rest }: { target: string }) => [target, rest])
    )
    expect(byTarget.get(`${third.host}/prod`)).toMatchObject({ status: 'unchanged' })
    expect(byTarget.get(`${to.host}/prod`)).toMatchObject({
      status: 'published',
      digest: source.digest
    })
  })

  test('is saved in `destination` with its provenance and its time', async () => {
    source = new SourceChart(from, { provenance: PROVENANCE })
    const { code, result } = await copy(source.ref(), '--destination=out')
    expect([code, result.archive]).toEqual([0, workspace.path('out/demo-1.2.3.tgz')])
    expect(await readFile(result.archive)).toEqual(source.artifact.chart.bytes)
    expect(await readFile(`${result.archive}.prov`)).toEqual(PROVENANCE)
    expect((await stat(result.archive)).mtime.toISOString()).toBe('2024-01-02T03:04:05.000Z')
  })

  test('goes with a directory in one run', async () => {
    await workspace.write('chart', chartFiles({ name: 'other' }))
    const { code, stdout } = await copy('chart', source.ref())
    expect(code).toBe(0)
    const { results } = JSON.parse(stdout)
    expect(results).toMatchObject([
      { name: 'other', status: 'published' },
      { name: 'demo', status: 'published', digest: source.digest }
    ])
  })

  test('is downloaded and validated by `package`, which reads nothing that is attached', async () => {
    source.attach('an SBOM')
    const args = ['package', source.ref(), '--plain-http', '--destination=out', '--json']
    const { code, stdout } = await runCli(workspace, args)
    expect([code, resultIn(stdout)]).toMatchObject([
      0,
      { status: 'packaged', digest: source.digest, archive: workspace.path('out/demo-1.2.3.tgz') }
    ])
    expect(from.log.some((line) => line.includes('referrers'))).toBe(false)
  })
})

describe('what is attached to a chart', () => {
  test('is copied, and listed by the tag that stands in for the API', async () => {
    const attached = [source.attach('an SBOM'), source.attach('a signature')]
    const { code } = await copy(source.ref())
    expect(code).toBe(0)
    expect(listedThere()).toEqual(attached.map(({ digest }) => digest))
    for (const { digest, bytes } of attached) expect(there(digest)).toBe(bytes.toString())
  })

  test('is copied from a registry without the API to one that has it', async () => {
    const { digest } = source.attach('an SBOM')
    to.fault = referrersApi()
    const { code } = await copy(source.ref())
    expect([code, there(digest) !== undefined, there(source.indexTag)]).toEqual([
      0,
      true,
      undefined
    ])
  })

  test('is written before the version', async () => {
    source.attach('an SBOM')
    source.tagAsCosign('.sig', 'one')
    await copy(source.ref())
    const tags = to.log.filter((line) => line.startsWith('PUT /v2/prod/demo/manifests/'))
    expect(tags.at(-1)).toBe('PUT /v2/prod/demo/manifests/1.2.3')
    expect(tags).toHaveLength(5)
  })

  test('by the tags of cosign is copied as such tags', async () => {
    const signature = source.tagAsCosign('.sig', 'one')
    const attestation = source.tagAsCosign('.att', 'other')
    const { code } = await copy(source.ref())
    expect(code).toBe(0)
    expect(there(`${source.indexTag}.sig`)).toBe(signature.bytes.toString())
    expect(there(`${source.indexTag}.att`)).toBe(attestation.bytes.toString())
  })

  test('stays beside what the target has attached itself, and is added where it is missing', async () => {
    await copy(source.ref())
    const target = new SourceChart(to, { name: 'prod/demo' })
    const own = target.attach('of production')
    const { digest } = source.attach('an SBOM')
    const { code, result } = await copy(source.ref())
    expect([code, result.status, result.warnings]).toEqual([0, 'unchanged', []])
    expect(listedThere()).toEqual([own.digest, digest])
    const before = writtenTo(to)
    await copy(source.ref())
    expect(writtenTo(to)).toEqual(before)
  })

  test('is left out with a warning where the chart exists under another digest', async () => {
    source.attach('an SBOM')
    const args = ['publish', 'demo.tgz', `--registry=oci://${to.host}/prod`, '--plain-http']
    await workspace.write('.', { 'demo.tgz': source.artifact.chart.bytes })
    await runCli(workspace, [...args, '--source-date-epoch=1'])
    const { code, result } = await copy(source.ref())
    expect([code, result.status, result.digest === source.digest]).toEqual([0, 'unchanged', false])
    expect(result.warnings).toContainEqual(
      expect.stringContaining(`nothing that is attached to ${source.ref()} was copied`)
    )
    expect(listedThere()).toEqual([])
  })

  test('is not an index at its tag: says that it was not copied, and the chart is', async () => {
    const { mediaType: type, bytes } = source.artifact.manifest
    from.store.setManifest(source.name, source.indexTag, { type, bytes: Buffer.from(`${bytes} `) })
    const { code, result } = await copy(source.ref())
    expect([code, result.status]).toEqual([0, 'published'])
    expect(result.warnings).toContainEqual(expect.stringContaining('is not an index'))
  })

  test('is the chart itself at its tag, as GitLab shows it: nothing is attached', async () => {
    const { mediaType: type, bytes } = source.artifact.manifest
    from.store.setManifest(source.name, source.indexTag, { type, bytes })
    const { code, result } = await copy(source.ref())
    expect([code, result.status, result.warnings]).toEqual([0, 'published', []])
    expect(there(source.indexTag)).toBeUndefined()
  })

  test('is listed by a dry run, which writes nothing', async () => {
    const { digest } = source.attach('an SBOM')
    source.tagAsCosign('.sig', 'one')
    const { code, result, stderr } = await copy(source.ref(), '--dry-run')
    expect([code, result.status, result.digest]).toEqual([0, 'planned', source.digest])
    expect(stderr).toMatch(
      new RegExp(`With it: application/vnd.cyclonedx\\+json, ${digest}, \\d+ bytes`)
    )
    expect(stderr).toContain(`(tag ${source.indexTag}.sig)`)
    expect([writesOf(from), writesOf(to)]).toEqual([[], []])
  })
})

describe('of what does not fit a copy', () => {
  test.each([
    ['no tag and no digest', [], 'has neither tag nor digest'],
    ['another version', ['--version=1.2.4'], '--version is "1.2.4"'],
    ['annotations', ['--annotations=a=b'], '--annotations would change the manifest'],
    ['another appVersion', ['--app-version=9'], '--app-version is "9"'],
    ['provenance of this run', ['--attest=provenance'], '--attest provenance is for charts that']
  ])('%s is a usage error, and nothing is pushed', async (what, flags, said) => {
    const ref = what.startsWith('no tag') ? source.ref().replace(':1.2.3', '') : source.ref()
    const { code, stderr } = await copy(ref, ...flags)
    expect([code, writesOf(to)]).toEqual([2, []])
    expect(stderr.replace(/\s+/g, ' ')).toContain(said)
  })

  test('the right version is checked and fits', async () => {
    const { code } = await copy(source.ref(), '--version=v1.2.3')
    expect(code).toBe(0)
  })

  test('a line that excludes has a warning', async () => {
    const { code, stderr } = await copy(source.ref(), `!${source.ref()}`)
    expect(code).toBe(0)
    expect(stderr.replace(/\s+/g, ' ')).toContain('Charts of a registry are named one by one')
  })
})
