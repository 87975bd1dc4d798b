import { describe, expect, test } from '@jest/globals'
import {
  CHART_TYPE,
  CONFIG_TYPE,
  LEGACY_CHART_TYPE,
  PROVENANCE_TYPE
} from '../../src/artifact/media-types.ts'
import { encodeConfig } from '../../src/chart/metadata/config.ts'
import { EMPTY_METADATA } from '../../src/chart/metadata/metadata.ts'
import { diagnose } from '../../src/inspect/diagnose.ts'
import type { FetchedArtifact } from '../../src/inspect/fetch-artifact.ts'
import { inspectionOf } from '../../src/inspect/inspection.ts'
import type { FetchedManifest } from '../../src/oci/fetched-manifest.ts'
import { blobOf, digestOf } from '../../src/oci/spec/blob.ts'
import type { Descriptor } from '../../src/oci/spec/manifest.ts'
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_INDEX,
  OCI_MANIFEST
} from '../../src/oci/spec/media-types.ts'
import { archiveOf, CHART_YAML, gzipOf, tarOf } from '../support/charts/archives.ts'

const ARCHIVE = archiveOf()
const METADATA = { ...EMPTY_METADATA, name: 'demo', version: '1.2.3', apiVersion: 'v2' }
const CONFIG = encodeConfig(METADATA)
const OTHER_DIGEST = digestOf(Buffer.from('other'))
const ABSENT = { kind: 'absent', failure: new Error('404') } as never

function descriptor(mediaType: string, bytes: Buffer): Descriptor {
  const { digest, size } = blobOf(mediaType, bytes)
  return { mediaType, digest, size }
}

const config = descriptor(CONFIG_TYPE, CONFIG)
const chart = descriptor(CHART_TYPE, ARCHIVE)
const extra = descriptor('text/plain', Buffer.from('readme'))

/** A manifest as Helm writes it, with other fields over it. */
function manifestOf(fields: object = {}): object {
  return { schemaVersion: 2, config, layers: [chart], annotations: {}, ...fields }
}

function served(content: object | string, contentType: string | undefined = OCI_MANIFEST) {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  const digest = digestOf(bytes)
  const headers = { contentType, contentLength: String(bytes.length), digest }
  return { kind: 'found', bytes, digest, headers } satisfies FetchedManifest
}

/** What a registry shows of a sound chart, with other evidence over it. */
function exhibitOf(evidence: Partial<FetchedArtifact> = {}): FetchedArtifact {
  return {
    reference: {
      repository: { host: 'h.example', name: 'charts/demo' },
      tag: '1.2.3',
      digest: undefined
    },
    root: served(manifestOf()),
    linked: [],
    hasMore: false,
    taggedDigest: undefined,
    config: { kind: 'found', bytes: CONFIG },
    chart: { kind: 'found', bytes: ARCHIVE },
    provenance: undefined,
    ...evidence
  }
}

async function inspect(evidence: Partial<FetchedArtifact>) {
  return inspectionOf('input', diagnose(exhibitOf(evidence)), true)
}

async function codesOf(evidence: Partial<FetchedArtifact>) {
  const { verdict, problems } = await inspect(evidence)
  return { verdict, codes: problems.map(({ code }) => code) }
}

function rooted(fields: object): Partial<FetchedArtifact> {
  return { root: served(manifestOf(fields)) }
}

test('a chart as helm push writes it is genuine, and all is known of it', async () => {
  const exhibit = exhibitOf()
  expect(inspectionOf('input', diagnose(exhibit), true)).toEqual({
    input: 'input',
    verdict: 'genuine',
    problems: [],
    name: 'demo',
    version: '1.2.3',
    tag: '1.2.3',
    digest: exhibit.root.digest,
    chartDigest: chart.digest,
    configDigest: config.digest,
    size: ARCHIVE.length,
    contentIdentity: expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
  })
})

