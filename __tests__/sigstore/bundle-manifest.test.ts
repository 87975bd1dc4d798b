import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import {
  bundleManifest,
  bundleOfManifest,
  EMPTY_CONFIG,
  isBundleType
} from '../../src/sigstore/bundle-manifest.ts'

const SUBJECT = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${'ab'.repeat(32)}`,
  size: 579
}
const BUNDLE = Buffer.from('{}\n')
const DIGEST = `sha256:${createHash('sha256').update(BUNDLE).digest('hex')}`

test('the manifest of a bundle is that of cosign, byte for byte', () => {
  const predicateType = 'https://sigstore.dev/cosign/sign/v1'
  const created = new Date('2026-11-30T01:13:03.456Z')
  const manifest = bundleManifest({ subject: SUBJECT, bundle: BUNDLE, predicateType, created })
  expect(manifest.toString('utf8')).toBe(
    `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","digest":"${DIGEST}","size":3}],"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"${SUBJECT.digest}","size":579},"annotations":{"dev.sigstore.bundle.content":"dsse-envelope","dev.sigstore.bundle.predicateType":"https://sigstore.dev/cosign/sign/v1","org.opencontainers.image.created":"2026-11-30T01:13:03Z"}}`
  )
  expect(EMPTY_CONFIG.bytes.toString()).toBe('{}')
  expect(bundleOfManifest(manifest)).toEqual({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    digest: DIGEST,
    size: 3
  })
})

test.each([
  ['nothing', ''],
  ['no layers', '{}'],
  [
    'layers of another kind',
    '{"layers":[{"mediaType":"text/plain","digest":"sha256:x","size":1}]}'
  ],
  [
    'a layer without a size',
    '{"layers":[{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","digest":"x"}]}'
  ],
  ['layers that are none', '{"layers":[null,1,"x"]}']
])('a manifest with %s has no bundle', (_, text) => {
  expect(bundleOfManifest(Buffer.from(text))).toBeUndefined()
})

test('every version of the format is a bundle', () => {
  expect(isBundleType('application/vnd.dev.sigstore.bundle+json;version=0.1')).toBe(true)
  expect(isBundleType('application/vnd.dev.cosign.artifact.sig.v1+json')).toBe(false)
})
