import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { OCI_MANIFEST } from '../../src/oci/spec/media-types.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { release as releaseTo } from '../support/charts/releases.ts'
import type { Fault, TestRegistry } from '../support/registry/registry.ts'
import { errorAnswer } from '../support/registry/registry-store.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const ID = '8c0ed3bd-39d0-4d37-8f2b-8f4d5f4ea9ab'
const FLAG = '--artifacthub-repo=artifacthub-repo.yml'

async function prepare(text = `repositoryID: ${ID}\n`, name = 'demo'): Promise<void> {
  await workspace.write(`charts/${name}`, chartFiles({ name }))
  await writeFile(workspace.path('artifacthub-repo.yml'), text)
}

function release({ host }: TestRegistry, args: readonly string[], charts = ['charts/*']) {
  return releaseTo(workspace, [`${host}/charts`], [...charts, ...args])
}

const manifestsWritten = ({ log }: TestRegistry) =>
  log.flatMap((line) => /^PUT .*\/manifests\/([^ ?]+)/.exec(line)?.[1] ?? [])

const metadataIn = ({ store }: TestRegistry, name = 'demo') => {
  const manifest = store.manifest(`charts/${name}`, 'artifacthub.io')
  const [layer] = manifest ? JSON.parse(manifest.toString()).layers : []
  return layer && store.blob(layer.digest)?.toString()
}

