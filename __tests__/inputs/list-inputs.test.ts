import { describe, expect, test } from '@jest/globals'
import { type ListTexts, parseListRequest } from '../../src/inputs/list-inputs.ts'
import { Secret } from '../../src/shared/secret.ts'

function parse(repositories: readonly string[], more: Partial<ListTexts> = {}) {
  return parseListRequest({ repositories, texts: {}, secrets: {}, ...more })
}

test('a repository is listed, fifty versions of it unless said otherwise', () => {
  expect(parse(['oci://h:5000/charts/web'])).toMatchObject({
    repository: { host: 'h:5000', name: 'charts/web' },
    limit: 50
  })
  expect(parse(['oci://h/web/'], { texts: { limit: '3' } })).toMatchObject({
    repository: { host: 'h', name: 'web' },
    limit: 3
  })
})

test('a login is for its host', () => {
  const more = { texts: { username: 'ci' }, secrets: { password: new Secret('x') } }
  expect(parse(['oci://h/web'], more).credential).toMatchObject({ kind: 'login', username: 'ci' })
})

describe('what is no repository is refused', () => {
  test.each([
    [[], 'needs a chart'],
    [['oci://h/a', 'oci://h/b'], 'several are given'],
    [['h/a'], 'its scheme is not "oci"'],
    [['https://h/a'], 'its scheme is not "oci"'],
    [['oci://h'], 'it does not name a chart'],
    [['oci://h/a:1.0.0'], 'Leave ":1.0.0" out'],
    [
      [`oci://h/a@sha256:${'ab'.repeat(32)}`],
      '`publish-helm-chart inspect` checks a single version'
    ],
    [['oci://h/Web'], 'write it as oci://h/web'],
    [['oci://h/a b'], 'is not a repository path'],
    [['oci://me:secret@h/a'], 'it contains a user']
  ])('%j', (repositories, message) => {
    const text = messageOf(() => parse(repositories))
    expect(text).toContain(message)
    expect(text).not.toContain('secret')
  })

  test.each(['0', '10001', '-1', 'all'])('--limit %s', (limit) => {
    expect(messageOf(() => parse(['oci://h/a'], { texts: { limit } }))).toContain('from 1 to 10000')
  })
})

function messageOf(body: () => unknown): string {
  try {
    body()
  } catch (error) {
    return error instanceof Error ? `${error.message} ${Reflect.get(error, 'fix')}` : ''
  }
  return 'nothing was thrown'
}
