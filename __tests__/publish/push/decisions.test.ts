import { describe, expect, test } from '@jest/globals'
import { CHART_TYPE, CONFIG_TYPE } from '../../../src/artifact/media-types.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../../src/oci/spec/media-types.ts'
import { IF_EXISTS, type IfExists } from '../../../src/publish/model/request.ts'
import { packedChart } from '../../support/charts/packed-chart.ts'
import { publishTo, putChart, writesOf } from '../../support/charts/published-chart.ts'
import { storeManifest } from '../../support/charts/stored-chart.ts'
import { isHead } from '../../support/faults/faults.ts'
import type { TestRegistry } from '../../support/registry/registry.ts'
import { useRegistries } from '../../support/registry/servers.ts'

const startRegistry = useRegistries()

const OURS = packedChart()
const EQUIVALENT = packedChart({ mtime: 2 })
const DIFFERENT = packedChart({ values: 'a: 2\n' })
const SAME_ARCHIVE = packedChart({ annotations: { team: 'other' } })

const { config, chart } = OURS.artifact
const image = 'application/vnd.oci.image.config.v1+json'
const described = (mediaType: string, digest = config.digest) => ({ mediaType, digest, size: 1 })
const put =
  (content: unknown, type = OCI_MANIFEST) =>
  (registry: TestRegistry) => {
    storeManifest(registry, 'charts/demo:1.2.3', { content, type })
  }

/** What the registry has under the version. */
const STATES = {
  absent: () => undefined,
  same: (registry) => putChart(registry, OURS),
  equivalent: (registry) => putChart(registry, EQUIVALENT),
  'same archive, other annotations': (registry) => putChart(registry, SAME_ARCHIVE),
  different: (registry) => putChart(registry, DIFFERENT),
  image: put({ schemaVersion: 2, config: described(image), layers: [] }),
  'old image': put(
    { schemaVersion: 1, name: 'demo', tag: '1.2.3', fsLayers: [] },
    'application/vnd.docker.distribution.manifest.v1+prettyjws'
  ),
  index: put({ schemaVersion: 2, manifests: [described(OCI_MANIFEST)] }, OCI_INDEX),
  artifact: put({ schemaVersion: 2, config: described('application/vnd.acme'), layers: [] }),
  malformed: put({ schemaVersion: 2, config: 'no' }),
  empty: put({ schemaVersion: 2, config: {}, layers: [] }),
  'without a config': put({
    schemaVersion: 2,
    config: described('application/vnd.oci.empty.v1+json'),
    layers: [described(CHART_TYPE)]
  }),
  'without a chart': put({ schemaVersion: 2, config: described(CONFIG_TYPE), layers: [] }),
  'same, as a page': (registry) => putChart(registry, OURS, { type: 'text/html' }),
  'same, archive lost': (registry) => putChart(registry, OURS, { without: [chart.digest] }),
  'same, config lost': (registry) => putChart(registry, OURS, { without: [config.digest] }),
  'same archive, of another size': (registry) => {
    putChart(registry, OURS, { tag: 'elsewhere' })
    const { mediaType, digest, size } = config
    const layers = [described(CHART_TYPE, chart.digest)]
    put({ schemaVersion: 2, config: { mediaType, digest, size }, layers })(registry)
  },
  'same archive, lost': (registry) => {
    putChart(registry, SAME_ARCHIVE, { without: [chart.digest] })
  },
  'equivalent, config lost': (registry) => {
    putChart(registry, EQUIVALENT, { without: [config.digest] })
  },
  'equivalent, archive lost': (registry) => {
    putChart(registry, EQUIVALENT, { without: [EQUIVALENT.artifact.chart.digest] })
  },
  'different, archive lost': (registry) => {
    putChart(registry, DIFFERENT, { without: [DIFFERENT.artifact.chart.digest] })
  },
  'different, config lost': (registry) => {
    const other = packedChart({ version: '1.2.4' })
    putChart(registry, other, { without: [other.artifact.config.digest] })
  }
} satisfies Readonly<Record<string, (registry: TestRegistry) => void>>

type State = keyof typeof STATES

