import { describe, expect, test } from '@jest/globals'
import { OCI_MANIFEST } from '../../../src/oci/spec/media-types.ts'
import { IF_EXISTS } from '../../../src/publish/model/request.ts'
import { packedChart } from '../../support/charts/packed-chart.ts'
import {
  type PublishTestOptions,
  publishTo,
  putChart,
  writesOf
} from '../../support/charts/published-chart.ts'
import { storeManifest } from '../../support/charts/stored-chart.ts'
import type { Fault, TestRegistry } from '../../support/registry/registry.ts'
import { errorAnswer } from '../../support/registry/registry-store.ts'
import { useRegistries } from '../../support/registry/servers.ts'

const startRegistry = useRegistries()
const HEX = 'a'.repeat(64)
const IMAGE = {
  schemaVersion: 2,
  config: {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: `sha256:${HEX}`,
    size: 1
  },
  layers: []
}

async function publish(
  registry: TestRegistry,
  version: string,
  options: PublishTestOptions & { readonly values?: string }
) {
  const { values, ...others } = options
  const packed = packedChart({ version, ...(values !== undefined && { values }) })
  const { publications, lines } = await publishTo([registry], packed, others)
  const [publication] = publications
  if (!publication) throw new Error('there is no publication')
  return { ...publication, code: publication.error?.exitCode ?? 0, lines }
}

/** The version of the chart that a tag shows; `unknown` where no annotation says it, undefined for no tag. */
function shown({ store }: TestRegistry, tag: string): string | undefined {
  const bytes = store.manifest('charts/demo', tag)
  const annotations = bytes && JSON.parse(String(bytes)).annotations
  return bytes && (annotations?.['org.opencontainers.image.version'] ?? 'unknown')
}

function ofTag(registry: TestRegistry, tag: string): readonly string[] {
  const lines = registry.log.filter((line) => line.endsWith(`/manifests/${tag}`))
  return lines.map((line) => line.split(' ')[0] ?? '')
}

describe('a tag that belongs to an image', () => {
  const cells = IF_EXISTS.flatMap((ifExists) => {
    return ['latest', '1', 'edge', 'v1.2.3', '9.9.9'].flatMap((tag) => {
      return [false, true].map((dryRun) => ({ ifExists, tag, dryRun }))
    })
  })

  test.each(cells)('is refused before anything is pushed: %j', async ({ tag, ...options }) => {
    const registry = await startRegistry()
    storeManifest(registry, `charts/demo:${tag}`, { content: IMAGE })
    const { code, error } = await publish(registry, '1.2.3', { ...options, tags: [tag] })
    expect([code, writesOf(registry)]).toEqual([7, []])
    expect(error?.message).toContain(`demo:${tag} is not a chart, but a container image.`)
    expect(error?.fix).toContain(`Leave "${tag}" out of \`tags\``)
    expect(error?.fix).toContain('`registry: oci://')
  })

  test('is refused also when the version exists with the same content', async () => {
    const registry = await startRegistry()
    await publish(registry, '1.2.3', {})
    storeManifest(registry, 'charts/demo:latest', { content: IMAGE })
    expect(await publish(registry, '1.2.3', { tags: ['latest'] })).toMatchObject({ code: 7 })
    expect(shown(registry, 'latest')).toBe('unknown')
  })

  test('is left alone, and not reported, when the version is skipped', async () => {
    const registry = await startRegistry()
    await publish(registry, '1.2.3', {})
    storeManifest(registry, 'charts/demo:latest', { content: IMAGE })
    const options = { values: 'b: 1\n', ifExists: 'skip', tags: ['latest'] } as const
    expect(await publish(registry, '1.2.3', options)).toMatchObject({ code: 0, status: 'skipped' })
    expect(shown(registry, 'latest')).toBe('unknown')
  })

  test('under other tags of the repository is nobody’s business', async () => {
    const registry = await startRegistry()
    storeManifest(registry, 'charts/demo:main', { content: IMAGE })
    const { code, warnings } = await publish(registry, '1.2.3', { tags: ['latest'] })
    expect([code, warnings]).toEqual([0, []])
  })
})