describe('Helm takes it, so it is genuine, with a word where there is something to know', () => {
  const attachment = served(manifestOf({ config: extra, layers: [extra] }))
  const link = (found: FetchedManifest) => ({
    descriptor: descriptor(OCI_MANIFEST, found.bytes),
    answer: found
  })
  const child = served(manifestOf())
  const index = served({ schemaVersion: 2, manifests: [link(child).descriptor] }, OCI_INDEX)

  test.each<[string, Partial<FetchedArtifact>, readonly string[]]>([
    ['a Content-Type with parameters', { root: served(manifestOf(), `${OCI_MANIFEST}; a=b`) }, []],
    ['a body that says another type', rooted({ mediaType: DOCKER_MANIFEST }), []],
    ['no schemaVersion', rooted({ schemaVersion: undefined }), ['manifest-schema-version']],
    ['the old type of the layer', legacy(), ['chart-layer-deprecated']],
    ['layers that Helm does not know', rooted({ layers: [extra, chart] }), ['layer-unknown']],
    ['an index over one chart', { root: index, linked: [link(child)] }, ['index']],
    [
      'an index over a chart and something else',
      { root: index, linked: [link(attachment), link(child)] },
      ['index']
    ],
    ['a subject that is there', { linked: [link(attachment)] }, []],
    [
      'the same chart twice',
      { linked: [link(served(manifestOf({ annotations: { a: '' } })))] },
      []
    ],
    ['another name in the repository', named('charts/web'), ['name-contradicts-repository']],
    ['another version in the tag', tagged('1.2.4'), ['tag-contradicts-version']],
    ['a tag that Helm does not list', tagged('v1.2.3'), ['version-hidden']],
    ['a moved tag beside the digest', moved(), ['tag-not-digest']],
    ['any tag beside the digest', { ...moved(), taggedDigest: served(manifestOf()).digest }, []]
  ])('%s', async (_, evidence, codes) => {
    expect(await codesOf(evidence)).toEqual({ verdict: 'genuine', codes })
  })

  function legacy(): Partial<FetchedArtifact> {
    return rooted({ layers: [{ ...chart, mediaType: LEGACY_CHART_TYPE }] })
  }

  function moved(): Partial<FetchedArtifact> {
    const { reference, root } = exhibitOf()
    return {
      reference: { ...reference, tag: 'latest', digest: root.digest },
      taggedDigest: OTHER_DIGEST
    }
  }
})

function named(name: string): Partial<FetchedArtifact> {
  return { reference: { ...exhibitOf().reference, repository: { host: 'h.example', name } } }
}

function tagged(tag: string): Partial<FetchedArtifact> {
  return { reference: { ...exhibitOf().reference, tag } }
}

describe('the manifest is refused', () => {
  const { root } = exhibitOf()
  const child = served(manifestOf())
  const other = served(manifestOf({ layers: [{ ...chart, digest: OTHER_DIGEST }] }))
  const linked = (answer: unknown, size = child.bytes.length) => ({
    root: served({ schemaVersion: 2, manifests: [] }, OCI_INDEX),
    linked: [
      {
        descriptor: { mediaType: OCI_MANIFEST, digest: child.digest, size },
        answer: answer as FetchedManifest
      }
    ]
  })

  test.each<[string, Partial<FetchedArtifact>, readonly string[]]>([
    ["as Docker's", { root: served(manifestOf(), DOCKER_MANIFEST) }, ['manifest-type']],
    ["as Docker's list", { root: served({ manifests: [] }, DOCKER_LIST) }, ['manifest-type']],
    ['as any bytes', { root: served(manifestOf(), 'application/octet-stream') }, ['manifest-type']],
    ['as JSON', { root: served(manifestOf(), 'application/json') }, ['manifest-type']],
    ['without a type', { root: typeless() }, ['manifest-type']],
    ['as an index', { root: served(manifestOf(), OCI_INDEX) }, ['manifest-type']],
    ['of an index as one of a chart', { root: served({ manifests: [] }) }, ['manifest-type']],
    ['without a length', { root: withHeaders({ contentLength: undefined }) }, ['manifest-length']],
    ['with another digest in the header', { root: lying() }, ['manifest-digest']],
    ['when another digest was asked for', asked(), ['manifest-digest']],
    ['that is a page', { root: served('<html>') }, ['manifest-malformed']],
    ['of an empty index', { root: served({ manifests: [] }, OCI_INDEX) }, ['index-empty']],
    ['whose child is missing', linked(ABSENT), ['manifest-missing']],
    ['whose child has another size', linked(child, 7), ['manifest-mismatch']],
    ['whose child is other bytes', linked(other), ['manifest-mismatch']],
    ['whose child has another type', linked(served(manifestOf(), 'text/x')), ['manifest-mismatch']],
    ['that leads to two charts', { ...linked(child), linked: both() }, ['charts-several']],
    ['that leads to too many', { ...linked(child), hasMore: true }, ['index-too-large']]
  ])('%s', async (_, evidence, expected) => {
    const { verdict, codes } = await codesOf(evidence)
    expect(verdict).toBe('refused')
    expect(codes).toEqual(expect.arrayContaining([...expected]))
    const known = ['schema-version', 'index', ...expected]
    const unforeseen = codes.filter((code) => !known.some((word) => code.endsWith(word)))
    expect(unforeseen).toEqual([])
  })

  function withHeaders(headers: Partial<FetchedManifest['headers']>): FetchedManifest {
    return { ...root, headers: { ...root.headers, ...headers } }
  }

  function typeless(): FetchedManifest {
    return withHeaders({ contentType: undefined })
  }

  function lying(): FetchedManifest {
    return withHeaders({ digest: OTHER_DIGEST })
  }

  function asked(): Partial<FetchedArtifact> {
    const { reference } = exhibitOf()
    return { reference: { ...reference, digest: OTHER_DIGEST }, taggedDigest: OTHER_DIGEST }
  }

  function both() {
    return [child, other].map((answer) => {
      return { descriptor: descriptor(OCI_MANIFEST, answer.bytes), answer }
    })
  }
})

