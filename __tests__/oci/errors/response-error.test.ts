import { expect, test } from '@jest/globals'
import { type RefusedRequest, responseError } from '../../../src/oci/errors/response-error.ts'

const redact = (text: string) => text
const URL_OF_ANY = new URL('https://reg.example/v2/')

function fixFor(status: number, code = '', options: Partial<RefusedRequest> = {}) {
  const attempt = { what: 'x', host: 'reg.example', login: 'given', redact, ...options } as const
  const body = Buffer.from(code === '' ? '' : JSON.stringify({ errors: [{ code }] }))
  return responseError({ status, url: URL_OF_ANY, headers: {}, body }, attempt).fix
}

test.each([
  ['403 of GHCR', fixFor(403, 'DENIED', { host: 'ghcr.io' }), 'permissions: packages: write'],
  [
    '403 of GHCR to a reader',
    fixFor(403, 'DENIED', { host: 'ghcr.io', readOnly: true }),
    'permissions: packages: read`'
  ],
  ['403 elsewhere', fixFor(403, 'DENIED'), 'may pull from and push to the repository'],
  ['403 to a reader', fixFor(403, 'DENIED', { readOnly: true }), 'may pull from the repository'],
  ['401 without a login', fixFor(401, '', { login: 'none' }), 'Set `username` and `password`'],
  ['an unknown repository', fixFor(404, 'NAME_UNKNOWN'), 'Create the repository or project first'],
  [
    'an unknown repository, without a login',
    fixFor(404, 'NAME_UNKNOWN', { login: 'none' }),
    'Create the repository'
  ],
  ['a path that is too short', fixFor(400, 'NAME_INVALID'), 'Check the path in `registry`'],
  ['a frozen tag without a code', fixFor(412), 'Publish under a new version'],
  ['413', fixFor(413), 'Raise the body limit'],
  ['415', fixFor(415), 'supports OCI artifacts'],
  ['429', fixFor(429), 'run it again later'],
  ['502', fixFor(502), 'The registry has an internal error'],
  ['400', fixFor(400), 'names an OCI registry']
])('%s is mended by what helps there', (_, fix, text) => {
  expect(fix).toContain(text)
})

function refused(status: number, body: string, options: Partial<RefusedRequest> = {}) {
  const attempt = { what: 'x', host: 'reg.example', login: 'given', redact, ...options } as const
  return responseError({ status, url: URL_OF_ANY, headers: {}, body: Buffer.from(body) }, attempt)
}

test('what a 401 means for the login stands behind the words of the registry', () => {
  const meaning = { why: 'The login is valid, but has no permission for this.', fix: 'general' }
  const { message, fix } = refused(401, '{"errors":[{"code":"DENIED","message":"no"}]}', {
    meaning
  })
  expect(message).toBe(
    'reg.example refused x: 401 DENIED "no". The login is valid, but has no permission for this.'
  )
  expect(fix).toBe('general')
})

test('the hint of a registry beats the general fix of a 401 as of a 403', () => {
  const meaning = { fix: 'general' }
  const options = { host: 'quay.io', meaning, login: 'accepted' } as const
  expect(refused(401, '', options).fix).toContain('role Creator')
  expect(refused(403, '', options).fix).toContain('role Creator')
})

test('a login that is wrong is named before the hint', () => {
  const meaning = { fix: 'Log in again: the login comes from FILE.' }
  const options = { host: 'quay.io', meaning, login: 'refused' } as const
  expect(refused(401, '', options).fix).toMatch(/^Log in again: .* FILE\. Set `username`/)
})

test('a meaning that is certain beats the hints, but for a cause that is named', () => {
  const meaning = { fix: 'certain', isCertain: true }
  const options = { host: 'ghcr.io', meaning }
  expect(refused(401, '', options).fix).toBe('certain')
  expect(refused(401, 'SAML enforcement', options).fix).toContain('Configure SSO')
})

test('a Nexus that takes no second upload is a conflict, whatever its code says', () => {
  const detail = 'Repository does not allow updating assets: charts'
  const body = JSON.stringify({ errors: [{ code: 'BLOB_UPLOAD_INVALID', message: 'x', detail }] })
  expect(refused(400, body).kind).toBe('conflict')
})
