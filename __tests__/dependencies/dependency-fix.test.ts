import { expect, test } from '@jest/globals'
import { asDependency } from '../../src/dependencies/dependency-fix.ts'
import { noLoginFix } from '../../src/oci/errors/response-error.ts'
import { Failure } from '../../src/shared/failure.ts'

const HOST = 'registry.example:5000'

function fixOf(fix: string, isOwn = false): string {
  const failure = new Failure('auth', { message: 'It refused.', why: '401.', fix })
  const explained = asDependency(failure, { host: HOST, isOwn })
  if (!(explained instanceof Failure)) throw new Error('it is still a failure')
  expect(explained).toMatchObject({ kind: 'auth', message: 'It refused. 401.' })
  return explained.fix
}

test('without a login, it is registry-auth that needs an entry', () => {
  expect(fixOf(noLoginFix(HOST))).toBe(`Add an entry for ${HOST} to \`registry-auth\`.`)
})

test('a login of another kind belongs there, too', () => {
  expect(fixOf('Use a token as `password`.')).toBe(
    `Use a token as \`password\`. The login of a dependency belongs in \`registry-auth\`, under ${HOST}.`
  )
})

test('a registry that Chart.yaml names is not found in an input', () => {
  expect(fixOf('Check that `registry` names an OCI registry.')).toBe(
    'Check that `repository` of the dependency names an OCI registry.'
  )
  expect(fixOf('Add an entry to `registry-auth`.')).toBe('Add an entry to `registry-auth`.')
})

test('the login of the inputs is also for dependencies on their own hosts', () => {
  expect(fixOf(noLoginFix(HOST), true)).toBe(noLoginFix(HOST))
})

test('what is no failure, and failures of which nothing is to be changed, stay as they are', () => {
  const about = { host: HOST, isOwn: false }
  const bug = new Error('a bug')
  const other = new Failure('registry', { message: 'It is down.', fix: 'Run it again.' })
  expect(asDependency(bug, about)).toBe(bug)
  expect(asDependency(other, about)).toBe(other)
})