/** What comes of it with `fail`, `skip` and `overwrite`; an exit code for what fails. */
const RESULTS: Readonly<Record<State, readonly [fail: Result, skip: Result, overwrite: Result]>> = {
  absent: ['published', 'published', 'published'],
  same: ['unchanged', 'unchanged', 'unchanged'],
  equivalent: ['unchanged', 'unchanged', 'unchanged'],
  'same archive, other annotations': ['unchanged', 'unchanged', 'unchanged'],
  different: [7, 'skipped', 'published'],
  image: [7, 7, 7],
  'old image': [7, 7, 7],
  index: [7, 7, 7],
  artifact: [7, 7, 7],
  malformed: [7, 7, 7],
  empty: [7, 7, 7],
  'without a config': [7, 7, 'published'],
  'without a chart': [7, 7, 'published'],
  'same, as a page': [8, 8, 'published'],
  'same, archive lost': ['restored', 'restored', 'restored'],
  'same, config lost': ['restored', 'restored', 'restored'],
  'same archive, of another size': [7, 7, 'published'],
  'same archive, lost': ['restored', 'restored', 'restored'],
  'equivalent, config lost': ['restored', 'restored', 'restored'],
  'equivalent, archive lost': [7, 7, 'published'],
  'different, archive lost': [7, 7, 'published'],
  'different, config lost': [7, 7, 'published']
}

type Result = 'published' | 'unchanged' | 'restored' | 'skipped' | 7 | 8

const CELLS = Object.entries(RESULTS).flatMap(([state, results]) => {
  return IF_EXISTS.map(
    (ifExists, index) => [state as State, ifExists, results[index] ?? 7] as const
  )
})

/** Publishes to a registry in a state, and says what came of it. */
async function publishOver(state: State, ifExists: IfExists, { dryRun = false, isSilent = false }) {
  const registry = await startRegistry()
  STATES[state](registry)
  if (isSilent) registry.fault = (request) => (isHead(request) ? { status: 405 } : undefined)
  const before = registry.store.manifest('charts/demo', '1.2.3')
  const { publications } = await publishTo([registry], OURS, { ifExists, dryRun })
  const [publication] = publications
  const { status, error, warnings = [], digest } = publication ?? {}
  const isRestored = warnings.some((text) => text.includes('pushed again'))
  const after = registry.store.manifest('charts/demo', '1.2.3')
  return {
    result: error ? error.exitCode : isRestored && status === 'unchanged' ? 'restored' : status,
    error,
    digest,
    warnings,
    writes: writesOf(registry),
    isTouched: before !== after
  }
}

/** POST and PUT for each blob, and the manifest. */
const WRITES: Readonly<Record<string, number>> = { published: 5, restored: 2 }

describe.each(CELLS)('%s, if-exists: %s', (state, ifExists, expected) => {
  test(`is ${expected}`, async () => {
    const { result, writes, isTouched, digest } = await publishOver(state, ifExists, {})
    expect([result, writes.length]).toEqual([expected, WRITES[expected] ?? 0])
    expect(isTouched).toBe(expected === 'published')
    expect(digest === null).toBe(typeof expected === 'number')
  })

  test('ends the same way in a dry run, which writes nothing', async () => {
    const { result, writes } = await publishOver(state, ifExists, { dryRun: true })
    expect([result, writes]).toEqual([expected === 'published' ? 'planned' : expected, []])
  })
})

describe('where the registry does not answer a HEAD', () => {
  const states = CELLS.filter(([, , expected]) => expected !== 'published')

  test.each(states)('%s, if-exists: %s: no false alarm', async (state, ifExists, expected) => {
    const { result, writes } = await publishOver(state, ifExists, { isSilent: true })
    const isUnknown = expected === 'restored' || state === 'different, config lost'
    const known = ifExists === 'skip' ? 'skipped' : 7
    const wanted = expected === 'restored' ? 'unchanged' : isUnknown ? known : expected
    expect([result, writes]).toEqual([wanted, []])
  })
})