describe('config and layers are refused by their types', () => {
  const typed = (mediaType: string) => ({ ...config, mediaType })
  const layer = (mediaType: string) => ({ layers: [{ ...chart, mediaType }] })

  test.each<[string, object, readonly string[]]>([
    ['the empty config', { config: typed('application/vnd.oci.empty.v1+json') }, ['config-type']],
    ['a config of unknown type', typedUnknown(), ['config-type']],
    ['a config in upper case', { config: typed(CONFIG_TYPE.toUpperCase()) }, ['config-type']],
    ['no config', { config: undefined }, ['config-type']],
    [
      'a second config',
      { layers: [chart, { ...extra, mediaType: CONFIG_TYPE }] },
      ['config-several']
    ],
    [
      'a bare tar layer',
      layer('application/vnd.cncf.helm.chart.layer.v1+tar'),
      ['chart-layer-type']
    ],
    [
      'a layer of an image',
      layer('application/vnd.oci.image.layer.v1.tar+gzip'),
      ['chart-layer-type']
    ],
    [
      "a layer of Docker's",
      layer('application/vnd.docker.image.rootfs.diff.tar.gzip'),
      ['chart-layer-type']
    ],
    ['a layer in upper case', layer(CHART_TYPE.toUpperCase()), ['chart-layer-type']],
    ['a layer with parameters', layer(`${CHART_TYPE}; a=b`), ['chart-layer-type']],
    ['no layer', { layers: [] }, ['chart-layer-missing']],
    [
      'two charts',
      { layers: [chart, { ...chart, digest: OTHER_DIGEST }] },
      ['chart-layers-several']
    ]
  ])('%s', async (_, fields, codes) => {
    expect(await codesOf(rooted(fields))).toEqual({ verdict: 'refused', codes })
  })

  function typedUnknown(): object {
    return { config: typed('application/vnd.unknown.config.v1+json') }
  }

  test('all at once, with the command of oras that would have been right', async () => {
    const wrong = { config: typed('application/json'), ...layer('application/x'), annotations: {} }
    const { problems } = await inspect(rooted(wrong))
    expect(problems.map(({ code }) => code)).toEqual(['config-type', 'chart-layer-type'])
    for (const { fix, severity } of problems) {
      expect(severity).toBe('error')
      expect(fix).toContain(
        `\`oras push h.example/charts/demo:1.2.3 --config config.json:${CONFIG_TYPE}`
      )
      expect(fix).toContain(`.tgz:${CHART_TYPE}`)
    }
  })
})

test.each([
  ['application/vnd.oci.image.config.v1+json', 'a container image'],
  ['application/vnd.docker.container.image.v1+json', 'a container image'],
  ['application/vnd.wasm.config.v0+json', 'a WebAssembly module'],
  ['application/vnd.cncf.flux.config.v1+json', 'an artifact of Flux']
])('what has the config %s is told to be %s', async (mediaType, words) => {
  const layers = [{ ...extra, mediaType: 'application/x' }]
  const { verdict, problems } = await inspect(rooted({ config: { ...config, mediaType }, layers }))
  expect(verdict).toBe('refused')
  expect(problems).toMatchObject([
    { code: 'not-a-chart', message: `This is not a chart, but ${words}.` }
  ])
})

test('a signature is told from an image, whose config it has', async () => {
  const simple = 'application/vnd.dev.cosign.simplesigning.v1+json'
  const image = { ...config, mediaType: 'application/vnd.oci.image.config.v1+json' }
  const signature = rooted({ config: image, layers: [{ ...extra, mediaType: simple }] })
  expect((await inspect(signature)).problems[0]?.message).toContain('a signature by cosign')
})

