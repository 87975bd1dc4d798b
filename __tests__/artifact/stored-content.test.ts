import { describe, expect, test } from '@jest/globals'
import {
  CHART_TYPE,
  CONFIG_TYPE,
  EMPTY_CONFIG_TYPE,
  LEGACY_CHART_TYPE,
  PROVENANCE_TYPE
} from '../../src/artifact/media-types.ts'
import { storedContent } from '../../src/artifact/stored-content.ts'
import { blobOf } from '../../src/oci/spec/blob.ts'
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_INDEX,
  OCI_MANIFEST
} from '../../src/oci/spec/media-types.ts'
import { descriptorOf } from '../support/registry/clients.ts'

const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json'
const IMAGE_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'

function blob(mediaType: string, text = mediaType) {
  return descriptorOf(blobOf(mediaType, Buffer.from(text)))
}

function manifest(configType: string, layerTypes: readonly string[], more: object = {}) {
  const layers = layerTypes.map((type, index) => blob(type, `${type}${index}`))
  return { schemaVersion: 2, config: blob(configType), layers, ...more }
}

/** What a manifest amounts to; a text is served as it stands. */
function contentOf(content: object | string, contentType: string | undefined = OCI_MANIFEST) {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  return storedContent(
    Buffer.from(text, text.startsWith('\u001f') ? 'latin1' : 'utf8'),
    contentType
  )
}

/** Each with a Content-Type, undefined where a case leaves it out: jest wants rows of one length. */
function cases(rows: readonly (readonly [string, object, string?])[]) {
  return rows.map(([name, content, type]) => [name, content, type] as const)
}

describe('a chart is', () => {
  test.each<readonly [string, object, string | undefined]>(
    cases([
      ['what helm push writes', manifest(CONFIG_TYPE, [CHART_TYPE])],
      ['one with provenance', manifest(CONFIG_TYPE, [PROVENANCE_TYPE, CHART_TYPE])],
      ['one with the old type of the layer', manifest(CONFIG_TYPE, [LEGACY_CHART_TYPE])],
      [
        'one with a layer that Helm does not know',
        manifest(CONFIG_TYPE, [CHART_TYPE, 'text/plain'])
      ],
      ['one with a subject', manifest(CONFIG_TYPE, [CHART_TYPE], { subject: blob(OCI_MANIFEST) })],
      [
        'one without schemaVersion',
        manifest(CONFIG_TYPE, [CHART_TYPE], { schemaVersion: undefined })
      ],
      [
        'one that is served with parameters, in upper case',
        manifest(CONFIG_TYPE, [CHART_TYPE]),
        `${OCI_MANIFEST.toUpperCase()}; charset=utf-8`
      ]
    ])
  )('%s', (_, content, type) => {
    expect(contentOf(content, type)).toMatchObject({ kind: 'chart' })
  })
})

describe('a broken chart, which has a media type of Helm, is', () => {
  const old = 'application/vnd.cncf.helm.chart.content.layer.v1+tar'

  test.each<readonly [string, object, string]>([
    ['one without a config of Helm', manifest(EMPTY_CONFIG_TYPE, [CHART_TYPE]), 'The config has'],
    ['one with the config of an image', manifest(IMAGE_CONFIG, [CHART_TYPE]), 'The config has'],
    ['one with another layer', manifest(CONFIG_TYPE, [IMAGE_LAYER]), 'No layer has'],
    ['one without layers', manifest(CONFIG_TYPE, []), 'no layer with the chart'],
    ['one with two charts', manifest(CONFIG_TYPE, [CHART_TYPE, CHART_TYPE]), '2 layers'],
    ['one in upper case', manifest(CONFIG_TYPE.toUpperCase(), [CHART_TYPE]), 'The config has'],
    ['one of an old Helm', manifest(CONFIG_TYPE, [old]), 'No layer'],
    ['one of odd shape', manifest(CONFIG_TYPE, [CHART_TYPE], { annotations: 1 }), 'cannot be read']
  ])('%s', (_, content, fault) => {
    const faults = [expect.stringContaining(fault)]
    expect(contentOf(content)).toEqual({ kind: 'broken-chart', faults })
  })

  test.each([
    ['text/html', '"text/html"'],
    [DOCKER_MANIFEST, DOCKER_MANIFEST],
    [OCI_INDEX, OCI_INDEX],
    ['', 'served with the Content-Type ""']
  ])('one that is served as "%s"', (type, fault) => {
    const faults = [expect.stringContaining(fault)]
    const content = contentOf(manifest(CONFIG_TYPE, [CHART_TYPE]), type)
    expect(content).toEqual({ kind: 'broken-chart', faults })
  })
})

