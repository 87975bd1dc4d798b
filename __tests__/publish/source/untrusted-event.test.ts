import { describe, expect, test } from '@jest/globals'
import { untrustedEvent } from '../../../src/publish/source/untrusted-event.ts'

const OURS = { full_name: 'team/charts' }
const FORK = { full_name: 'stranger/charts' }
const SHA = 'the commit of GITHUB_SHA'
const BASE = 'the commit of the base branch'

const judge = (name: string | undefined, payload?: unknown) =>
  untrustedEvent(name, { sha: SHA, payload })

const pullRequest = (repo: unknown) => ({
  pull_request: { head: { repo, sha: 'x' }, base: { repo: OURS, sha: BASE } },
  repository: OURS
})
const workflowRun = (head_repository: unknown, event = 'pull_request') => ({
  workflow_run: { head_repository, event },
  repository: OURS
})
const checkSuite = (head_branch: unknown) => ({ head_branch, pull_requests: [] })

describe('an event is untrusted', () => {
  test.each([
    ['pull_request_target', pullRequest(FORK), SHA],
    // The repository of the head was deleted.
    ['pull_request_target', pullRequest(null), SHA],
    ['pull_request_review', pullRequest(FORK), BASE],
    ['pull_request_review', pullRequest(null), BASE],
    ['pull_request_review_comment', pullRequest(FORK), BASE],
    ['issue_comment', { issue: { pull_request: { url: 'x' } } }, SHA],
    ['workflow_run', workflowRun(FORK), SHA],
    ['workflow_run', workflowRun(null), SHA],
    ['workflow_run', workflowRun(OURS, 'issue_comment'), SHA],
    ['check_run', { check_run: { check_suite: checkSuite(null) } }, SHA],
    ['check_suite', { check_suite: checkSuite(null) }, SHA],
    ['status', { branches: [] }, SHA]
  ])('%s, when the code may be of somebody else', (name, payload, trustedCommit) => {
    expect(judge(name, payload)).toMatchObject({ trustedCommit })
  })

  test.each([
    'pull_request_target',
    'issue_comment',
    'workflow_run',
    'check_run',
    'check_suite',
    'status'
  ])('%s, when the payload cannot be read', (name) => {
    for (const payload of [undefined, null, 'text', 7, [], {}]) {
      expect(judge(name, payload)).toMatchObject({ trustedCommit: SHA })
    }
  })

  test.each(['pull_request_review', 'pull_request_review_comment'])(
    '%s without a payload names no commit to trust: GITHUB_SHA is the merge',
    (name) => {
      expect(judge(name)).toMatchObject({ trustedCommit: undefined })
    }
  )
})

describe('an event is trusted', () => {
  test.each([
    ['pull_request_target', pullRequest(OURS)],
    ['pull_request_review', pullRequest(OURS)],
    ['pull_request_review_comment', pullRequest(OURS)],
    ['issue_comment', { issue: { number: 1 } }],
    ['workflow_run', workflowRun(OURS)],
    ['workflow_run', workflowRun(OURS, 'push')],
    ['check_run', { check_run: { check_suite: checkSuite('main') } }],
    ['check_suite', { check_suite: checkSuite('main') }],
    ['status', { branches: [{ name: 'main' }] }]
  ])('%s, when the code is of the repository itself', (name, payload) => {
    expect(judge(name, payload)).toBeUndefined()
  })

  test.each([
    'push',
    'release',
    'schedule',
    'workflow_dispatch',
    'repository_dispatch',
    'merge_group',
    'deployment',
    'deployment_status',
    'create',
    // Forks get no secrets there.
    'pull_request',
    'issues',
    'discussion_comment',
    'label',
    undefined
  ])('%s, whatever is in it', (name) => {
    expect(judge(name, pullRequest(FORK))).toBeUndefined()
    expect(judge(name)).toBeUndefined()
  })
})

test('the origin is named', () => {
  const origin = (name: string, payload: unknown) => judge(name, payload)?.origin
  expect(origin('pull_request_target', pullRequest(FORK))).toBe(
    'a pull request from "stranger/charts"'
  )
  expect(origin('workflow_run', workflowRun(null))).toBe('a workflow run for an unknown repository')
})
