import { describe, expect, test } from '@jest/globals'
import { type Inputs, parseInputs } from '../../src/inputs/inputs.ts'
import { Failure } from '../../src/shared/failure.ts'
import { Secret } from '../../src/shared/secret.ts'

function failureOf(inputs: Partial<Inputs>): Failure {
  try {
    parseInputs({ texts: {}, password: undefined, ...inputs })
  } catch (error) {
    if (error instanceof Failure) return error
  }
  throw new Error('the inputs were taken')
}

test('without inputs, the working directory is packaged', () => {
  expect(parseInputs({ texts: {} })).toMatchObject({
    charts: { included: ['.'], excluded: [] },
    targets: [],
    credential: undefined,
    tokenHosts: [],
    plainHttpHosts: [],
    unverifiedHosts: [],
    requireGenuine: true,
    version: undefined,
    appVersion: undefined,
    ifExists: 'fail',
    dryRun: false,
    tags: [],
    concurrency: 8,
    destination: undefined,
    helmVersion: undefined,
    helmSha256: undefined,
    helmDownloadUrl: 'https://get.helm.sh',
    sourceDateEpoch: undefined,
    ca: undefined,
    clientCertificate: undefined,
    registryAuth: undefined,
    registryConfig: undefined,
    ifNoChartsFound: 'error',
    allowOutsideFiles: false,
    allowUntrustedCheckout: false,
    annotations: { entries: new Map(), isAuto: false },
    ociLayout: undefined,
    timeoutMs: 300_000,
    warnings: [],
    notices: []
  })
})

test('empty texts and blanks around them count for nothing', () => {
  const request = parseInputs({
    texts: { chart: ' ./c ', version: '', registry: ' oci://h/p\n' },
    password: undefined
  })
  expect(request).toMatchObject({
    charts: { included: ['./c'] },
    version: undefined,
    targets: [{ host: 'h', path: 'p' }]
  })
})

test('lists have one entry a line', () => {
  const texts = { registry: 'a/x\n\n oci://b/y/ ', tags: 'latest\n{{major}}', chart: 'c\nd\n!e' }
  expect(parseInputs({ texts, password: undefined })).toMatchObject({
    charts: { included: ['c', 'd'], excluded: ['e'] },
    targets: [
      { host: 'a', path: 'x' },
      { host: 'b', path: 'y' }
    ],
    tags: ['latest', '{{major}}']
  })
})

test.each([
  ['commas', 'a/x, b/y,', 'latest,{{major}}.{{minor}}'],
  ['JSON arrays', '["a/x", "b/y"]', '["latest", "{{major}}.{{minor}}"]'],
  ['comments', '# first\na/x\n# second\nb/y', '# always\nlatest\n{{major}}.{{minor}}']
])('lists of registries and tags may have %s', (_, registry, tags) => {
  expect(parseInputs({ texts: { registry, tags }, password: undefined })).toMatchObject({
    targets: [
      { host: 'a', path: 'x' },
      { host: 'b', path: 'y' }
    ],
    tags: ['latest', '{{major}}.{{minor}}']
  })
})

test.each(['oci://a/x oci://b/y', 'a/x\tb/y'])(
  'registries that blanks separate are refused, with how to write them: %j',
  (registry) => {
    expect(failureOf({ texts: { registry } }).fix).toContain(
      'Separate registries by commas or lines'
    )
  }
)

test('an empty `chart` names no chart, one that is not given is the working directory', () => {
  const charts = (texts: Inputs['texts']) => parseInputs({ texts, password: undefined }).charts
  expect(charts({ chart: ' \n' })).toEqual({ included: [], excluded: [] })
  expect(charts({})).toEqual({ included: ['.'], excluded: [] })
})

test('a login goes with several targets on one host, and on loopback', () => {
  const registry = '127.0.0.1:1/a\nlocalhost:2/b'
  const texts = { registry, username: 'ci', 'plain-http': 'true' }
  expect(parseInputs({ texts, password: new Secret('x') }).targets).toHaveLength(2)
})

test('a path in upper case is lowered with a notice', () => {
  const { notices } = parseInputs({ texts: { registry: 'ghcr.io/Acme' }, password: undefined })
  expect(notices).toEqual(['Repository names are lower case: "Acme" was read as "acme".'])
})

test('a login without a registry is not looked at', () => {
  expect(parseInputs({ texts: { username: 'ci' }, password: undefined }).credential).toBeUndefined()
})

