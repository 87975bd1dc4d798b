import { describe, expect, test } from '@jest/globals'
import { parseAnnotations } from '../../src/inputs/annotations-input.ts'
import { annotationsFor } from '../../src/publish/source/ci-environment.ts'
import type { Problem } from '../../src/shared/failure.ts'

function parse(...lines: readonly string[]) {
  const problems: Problem[] = []
  return { ...parseAnnotations(lines, problems), problems: problems.map(({ message }) => message) }
}

const NONE = new Map<string, string>()

describe('a line of `annotations`', () => {
  test('is a key and a value, which may be empty and hold what it likes', () => {
    const { entries, problems } = parse('team = platform', 'empty=', 'url=https://x/?a=b')
    expect([...entries]).toEqual([
      ['team', 'platform'],
      ['empty', ''],
      ['url', 'https://x/?a=b']
    ])
    expect(problems).toEqual([])
  })

  test.each([
    ['no key and value', 'team', 'not `key=value`'],
    ['no key', '=platform', 'not `key=value`'],
    ['a key with blanks', 'my team=platform', 'not `key=value`'],
    ["the chart's name", 'org.opencontainers.image.title=x', "the chart's own name or version"],
    ["the chart's version", 'org.opencontainers.image.version=1', "the chart's own name or version"]
  ])('is refused when it is %s', (_what, line, message) => {
    expect(parse(line).problems.join()).toContain(message)
  })

  test('is refused when it sets a key again', () => {
    expect(parse('a=1', 'a=2').problems).toEqual(['`annotations` sets "a" twice.'])
  })
})

describe('`auto`', () => {
  const GITHUB = {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'team/charts',
    GITHUB_SHA: 'abc'
  }
  const AUTO = { entries: NONE, isAuto: true }

  test('adds source and revision, as GitHub tells them', () => {
    expect([...annotationsFor(AUTO, GITHUB)]).toEqual([
      ['org.opencontainers.image.source', 'https://github.com/team/charts'],
      ['org.opencontainers.image.revision', 'abc']
    ])
  })

  test('adds them as GitLab tells them', () => {
    const environment = { CI_PROJECT_URL: 'https://gitlab.com/team/charts', CI_COMMIT_SHA: 'abc' }
    expect(annotationsFor(AUTO, environment).get('org.opencontainers.image.source')).toBe(
      'https://gitlab.com/team/charts'
    )
  })

  test('gives way to what is written out', () => {
    const { entries } = parse('org.opencontainers.image.revision=def')
    const found = annotationsFor({ entries, isAuto: true }, GITHUB)
    expect(found.get('org.opencontainers.image.revision')).toBe('def')
  })

  test('is refused where nothing tells them', () => {
    expect(() => annotationsFor(AUTO, {})).toThrow('names no repository and commit')
  })
})

test('without `auto` the environment adds nothing', () => {
  const environment = { CI_PROJECT_URL: 'x', CI_COMMIT_SHA: 'y' }
  expect(annotationsFor({ entries: NONE, isAuto: false }, environment).size).toBe(0)
})