describe('the blobs are refused', () => {
  const config = (text: string): Partial<FetchedArtifact> => ({
    config: { kind: 'found', bytes: Buffer.from(text) }
  })

  test.each<[string, Partial<FetchedArtifact>, readonly string[], string]>([
    ['a missing one', { chart: { kind: 'absent' } }, ['blob-missing'], 'not in the registry'],
    ['one of other size', { chart: { kind: 'wrong-size', size: 7 } }, ['blob-size'], 'has 7 bytes'],
    ['one that goes on', { chart: { kind: 'wrong-size', size: undefined } }, ['blob-size'], 'more'],
    ['one of other bytes', otherBytes(), ['blob-digest'], OTHER_DIGEST],
    ['one that is too large', { config: { kind: 'too-large', limit: 5 } }, ['blob-too-large'], '5'],
    ['a config that is no JSON', config('no'), ['config-malformed'], 'it is not JSON'],
    ['a config that is a list', config('[]'), ['config-malformed'], 'it is not an object'],
    ['a config of wrong types', config('{"name":1}'), ['config-malformed'], '`name` is not a text'],
    ['an archive that is none', garbage(), ['not-gzip'], 'not a gzip file']
  ])('%s', async (_, evidence, codes, message) => {
    const { verdict, problems } = await inspect(evidence)
    expect(verdict).toBe('refused')
    expect(problems.map(({ code }) => code)).toEqual(codes)
    expect(problems[0]?.message).toContain(message)
  })

  function otherBytes(): Partial<FetchedArtifact> {
    return { chart: { kind: 'wrong-digest', digest: OTHER_DIGEST } }
  }

  function garbage(): Partial<FetchedArtifact> {
    return { chart: { kind: 'found', bytes: Buffer.from('garbage') } }
  }
})

test('an archive without the marks of helm package is loadable, in a registry as well', async () => {
  const bytes = gzipOf(tarOf([{ name: 'demo/Chart.yaml', body: CHART_YAML }]), { marks: false })
  const exhibit = exhibitOf({ chart: { kind: 'found', bytes } })
  const finding = diagnose(exhibit)
  expect(inspectionOf('', finding, true)).toMatchObject({
    verdict: 'loadable',
    problems: [{ code: 'gzip-header-not-helm', severity: 'error' }]
  })
  expect(inspectionOf('', finding, false)).toMatchObject({
    verdict: 'loadable',
    problems: [{ severity: 'warning' }]
  })
})

test('a chart whose archive is refused has the name and version of its config', async () => {
  expect(await inspect({ chart: { kind: 'absent' } })).toMatchObject({
    name: 'demo',
    version: '1.2.3',
    size: null
  })
})

test('a config that contradicts the chart is a warning that names the keys', async () => {
  const bytes = Buffer.from('{"name":"demo","version":"9","description":"x","unknown":1}')
  const { verdict, problems } = await inspect({ config: { kind: 'found', bytes } })
  expect(verdict).toBe('genuine')
  expect(problems).toMatchObject([
    {
      code: 'config-contradicts-chart',
      severity: 'warning',
      message: expect.stringContaining('`version`, `description`, `apiVersion`')
    }
  ])
})

test('a tag that is no version is refused: Helm would look for a range of versions', async () => {
  expect(await codesOf(tagged('latest'))).toEqual({
    verdict: 'refused',
    codes: ['tag-not-version']
  })
})

describe('provenance', () => {
  const signed = (text: string): Partial<FetchedArtifact> => {
    const bytes = Buffer.from(text)
    const layers = [chart, descriptor(PROVENANCE_TYPE, bytes)]
    return { ...rooted({ layers }), provenance: { kind: 'found', bytes } }
  }

  test('that names the archive is as it should be', async () => {
    expect(await codesOf(signed(`files:\n  demo-1.2.3.tgz: ${chart.digest}\n`))).toMatchObject({
      codes: []
    })
  })

  test('that names another, or is not there, is a warning: Helm reads it for --verify alone', async () => {
    const wrong = signed(`files:\n  demo-1.2.3.tgz: ${OTHER_DIGEST}\n`)
    expect(await codesOf(wrong)).toEqual({
      verdict: 'genuine',
      codes: ['provenance-contradicts-chart']
    })
    const missing = await codesOf({ ...wrong, provenance: { kind: 'absent' } })
    expect(missing).toEqual({ verdict: 'genuine', codes: ['blob-missing'] })
  })

  test('twice is a warning', async () => {
    const text = Buffer.from(`files:\n  demo-1.2.3.tgz: ${chart.digest}\n`)
    const layers = [
      chart,
      descriptor(PROVENANCE_TYPE, text),
      { ...extra, mediaType: PROVENANCE_TYPE }
    ]
    const evidence = { ...rooted({ layers }), provenance: { kind: 'found', bytes: text } } as const
    expect(await codesOf(evidence)).toEqual({ verdict: 'genuine', codes: ['provenance-several'] })
  })
})