test('a secret without a registry is not used, and that is said: nothing is published', () => {
  const secret = new Secret('x')
  const noticesOf = (secrets: object, registry: object = { registry: ' ' }) => {
    const texts = { username: 'ci', ...registry }
    return parseInputs({ texts, password: undefined, ...secrets }).notices
  }
  expect(noticesOf({})).toEqual([])
  expect(noticesOf({ password: secret })).toEqual([
    expect.stringMatching(/^`registry` is empty, .* not published, and `password` is not used\./)
  ])
  expect(noticesOf({ identityToken: secret, registryAuth: new Map() })).toEqual([
    expect.stringContaining('`identity-token` and `registry-auth` are not used.')
  ])
  expect(noticesOf({ password: secret }, { registry: 'h/a' })).toEqual([])
  // The command `package` has no such flag.
  expect(noticesOf({ password: secret }, {})).toEqual([])
})

test('an identity token needs no user, and may have one', () => {
  const identityToken = new Secret('x')
  const credential = (username: string) => {
    const texts = { registry: 'h/a', username }
    return parseInputs({ texts, password: undefined, identityToken }).credential
  }
  expect(credential('')).toEqual({
    kind: 'identity-token',
    username: undefined,
    token: identityToken
  })
  expect(credential('ci')).toMatchObject({ kind: 'identity-token', username: 'ci' })
})

test('token hosts stand on lines or between commas, the default port left out', () => {
  const texts = { 'token-hosts': ' auth.example,AUTH2.example:443\n[::1]:8443\n' }
  const { tokenHosts } = parseInputs({ texts, password: undefined })
  expect(tokenHosts).toEqual(['auth.example', 'auth2.example', '[::1]:8443'])
})

describe('refused is', () => {
  test.each<[string, Partial<Inputs>, string]>([
    [
      'a registry of another scheme',
      { texts: { registry: 'https://ghcr.io/a' } },
      'its scheme is "https"'
    ],
    [
      'a target twice',
      { texts: { registry: 'ghcr.io/a\noci://ghcr.io/a/' } },
      '`registry` names ghcr.io/a twice'
    ],
    [
      'a login for several hosts',
      {
        texts: { registry: 'ghcr.io/a\nquay.io/b', username: 'ci' },
        password: new Secret('x')
      },
      'for one host, but several are named: ghcr.io, quay.io'
    ],
    [
      'a layout beside a registry',
      { texts: { registry: 'ghcr.io/a', 'oci-layout': 'out' } },
      '`registry` is given too'
    ],
    ['an annotation that is none', { texts: { annotations: 'x' } }, 'not `key=value`'],
    ['a choice that is none', { texts: { 'if-exists': 'maybe' } }, '`if-exists` is "maybe"'],
    ['a count that is none', { texts: { concurrency: '0' } }, '`concurrency` is "0"'],
    [
      'a username without password',
      { texts: { registry: 'ghcr.io/a', username: 'ci' } },
      'secrets are empty in runs from forks and from Dependabot'
    ],
    [
      'a password without username',
      { texts: { registry: 'ghcr.io/a' }, password: new Secret('x') },
      '`username` is empty'
    ],
    [
      'a username with a colon',
      { texts: { registry: 'ghcr.io/a', username: 'a:b' }, password: new Secret('x') },
      'RFC 7617'
    ],
    [
      'password and identity token at once',
      { texts: { registry: 'h/a' }, password: new Secret('x'), identityToken: new Secret('y') },
      '`password` and `identity-token` are both given'
    ],
    [
      'a username with a colon beside an identity token',
      { texts: { registry: 'h/a', username: 'a:b' }, identityToken: new Secret('y') },
      'RFC 7617'
    ],
    [
      'a token host with a path',
      { texts: { 'token-hosts': 'auth.example, https://auth.example/token' } },
      '`token-hosts` has "https://auth.example/token", which is not a host'
    ],
    [
      'a switch that is neither true nor false',
      { texts: { 'dry-run': 'yes' } },
      '`dry-run` is "yes"'
    ],
    [
      'a helm version that is none',
      { texts: { 'helm-version': 'latest' } },
      '`helm-version` is "latest"'
    ],
    [
      'a date that is none',
      { texts: { 'source-date-epoch': 'now' } },
      '`source-date-epoch` is "now"'
    ],
    [
      'a checksum that is none',
      { texts: { 'helm-sha256': 'abc', 'helm-version': 'v4.3.0' } },
      'is not a SHA-256'
    ],
    [
      'a checksum without its version',
      { texts: { 'helm-sha256': 'a'.repeat(64) } },
      'Set `helm-version` as well'
    ],
    [
      'a download address that is none',
      { texts: { 'helm-download-url': 'file:///x' } },
      'is not an http address'
    ]
  ])('%s', (_, inputs, text) => {
    const failure = failureOf(inputs)
    expect(failure.exitCode).toBe(2)
    expect(`${failure.message} ${failure.fix}`).toContain(text)
  })
})

test('all problems are told at once', () => {
  const { message } = failureOf({
    texts: { 'dry-run': 'x', registry: 'http://h', 'plain-http': '1' }
  })
  expect(message).toContain('"x"')
  expect(message).toContain('"http"')
  expect(message).toContain('"1"')
})
