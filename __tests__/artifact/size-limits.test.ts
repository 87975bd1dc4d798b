import { describe, expect, test } from '@jest/globals'
import { CONFIG_TYPE } from '../../src/artifact/media-types.ts'
import {
  LARGEST_MANIFEST_BYTES,
  requireSizes,
  sizeProblems
} from '../../src/artifact/size-limits.ts'
import { type Artifact, blobOf } from '../../src/oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../src/oci/spec/media-types.ts'

const MEBIBYTE = 1024 * 1024

/** An artifact with these annotations in its manifest, and a config of so many bytes. */
function artifactOf(
  annotations: Readonly<Record<string, string>>,
  configBytes = 100
): Artifact & { readonly manifest: { readonly size: number } } {
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, annotations }))
  return {
    config: blobOf(CONFIG_TYPE, Buffer.alloc(configBytes, ' ')),
    layers: [],
    manifest: blobOf(OCI_MANIFEST, manifest)
  }
}

const long = (mebibytes: number) => 'x'.repeat(mebibytes * MEBIBYTE)

function many(count: number): Readonly<Record<string, string>> {
  const entries = Array.from({ length: count }, (_, index) => [`a/${index}`, 'y'.repeat(100)])
  return Object.fromEntries(entries)
}

test('the largest manifest that registries take is taken, one byte more is not', () => {
  const room = LARGEST_MANIFEST_BYTES - artifactOf({ a: '' }).manifest.size
  const largest = artifactOf({ a: 'x'.repeat(room) })
  expect([largest.manifest.size, sizeProblems(largest)]).toEqual([LARGEST_MANIFEST_BYTES, []])
  expect(sizeProblems(artifactOf({ a: 'x'.repeat(room + 1) }))).toMatchObject([
    { code: 'manifest-too-large', allows: 'refused' }
  ])
})

test('a config of 4 MiB is taken, one byte more is not', () => {
  expect(sizeProblems(artifactOf({}, 4 * MEBIBYTE))).toEqual([])
  expect(sizeProblems(artifactOf({}, 4 * MEBIBYTE + 1))).toMatchObject([
    { code: 'config-too-large', allows: 'refused' }
  ])
})

test('the annotations are counted, and the largest is named, with its bytes', () => {
  const [problem] = sizeProblems(artifactOf({ small: 'x', big: long(4) }))
  const [big, small] = [4 * MEBIBYTE + 7, 10]
  expect(problem?.message).toContain(
    `of which ${big + small} are its 2 annotations (the largest, "big", has ${big})`
  )
})

test('too many annotations are too large as well', () => {
  expect(sizeProblems(artifactOf(many(40_000)))).toMatchObject([{ code: 'manifest-too-large' }])
  expect(sizeProblems(artifactOf(many(1000)))).toEqual([])
})

describe('before a push', () => {
  const given = new Map([['given', long(3)]])

  test('the input is named when it is what makes the manifest too large: exit code 2', () => {
    const artifact = artifactOf({ own: long(2), ...Object.fromEntries(given) })
    expect(() => requireSizes(artifact, given)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining('`annotations`') })
    )
  })

  test('the chart is named when it is too large without the input as well: exit code 4', () => {
    const artifact = artifactOf({ own: long(5), ...Object.fromEntries(given) })
    expect(() => requireSizes(artifact, given)).toThrow(expect.objectContaining({ exitCode: 4 }))
  })

  test('an ordinary chart is taken', () => {
    expect(() => requireSizes(artifactOf(many(50)), new Map())).not.toThrow()
  })
})