describe('the error says what is there, and advises what helps', () => {
  test.each<readonly [State, string]>([
    ['image', 'is not a chart, but a container image.'],
    ['old image', 'is not a chart, but a container image in the old format'],
    ['index', 'is not a chart, but an index of 1 manifests.'],
    ['artifact', 'is not a chart, but an artifact of the type "application/vnd.acme".'],
    ['malformed', 'its manifest cannot be read: `config` is not an object.'],
    ['empty', 'its manifest cannot be read']
  ])('%s: another path, no new version, no overwrite', async (state, message) => {
    for (const ifExists of IF_EXISTS) {
      const { error } = await publishOver(state, ifExists, {})
      expect(error?.message).toContain(message)
      expect(error?.message).toContain('Nothing was changed.')
      expect(error?.fix).toMatch(/`registry: oci:\/\/127\.0\.0\.1:\d+\/charts\/helm`/)
      expect(error?.fix).not.toMatch(/version|if-exists/)
    }
  })

  test.each<readonly [State, string]>([
    ['without a config', 'The config has the media type "application/vnd.oci.empty.v1+json"'],
    ['without a chart', 'The manifest has no layer with the chart.'],
    ['equivalent, archive lost', EQUIVALENT.artifact.chart.digest],
    ['different, archive lost', DIFFERENT.artifact.chart.digest]
  ])('%s: overwrite', async (state, message) => {
    const { error } = await publishOver(state, 'skip', {})
    expect(error?.message).toContain('exists, but Helm cannot use it')
    expect(error?.message).toContain(message)
    expect(error?.fix).toContain('`if-exists: overwrite`')
  })

  test('a wrong Content-Type: the registry and its proxies', async () => {
    const { error } = await publishOver('same, as a page', 'fail', {})
    expect(error?.message).toContain('"text/html"')
    expect(error?.fix).toContain('Content-Type')
  })
})

test('what was pushed again stands in the results, what would be in those of a dry run', async () => {
  const real = await publishOver('same, archive lost', 'fail', {})
  expect(real.warnings).toEqual([expect.stringMatching(/had lost a part .* was pushed again: sha/)])
  const dry = await publishOver('same, archive lost', 'fail', { dryRun: true })
  expect(dry.warnings).toEqual([expect.stringContaining('which would be pushed again')])
})

test.each(IF_EXISTS)(
  'an image that comes up while the chart is uploaded is left alone, if-exists: %s',
  async (ifExists) => {
    const registry = await startRegistry()
    registry.fault = ({ method }) => {
      if (method === 'POST') STATES.image(registry)
      // The answer to the check beside the uploads, which was on its way before.
      const looks = registry.log.filter((line) => line.startsWith('GET /v2/charts/demo/manifests/'))
      if (method === 'GET' && looks.length === 2) STATES.image(registry)
      return undefined
    }
    const { publications } = await publishTo([registry], OURS, { ifExists })
    expect(publications[0]?.error).toMatchObject({
      exitCode: 7,
      message: expect.stringContaining('is not a chart, but a container image')
    })
    const { config } = JSON.parse(String(registry.store.manifest('charts/demo', '1.2.3')))
    expect(config.mediaType).toBe(image)
  }
)

test('a registry that takes a blob again and still does not have it: exit code 8', async () => {
  const registry = await startRegistry()
  putChart(registry, OURS)
  registry.fault = ({ method, url }) => {
    const isRead = method === 'HEAD' || method === 'GET'
    return isRead && url.endsWith(chart.digest) ? { status: 404 } : undefined
  }
  const { publications } = await publishTo([registry], OURS)
  expect(publications[0]?.error).toMatchObject({ exitCode: 8 })
})

test('a blob that is hidden by one bare 404 is not pushed again', async () => {
  const registry = await startRegistry()
  putChart(registry, OURS)
  let isFirst = true
  registry.fault = (request) => {
    if (!isHead(request) || !isFirst) return undefined
    isFirst = false
    return { status: 404, body: 'not found' }
  }
  const { publications } = await publishTo([registry], OURS)
  expect(publications[0]).toMatchObject({ status: 'unchanged', warnings: [] })
  expect(writesOf(registry)).toEqual([])
})

test('provenance that the registry lost is a warning: nobody needs it to install the chart', async () => {
  const registry = await startRegistry()
  const { artifact } = packedChart({ mtime: 2 })
  const provenance = described('application/vnd.cncf.helm.chart.provenance.v1.prov', DIGEST)
  const manifest = JSON.parse(String(artifact.manifest.bytes))
  putChart(registry, EQUIVALENT, { tag: 'elsewhere' })
  const content = { ...manifest, layers: [...manifest.layers, provenance] }
  storeManifest(registry, 'charts/demo:1.2.3', { content })
  const { publications } = await publishTo([registry], OURS)
  expect(publications[0]).toMatchObject({
    status: 'unchanged',
    warnings: expect.arrayContaining([expect.stringContaining('lost the provenance')])
  })
})

const DIGEST = `sha256:${'0'.repeat(64)}` as const
