import { expect, test } from '@jest/globals'
import { refusal } from '../../../src/oci/answers/refusal.ts'

const URL_OF_ANY = new URL('https://reg.example/v2/')

function fixFor(
  status: number,
  code = '',
  options: { host?: string; authenticated?: boolean; readOnly?: boolean } = {}
) {
  const attempt = { what: 'x', host: 'reg.example', authenticated: true, ...options }
  const body = Buffer.from(code === '' ? '' : JSON.stringify({ errors: [{ code }] }))
  return refusal({ status, url: URL_OF_ANY, headers: {}, body }, attempt).fix
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
  [
    '401 without a login',
    fixFor(401, '', { authenticated: false }),
    'Set `username` and `password`'
  ],
  ['an unknown repository', fixFor(404, 'NAME_UNKNOWN'), 'Create the repository or project first'],
  [
    'an unknown repository, without a login',
    fixFor(404, 'NAME_UNKNOWN', { authenticated: false }),
    'Create the repository'
  ],
  ['a path that is too short', fixFor(400, 'NAME_INVALID'), 'Check the path in `registry`'],
  ['a frozen tag without a code', fixFor(412), 'Publish under a new version'],
  ['413', fixFor(413), 'Raise the body limit'],
  ['415', fixFor(415), 'takes OCI artifacts'],
  ['429', fixFor(429), 'run it again later'],
  ['502', fixFor(502), 'The registry is in trouble'],
  ['400', fixFor(400), 'names an OCI registry']
])('%s is mended by what helps there', (_, fix, text) => {
  expect(fix).toContain(text)
})