describe('something else is', () => {
  const artifact = (artifactType: string, layer = 'text/plain') => {
    return manifest(EMPTY_CONFIG_TYPE, [layer], { artifactType })
  }
  const image = blob(OCI_MANIFEST)
  const platform = { architecture: 'amd64', os: 'linux' }

  test.each<readonly [string, object, string | undefined]>(
    cases([
      ['a container image', manifest(IMAGE_CONFIG, [IMAGE_LAYER])],
      [
        'a container image',
        manifest('application/vnd.docker.container.image.v1+json', []),
        DOCKER_MANIFEST
      ],
      ['a container image', manifest(IMAGE_CONFIG, [])],
      [
        'a container image in the old format of Docker (schema 1)',
        { schemaVersion: 1, name: 'a', tag: 'b', fsLayers: [], history: [] },
        'application/vnd.docker.distribution.manifest.v1+prettyjws'
      ],
      [
        'a container image for several platforms (an index)',
        { schemaVersion: 2, manifests: [{ ...image, platform }] },
        OCI_INDEX
      ],
      [
        'a container image for several platforms (an index)',
        { schemaVersion: 2, manifests: [{ ...image, mediaType: DOCKER_MANIFEST, platform }] },
        DOCKER_LIST
      ],
      ['an index of 2 manifests', { schemaVersion: 2, manifests: [image, image] }, OCI_INDEX],
      ['an index of 0 manifests', { schemaVersion: 2, manifests: [] }, OCI_INDEX],
      ['an index of 0 manifests', { schemaVersion: 2, manifests: [] }],
      ['a Helm plugin', artifact('application/vnd.helm.plugin.v1+json')],
      [
        'a signature by cosign',
        manifest(IMAGE_CONFIG, ['application/vnd.dev.cosign.simplesigning.v1+json'])
      ],
      [
        'a Sigstore bundle (a signature or attestation)',
        artifact('application/vnd.dev.sigstore.bundle.v0.3+json')
      ],
      ['a list of components (SBOM)', artifact('application/spdx+json')],
      [
        'a WebAssembly module',
        manifest('application/vnd.wasm.config.v0+json', ['application/wasm'])
      ],
      [
        'an artifact of Flux',
        manifest('application/vnd.cncf.flux.config.v1+json', [
          'application/vnd.cncf.flux.content.v1.tar+gzip'
        ])
      ],
      [
        'metadata for Artifact Hub',
        manifest('application/vnd.cncf.artifacthub.config.v1+yaml', [
          'application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml'
        ])
      ],
      [
        'an artifact of the type "application/vnd.unknown.artifact.v1"',
        artifact('application/vnd.unknown.artifact.v1')
      ],
      ['an artifact of the type "application/vnd.acme"', manifest('application/vnd.acme', [])],
      [
        'an artifact of the type "application/vnd.acme"',
        manifest(EMPTY_CONFIG_TYPE, ['application/vnd.acme'])
      ]
    ])
  )('%s', (what, content, type) => {
    expect(contentOf(content, type)).toEqual({ kind: 'other', what })
  })

  test('a type without end is cut', () => {
    const found = contentOf(manifest(`application/${'x'.repeat(5000)}`, []))
    expect(JSON.stringify(found).length).toBeLessThan(400)
  })
})

describe('not to be read is', () => {
  test.each<readonly [string, object | string]>([
    ['what is not JSON', 'not JSON'],
    ['a list', '[]'],
    ['an empty object', {}],
    ['an empty manifest', { schemaVersion: 2, config: {}, layers: [] }],
    ['a manifest that names nothing', { schemaVersion: 2, layers: [] }],
    ['a manifest with the empty config alone', manifest(EMPTY_CONFIG_TYPE, [])],
    ['layers that are no list', { schemaVersion: 2, config: blob(IMAGE_CONFIG), layers: 'x' }],
    [
      'a digest of another algorithm',
      { schemaVersion: 2, config: { ...blob('a'), digest: 'sha512:0' } }
    ]
  ])('%s', (_, content) => {
    expect(contentOf(content)).toMatchObject({ kind: 'unreadable' })
  })
})

test.each<readonly [object | string, string]>([
  ['<html>', 'text/html'],
  ['{}', 'application/json'],
  ['{"status":"ok"}', 'application/json'],
  ['[{"layers":[]}]', 'application/json'],
  ['', ''],
  ['\u001f\u008b', OCI_MANIFEST]
])('a page of some other server is no manifest: %s as "%s"', (content, type) => {
  expect(contentOf(content, type)).toEqual({ kind: 'no-manifest' })
})