describe('a broken chart', () => {
  const broken = {
    ...IMAGE,
    config: { ...IMAGE.config, mediaType: 'application/vnd.cncf.helm.config.v1+json' }
  }

  test('under a moving tag gives way', async () => {
    const registry = await startRegistry()
    storeManifest(registry, 'charts/demo:latest', { content: broken })
    expect(await publish(registry, '1.2.3', { tags: ['latest'] })).toMatchObject({ code: 0 })
    expect(shown(registry, 'latest')).toBe('1.2.3')
  })

  test.each([
    ['fail', 7],
    ['skip', 7],
    ['overwrite', 0]
  ] as const)('under a version, if-exists: %s: exit code %i', async (ifExists, code) => {
    const registry = await startRegistry()
    storeManifest(registry, 'charts/demo:v1.2.3', { content: broken })
    expect(await publish(registry, '1.2.3', { ifExists, tags: ['v1.2.3'] })).toMatchObject({ code })
  })
})

describe('a version with `v` in front obeys if-exists', () => {
  test.each([
    ['fail', 7, '1.0.0'],
    ['skip', 0, '1.0.0'],
    ['overwrite', 0, '1.0.0+two']
  ] as const)('%s: exit code %i, the tag is at %s', async (ifExists, code, version) => {
    const registry = await startRegistry()
    await publish(registry, '1.0.0', { tags: ['v{{major}}.{{minor}}.{{patch}}'] })
    const options = { ifExists, tags: ['v{{major}}.{{minor}}.{{patch}}'] }
    expect((await publish(registry, '1.0.0+two', options)).code).toBe(code)
    expect(shown(registry, 'v1.0.0')).toBe(version)
  })

  test('a refused one keeps everything from being pushed', async () => {
    const registry = await startRegistry()
    await publish(registry, '1.0.0', { tags: ['v1.0.0'] })
    const { error } = await publish(registry, '1.0.0+two', { tags: ['v1.0.0'] })
    expect(error?.message).toContain('Nothing was changed.')
    expect(shown(registry, '1.0.0_two')).toBeUndefined()
  })
})

describe('moving tags', () => {
  const tags = ['latest', '{{major}}', '{{major}}.{{minor}}']

  test('follow releases, also when a fix for an older one comes later', async () => {
    const registry = await startRegistry()
    for (const version of ['1.2.8', '2.0.0', '2.1.0-rc.1', '1.2.9', '1.1.5']) {
      expect(await publish(registry, version, { tags })).toMatchObject({ status: 'published' })
    }
    const at = (tag: string) => [tag, shown(registry, tag)]
    expect(['latest', '1', '2', '1.1', '1.2', '2.0', '2.1'].map(at)).toEqual([
      ['latest', '2.0.0'],
      ['1', '1.2.9'],
      ['2', '2.0.0'],
      ['1.1', '1.1.5'],
      ['1.2', '1.2.9'],
      ['2.0', '2.0.0'],
      ['2.1', undefined]
    ])
  })

  test('that stay are notices in the log, and stand in the results', async () => {
    const registry = await startRegistry()
    await publish(registry, '2.0.0', { tags })
    const { warnings, lines } = await publish(registry, '1.9.0', { tags })
    const text = `${registry.host}/charts/demo:latest stays at 2.0.0, which is higher than 1.9.0.`
    expect(warnings).toEqual([text])
    expect(lines).toContain(`notice: ${text}`)
    expect(lines.filter((line) => line.startsWith('warning:'))).toEqual([])
  })

  test('go anywhere with overwrite', async () => {
    const registry = await startRegistry()
    await publish(registry, '2.0.0', { tags })
    await publish(registry, '1.0.0-rc.1', { tags, ifExists: 'overwrite' })
    expect(shown(registry, 'latest')).toBe('1.0.0-rc.1')
  })

  test('that point at a chart without annotations are judged by its config', async () => {
    const registry = await startRegistry()
    const { artifact } = packedChart({ version: '2.0.0' })
    putChart(registry, packedChart({ version: '2.0.0' }), { tag: '2.0.0' })
    const { annotations: _, ...content } = JSON.parse(String(artifact.manifest.bytes))
    storeManifest(registry, 'charts/demo:latest', { content })
    await publish(registry, '1.9.0', { tags })
    expect(shown(registry, 'latest')).toBe('unknown')
    await publish(registry, '2.0.1', { tags })
    expect(shown(registry, 'latest')).toBe('2.0.1')
  })

  test('that point at a chart whose version nobody can read move', async () => {
    const registry = await startRegistry()
    const packed = packedChart({ version: '2.0.0' })
    const { annotations: _, ...content } = JSON.parse(String(packed.artifact.manifest.bytes))
    storeManifest(registry, 'charts/demo:latest', { content })
    await publish(registry, '1.9.0', { tags })
    expect(shown(registry, 'latest')).toBe('1.9.0')
  })

  test('cost three requests, and one where nothing changes', async () => {
    const registry = await startRegistry()
    await publish(registry, '1.2.3', { tags: ['latest'] })
    expect(ofTag(registry, 'latest')).toEqual(['GET', 'PUT', 'GET'])
    await publish(registry, '1.2.3', { tags: ['latest'] })
    expect(ofTag(registry, 'latest')).toEqual(['GET', 'PUT', 'GET', 'GET'])
  })

  test('of a dry run are checked, and not written', async () => {
    const registry = await startRegistry()
    await publish(registry, '2.0.0', { tags })
    const before = writesOf(registry).length
    const { status, warnings, lines } = await publish(registry, '1.9.0', { tags, dryRun: true })
    expect([status, writesOf(registry).length]).toEqual(['planned', before])
    expect(warnings).toEqual([expect.stringContaining('latest stays at 2.0.0')])
    expect(lines).toContain('info: It would be tagged 1 as well.')
  })
})

