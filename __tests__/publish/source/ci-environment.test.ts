import { describe, expect, test } from '@jest/globals'
import { versionText } from '../../../src/publish/source/ci-environment.ts'

const NO_TAG = 'no tag started this run'

describe('`version: auto`', () => {
  test.each([
    ['GitHub', { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.2.3' }],
    ['GitLab', { CI_COMMIT_TAG: 'v1.2.3' }],
    ['Bitbucket', { BITBUCKET_TAG: 'v1.2.3' }],
    ['CircleCI', { CIRCLE_TAG: 'v1.2.3' }],
    ['Drone', { DRONE_TAG: 'v1.2.3' }],
    ['Jenkins', { TAG_NAME: 'v1.2.3' }],
    ['Buildkite', { BUILDKITE_TAG: 'v1.2.3' }]
  ])('is the tag that started a run of %s', (_ci, environment) => {
    expect(versionText('auto', environment)).toBe('v1.2.3')
  })

  test('is refused where a branch started the run, also one that is named like a version', () => {
    const branch = { GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: '1.2.3' }
    expect(() => versionText('auto', branch)).toThrow(NO_TAG)
    expect(() => versionText('auto', { CI_COMMIT_TAG: '' })).toThrow(NO_TAG)
  })
})

test('a version that is given does not ask for the tag', () => {
  const environment = { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.2.3' }
  expect(versionText('2.0.0', environment)).toBe('2.0.0')
  expect(versionText(undefined, environment)).toBeUndefined()
})