describe('the metadata of Artifact Hub', () => {
  test('are in the repository of the chart before its version, in the form that Artifact Hub reads', async () => {
    const registry = await startRegistry()
    await prepare()
    const { code, results } = await release(registry, [FLAG])
    expect([code, results[0]?.status, results[0]?.warnings]).toEqual([0, 'published', []])
    expect(manifestsWritten(registry)).toEqual(['artifacthub.io', '1.2.3'])
    expect(metadataIn(registry)).toBe(`repositoryID: ${ID}\n`)
    const manifest = registry.store.manifest('charts/demo', 'artifacthub.io')?.toString() ?? ''
    expect(JSON.parse(manifest)).toMatchObject({
      config: { mediaType: 'application/vnd.cncf.artifacthub.config.v1+yaml', size: 2 },
      layers: [
        {
          mediaType: 'application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml',
          annotations: { 'org.opencontainers.image.title': 'artifacthub-repo.yml' }
        }
      ]
    })
  })

  test('are written again only when they differ, also for a version that is unchanged', async () => {
    const registry = await startRegistry()
    await prepare()
    await release(registry, [FLAG])
    const before = registry.log.length
    expect((await release(registry, [FLAG])).results[0]?.status).toBe('unchanged')
    expect(registry.log.slice(before).filter((line) => line.startsWith('PUT'))).toEqual([])
    const owners = `owners: [{name: A, email: a@example.com}]\n`
    await prepare(owners)
    expect((await release(registry, [FLAG])).results[0]?.status).toBe('unchanged')
    expect(metadataIn(registry)).toBe(owners)
  })

  test('may differ for each chart, by its name', async () => {
    const registry = await startRegistry()
    await prepare()
    await workspace.write('charts/other', chartFiles({ name: 'other' }))
    await writeFile(workspace.path('demo.yml'), `repositoryID: ${ID}\n`)
    await writeFile(workspace.path('other.yml'), 'owners: [{email: o@example.com}]\n')
    const { code } = await release(registry, ['--artifacthub-repo={{name}}.yml'])
    expect(code).toBe(0)
    expect(metadataIn(registry)).toBe(`repositoryID: ${ID}\n`)
    expect(metadataIn(registry, 'other')).toBe('owners: [{email: o@example.com}]\n')
  })

  test('are not written in a dry run', async () => {
    const registry = await startRegistry()
    await prepare()
    const { code, stderr } = await release(registry, [FLAG, '--dry-run'])
    expect(code).toBe(0)
    expect(stderr).toContain('charts/demo:artifacthub.io would be written.')
    expect(manifestsWritten(registry)).toEqual([])
  })

  test('take a while, after which the tag of the version is looked at once more', async () => {
    const type = 'application/vnd.oci.image.manifest.v1+json'
    const theirs = Buffer.from('{"schemaVersion":2,"layers":[]}')
    const registry: TestRegistry = await startRegistry({
      fault: ({ method, url }) => {
        if (method === 'PUT' && url.endsWith('/manifests/artifacthub.io')) {
          registry.store.setManifest('charts/demo', '1.2.3', { type, bytes: theirs })
        }
        return undefined
      }
    })
    await prepare()
    const { code } = await release(registry, [FLAG])
    expect(code).toBe(7)
    expect(registry.store.manifest('charts/demo', '1.2.3')).toEqual(theirs)
  })

  test('that a registry refuses are a warning, and the chart is published', async () => {
    const fault: Fault = ({ method, url }) => {
      const isTag = method === 'PUT' && url.endsWith('/manifests/artifacthub.io')
      return isTag ? errorAnswer(403, 'DENIED', 'tags named so are immutable') : undefined
    }
    const registry = await startRegistry({ fault })
    await prepare()
    const { code, results } = await release(registry, [FLAG])
    expect([code, results[0]?.status]).toEqual([0, 'published'])
    expect(results[0]?.warnings).toEqual([
      expect.stringContaining('charts/demo:artifacthub.io was not written:')
    ])
    expect(results[0]?.warnings[0]).toContain('tags named so are immutable')
  })

  test('never replace something else under that tag', async () => {
    const registry = await startRegistry()
    await prepare()
    expect(await release(registry, [])).toMatchObject({ code: 0 })
    const before = registry.store.manifest('charts/demo', '1.2.3') ?? Buffer.alloc(0)
    registry.store.setManifest('charts/demo', 'artifacthub.io', {
      type: OCI_MANIFEST,
      bytes: before
    })
    const { results } = await release(registry, [FLAG])
    expect(results[0]?.warnings).toEqual([
      expect.stringContaining('artifacthub.io is not metadata for Artifact Hub')
    ])
    expect(registry.store.manifest('charts/demo', 'artifacthub.io')).toEqual(before)
  })

  test.each([
    ['no mapping', '- a\n', 'is not a mapping'],
    ['no YAML', 'a: [\n', 'is not YAML'],
    ['an id that is none', 'repositoryID: my-repo\n', 'a `repositoryID` that is not a UUID'],
    ['an owner without a mail', 'owners: [{name: A}]\n', 'has no `email` in entry 1 of `owners`'],
    [
      'an unknown key',
      'repositoryId: x\n',
      'the key "repositoryId", which Artifact Hub does not know'
    ],
    ['nothing', '{}\n', 'has neither `repositoryID` nor `owners`'],
    ['a filter without a name', `repositoryID: ${ID}\nignore: [x]\n`, 'no `name` in entry 1']
  ])('of %s are an error of usage, and nothing is pushed', async (_, text, why) => {
    const registry = await startRegistry()
    await prepare(text)
    const { code, stderr } = await release(registry, [FLAG])
    expect(code).toBe(2)
    expect(stderr).toContain(why)
    expect(
      registry.log.filter((line) => line.startsWith('PUT') || line.startsWith('POST'))
    ).toEqual([])
    expect(await workspace.leftovers()).toEqual([])
  })

  test('in a file that is absent are an error of usage that says what the name in its path means', async () => {
    const registry = await startRegistry()
    await prepare()
    const { code, stderr } = await release(registry, ['--artifacthub-repo={{name}}.yaml'])
    expect(code).toBe(2)
    expect(stderr).toContain('names "demo.yaml", which cannot be read: it does not exist (ENOENT)')
    expect(stderr).toContain('`{{name}}` in it is replaced by the name of the chart')
  })

  test('with a secret of the run in them are not sent', async () => {
    const registry = await startRegistry({
      auth: { kind: 'basic', username: 'ci', password: 'correct-horse-battery' }
    })
    await prepare(`repositoryID: ${ID}\n# correct-horse-battery\n`)
    await writeFile(workspace.path('password'), 'correct-horse-battery')
    const login = ['--username=ci', '--password-file=password']
    const { code, stderr } = await release(registry, [FLAG, ...login])
    expect(code).toBe(2)
    expect(stderr).toContain('The file of --artifacthub-repo contains a secret of this run')
    expect(manifestsWritten(registry)).toEqual([])
  })
})
