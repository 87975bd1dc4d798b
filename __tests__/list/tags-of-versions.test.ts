import { expect, test } from '@jest/globals'
import { attachedTo, sortTags } from '../../src/list/tags-of-versions.ts'

const HEX = 'ab'.repeat(32)

function versionsOf(tags: readonly string[]): readonly string[] {
  return sortTags(tags).versions.map(({ version }) => version)
}

test('versions come newest first, pre-releases before the release that follows them, as Helm orders them', () => {
  const tags = ['1.0.0', '1.10.0', '1.9.0', '2.0.0-rc.1', '2.0.0', '2.0.0-rc.10', '2.0.0-rc.2']
  expect(versionsOf(tags)).toEqual([
    ...['2.0.0', '2.0.0-rc.10', '2.0.0-rc.2', '2.0.0-rc.1'],
    ...['1.10.0', '1.9.0', '1.0.0']
  ])
})

test('_ in a tag is the + of its version', () => {
  expect(sortTags(['1.0.0_build.5']).versions).toEqual([
    { tag: '1.0.0_build.5', version: '1.0.0+build.5' }
  ])
})

test('what Helm does not list is another tag: no number left out, no v, no leading zero', () => {
  const others = ['1', '1.2', '01.2.3', '1.2.3_a_b', 'latest', 'v1.2.3']
  const { versions, others: found } = sortTags([...others, '1.2.3'])
  expect(versions).toEqual([{ tag: '1.2.3', version: '1.2.3' }])
  expect(found).toEqual(others.toSorted())
})

test.each([
  [`sha256-${HEX}`],
  [`sha256-${HEX}.sig`],
  [`sha256-${HEX}.att`],
  ['sha256-anything'],
  ['1.2.3.sbom'],
  ['1.2.3-rc.sig'],
  ['artifacthub.io']
])('%s is neither a version nor another tag', (tag) => {
  expect(sortTags([tag, '1.0.0'])).toMatchObject({ versions: [{ tag: '1.0.0' }], others: [] })
})

test('what no tag may be is left out: a registry can answer with anything', () => {
  const tags = ['1.0.0/../../x', '1.0.0+a', '', ' 1.0.0', '1.0.0\n', 'a'.repeat(129)]
  expect(sortTags(tags)).toMatchObject({ versions: [], others: [] })
})

test('the tags of cosign say what it has attached to which digest', () => {
  const sorted = sortTags([`sha256-${HEX}.sig`, `sha256-${HEX}.att`, `sha256-${HEX}.sbom`, '1.0.0'])
  expect(attachedTo(sorted, `sha256:${HEX}`)).toEqual(['sig', 'att'])
  expect(attachedTo(sorted, `sha256:${'cd'.repeat(32)}`)).toEqual([])
})