describe('the read-back of a moving tag', () => {
  /** Another run writes `version` right after ours has written `latest`. */
  async function overtakenBy(version: string, options: PublishTestOptions = {}, times = 1) {
    const registry = await startRegistry()
    const { artifact } = packedChart({ version })
    putChart(registry, packedChart({ version }), { tag: version })
    let left = times
    const fault: Fault = (request) => {
      if (request.method !== 'PUT' || !request.url.endsWith('/manifests/latest')) return undefined
      if (left === 0) return undefined
      left -= 1
      const answer = registry.store.answer(request)
      const { bytes } = artifact.manifest
      registry.store.setManifest('charts/demo', 'latest', { type: OCI_MANIFEST, bytes })
      return answer
    }
    registry.fault = fault
    const result = await publish(registry, '1.5.0', { ...options, tags: ['latest'] })
    return { ...result, latest: shown(registry, 'latest') }
  }

  test('finds a higher version of another run, and leaves it', async () => {
    const { code, latest, warnings } = await overtakenBy('2.0.0')
    expect([code, latest]).toEqual([0, '2.0.0'])
    expect(warnings).toEqual([expect.stringContaining('stays at 2.0.0')])
  })

  test('finds a lower version of another run, and moves the tag again', async () => {
    const { code, latest, warnings } = await overtakenBy('1.4.0')
    expect([code, latest, warnings]).toEqual([0, '1.5.0', []])
  })

  test('gives up after the third time, and says so', async () => {
    const { code, latest, warnings } = await overtakenBy('1.4.0', {}, 9)
    expect([code, latest]).toEqual([0, '1.4.0'])
    expect(warnings).toEqual([
      expect.stringContaining('because other runs write it at the same time')
    ])
  })

  test('leaves the last one where tags go anywhere', async () => {
    const { code, latest, warnings } = await overtakenBy('1.4.0', { ifExists: 'overwrite' })
    expect([code, latest]).toEqual([0, '1.4.0'])
    expect(warnings).toEqual([expect.stringContaining('then another run moved it')])
  })

  test('fails when the registry shows nothing: exit code 8', async () => {
    const registry = await startRegistry()
    const absent = errorAnswer(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
    registry.fault = ({ method, url }) => {
      return method === 'GET' && url.endsWith('/latest') ? absent : undefined
    }
    const { code, error } = await publish(registry, '1.2.3', { tags: ['latest'] })
    expect([code, error?.message]).toEqual([8, expect.stringContaining('does not show it')])
  })
})
