import { describe, expect, test } from '@jest/globals'
import { isManifest, linkedManifests, parseManifest } from '../../../src/oci/spec/manifest.ts'
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_INDEX,
  OCI_MANIFEST
} from '../../../src/oci/spec/media-types.ts'

const DIGEST = `sha256:${'0a'.repeat(32)}`
const BLOB = { mediaType: 'application/x', digest: DIGEST, size: 7 }

function read(json: unknown) {
  return parseManifest(Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)))
}

test('a manifest is read, what is missing is empty', () => {
  expect(read({ schemaVersion: 2, config: BLOB, layers: [BLOB], extra: 1 })).toEqual({
    manifest: {
      schemaVersion: 2,
      artifactType: '',
      subject: undefined,
      config: BLOB,
      layers: [BLOB],
      manifests: undefined
    }
  })
})

test('null stands for what is missing, as in Go', () => {
  const nothing = { config: null, layers: null, manifests: null, subject: null, annotations: null }
  expect(read(nothing)).toMatchObject({ manifest: { config: undefined, layers: [] } })
})

describe('a fault is told with its place', () => {
  test.each([
    ['a page', '<html>', 'not a JSON object'],
    ['a list', [], 'not a JSON object'],
    ['text behind the end', '{}x', 'not a JSON object'],
    ['a byte order mark', '\ufeff{}', 'not a JSON object'],
    ['a version in quotes', { schemaVersion: '2' }, '`schemaVersion` is not a whole number'],
    ['annotations that are no texts', { annotations: { a: 1 } }, '`annotations` is not a map'],
    ['a media type that is no text', { mediaType: 5 }, '`mediaType` is not a string'],
    ['layers that are no list', { layers: {} }, '`layers` is not a list'],
    ['a layer that is no object', { layers: [null] }, '`layers[0]` is not an object'],
    ['a size in quotes', { config: { ...BLOB, size: '7' } }, '`config.size` is not a whole number'],
    ['a size of 7.0', '{"config":{"size": 7.0}}', '`size` is not written as a whole number'],
    ['a negative size', { config: { ...BLOB, size: -1 } }, '`config.size` is -1'],
    [
      'no digest',
      { config: { ...BLOB, digest: undefined } },
      '`config.digest` is "", not a SHA-256'
    ],
    ['a SHA-512', { config: { ...BLOB, digest: 'sha512:ab' } }, '"sha512:ab", not a SHA-256'],
    [
      'data that are not base64',
      { config: { ...BLOB, data: '!' } },
      '`config.data` cannot be read'
    ],
    ['a platform in one word', { config: { ...BLOB, platform: 'x' } }, '`config.platform` cannot'],
    ['a key in other case', { Layers: [BLOB] }, 'key "Layers" is in the wrong case'],
    ['a key with a long s', { layerſ: [BLOB] }, 'key "layerſ" is in the wrong case']
  ])('%s', (_, json, fault) => {
    expect(read(json)).toEqual({ fault: expect.stringContaining(fault) })
  })
})

test.each([
  ['of an index are its manifests and its subject', OCI_INDEX, ['s', 'm']],
  ['of a manifest are its subject, and what stands among its layers', OCI_MANIFEST, ['s', 'l']],
  ['of a manifest of Docker are never subjects', DOCKER_MANIFEST, ['l']],
  ['of a list of Docker are its manifests', DOCKER_LIST, ['m']],
  ['of what has another type are none', 'application/json', []]
])('the manifests linked to that %s', (_, type, expected) => {
  const named = (size: number) => ({ ...BLOB, mediaType: OCI_MANIFEST, size })
  const [subject, layer, child] = [named(1), named(2), named(3)]
  const reading = read({ subject, config: BLOB, layers: [BLOB, layer], manifests: [child, BLOB] })
  if ('fault' in reading) throw new Error(reading.fault)
  const names = linkedManifests(reading.manifest, type).map(({ size }) => ' slm'[size])
  expect(names).toEqual(expected)
})

test('a page is not taken for a manifest', () => {
  expect(isManifest(Buffer.from('<html>'))).toBe(false)
  expect(isManifest(Buffer.from('{"schemaVersion":2}'))).toBe(true)
})
