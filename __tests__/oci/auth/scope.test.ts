import { expect, test } from '@jest/globals'
import { scopeFor } from '../../../src/oci/auth/token.ts'

test.each([
  ['nothing', undefined, 'repository:team/demo:pull,push'],
  ['the same', 'repository:team/demo:push,pull', 'repository:team/demo:pull,push'],
  ['a part of it, as olareg does', 'repository:team/demo:push', 'repository:team/demo:pull,push'],
  ['more', 'repository:team/demo:pull,push,annotate', 'repository:team/demo:pull,push,annotate'],
  [
    'the same repository several times',
    'repository:team/demo:zap repository:team/demo:annotate,pull',
    'repository:team/demo:pull,push,annotate,zap'
  ],
  ['to delete', 'repository:team/demo:delete,pull', 'repository:team/demo:pull,push'],
  ['everything', 'repository:team/demo:*', 'repository:team/demo:pull,push'],
  ['a bare star', '*', 'repository:team/demo:pull,push'],
  ['a placeholder', 'repository:user/image:pull', 'repository:team/demo:pull,push'],
  ['an empty name', 'repository::pull', 'repository:team/demo:pull,push'],
  ['a longer name', 'repository:team/demo2:extra', 'repository:team/demo:pull,push'],
  ['the catalog', 'registry:catalog:*', 'repository:team/demo:pull,push'],
  ['no actions', 'repository:team/demo:', 'repository:team/demo:pull,push'],
  ['blanks', '  ', 'repository:team/demo:pull,push']
])('a challenge that asks for %s', (_, challenged, scope) => {
  expect(scopeFor('team/demo', 'pull,push', challenged)).toBe(scope)
})

test('a reader asks for pull alone', () => {
  expect(scopeFor('team/demo', 'pull', 'repository:team/demo:pull,push')).toBe(
    'repository:team/demo:pull'
  )
})
