import { expect, test } from '@jest/globals'
import { extraTags } from '../../../src/publish/model/extra-tags.ts'

test.each([
  ['latest', '1.2.3', 'latest'],
  ['{{major}}', '1.2.3', '1'],
  ['{{major}}.{{minor}}', '1.2.3', '1.2'],
  ['v{{ major }}.{{ minor }}.{{ patch }}', '1.2.3', 'v1.2.3'],
  ['{{version}}-stable', '1.2.3+build.5', '1.2.3_build.5-stable'],
  ['pre-{{prerelease}}', 'v1.2.3-rc.1', 'pre-rc.1'],
  ['{{major}}.{{minor}}', '2', '2.0']
])('the template %s makes of %s the tag %s', (template, version, tag) => {
  expect(extraTags([template], version)).toEqual({ tags: [tag] })
})

test('equal tags are one', () => {
  expect(extraTags(['1', '{{major}}', 'latest', 'latest'], '1.0.0')).toEqual({
    tags: ['1', 'latest']
  })
})

test('everything that is wrong is told', () => {
  expect(extraTags(['{{mayor}}', 'a b', '{{prerelease}}', 'fine'], '1.0.0')).toEqual({
    problems: [
      {
        message: '`tags` names "{{mayor}}", which is not a part of a version.',
        fix: expect.stringContaining('{{major}}')
      },
      { message: expect.stringContaining('"a b"'), fix: expect.any(String) },
      { message: expect.stringContaining('results in "" for 1.0.0'), fix: expect.any(String) }
    ]
  })
})

test.each(['artifacthub.io', `sha256-${'0'.repeat(64)}`, 'sha256-0.sig'])(
  '%s is no place for a chart',
  (tag) => {
    expect(extraTags([tag], '1.2.3')).toEqual({
      problems: [
        { message: expect.stringContaining('reserved for signatures'), fix: expect.any(String) }
      ]
    })
  }
)
