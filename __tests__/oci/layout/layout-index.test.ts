import { describe, expect, test } from '@jest/globals'
import {
  EMPTY_INDEX,
  indexBytes,
  type LayoutIndex,
  readLayoutIndex,
  withEntry
} from '../../../src/oci/layout/layout-index.ts'
import { digestOf } from '../../../src/oci/spec/blob.ts'
import { OCI_MANIFEST } from '../../../src/oci/spec/media-types.ts'

function entry(title: string, tag: string, content = `${title} ${tag}`) {
  const bytes = Buffer.from(content)
  return { mediaType: OCI_MANIFEST, digest: digestOf(bytes), size: bytes.length, title, tag }
}

/** `tag title` of all entries, after what was written has been read again. */
function told(index: LayoutIndex): readonly string[] {
  const reading = readLayoutIndex(indexBytes(index))
  if ('fault' in reading) throw new Error(reading.fault)
  return reading.index.entries.map(({ tag, title }) => `${tag} ${title}`)
}

const ONE = withEntry(EMPTY_INDEX, entry('one', '1.0.0'))

describe('an index with an entry more', () => {
  test('keeps those that it had', () => {
    expect(told(withEntry(ONE, entry('one', '2.0.0')))).toEqual(['1.0.0 one', '2.0.0 one'])
  })

  test('has the newcomer in place of what bore its tag', () => {
    const index = withEntry(ONE, entry('one', '1.0.0', 'anew'))
    expect(told(index)).toEqual(['1.0.0 one'])
    expect(index.entries[0]?.descriptor.digest).toBe(digestOf(Buffer.from('anew')))
  })

  test('calls it by its title too when something else bears the tag', () => {
    const index = withEntry(ONE, entry('two', '1.0.0'))
    expect(told(index)).toEqual(['1.0.0 one', 'two-1.0.0 two'])
    expect(told(withEntry(index, entry('two', '1.0.0', 'anew')))).toEqual([
      '1.0.0 one',
      'two-1.0.0 two'
    ])
  })

  test('takes a nameless entry with the same digest for the same thing', () => {
    const { digest, size, mediaType } = entry('one', '1.0.0')
    const annotations = { 'org.opencontainers.image.ref.name': '1.0.0' }
    const manifests = [{ mediaType, digest, size, annotations }]
    const reading = readLayoutIndex(Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })))
    if ('fault' in reading) throw new Error(reading.fault)
    expect(told(withEntry(reading.index, entry('one', '1.0.0')))).toEqual(['1.0.0 one'])
  })

  test('keeps what it does not know', () => {
    const manifests = [{ ...entry('x', '1'), platform: { os: 'linux' }, data: 'eA==' }]
    const json = { schemaVersion: 2, manifests, annotations: { a: 'b' }, other: 7 }
    const reading = readLayoutIndex(Buffer.from(JSON.stringify(json)))
    if ('fault' in reading) throw new Error(reading.fault)
    const written = JSON.parse(indexBytes(withEntry(reading.index, entry('one', '2'))).toString())
    expect(written).toMatchObject({ ...json, manifests: [manifests[0], {}] })
  })
})

test.each([
  ['no JSON', '{'],
  ['a manifest', '{"schemaVersion":2,"config":{},"layers":[]}'],
  ['of another version', '{"schemaVersion":1,"manifests":[]}'],
  ['with a digest that is a path', '{"schemaVersion":2,"manifests":[{"digest":"sha256:../../x"}]}']
])('an index.json that is %s is told to be none', (_what, text) => {
  expect(readLayoutIndex(Buffer.from(text))).toHaveProperty('fault')
})
