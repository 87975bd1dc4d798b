import { describe, expect, test } from '@jest/globals'
import { type Inputs, parseInputs, parseSelection } from '../../src/inputs/inputs.ts'
import { commaEntries } from '../../src/inputs/list-entries.ts'
import { parseAnnotations } from '../../src/inputs/parse-annotations.ts'
import { parseValues } from '../../src/inputs/values.ts'
import type { Selection } from '../../src/publish/model/request.ts'
import { annotationsFor } from '../../src/publish/source/ci-environment.ts'
import { Failure, type Problem } from '../../src/shared/failure.ts'
import { Secret } from '../../src/shared/secret.ts'
import { Authority } from '../support/network/certificates.ts'

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
    clientCertificates: new Map(),
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

test('a client certificate is for the hosts of registries with https, and for no other', async () => {
  const { mkdtemp, rm } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  const { join } = await import('node:path')
  const folder = await mkdtemp(join(tmpdir(), 'phc-test-'))
  const { cert, key } = new Authority({ path: (...parts) => join(folder, ...parts) }).issue('c')
  await rm(folder, { recursive: true })
  const hostsWith = (registry: string, plainHttp: string) => {
    const texts = { registry, 'client-cert': cert, 'plain-http': plainHttp }
    return [...parseInputs({ texts, clientKey: new Secret(key) }).clientCertificates.keys()]
  }
  expect(hostsWith('Own.test:443/x\nown.test/y', 'other.test')).toEqual(['own.test'])
  expect(hostsWith('localhost:1/x\n127.0.0.1:2/y', 'localhost:1')).toEqual(['127.0.0.1:2'])
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
    expect.stringMatching(/^`registry` is empty, .* only packaged, and `password` is not used\./)
  ])
  expect(noticesOf({ identityToken: secret, clientKey: secret })).toEqual([
    expect.stringContaining('`identity-token` and `client-key` are not used.')
  ])
  expect(noticesOf({ password: secret }, { registry: 'h/a' })).toEqual([])
})

test('a login is for the source of a copy, too, also where nothing is published', () => {
  const texts = { chart: 'oci://h.test/staging/demo:1.2.3', username: 'ci' }
  const password = new Secret('x')
  for (const registry of [{}, { registry: '' }, { registry: 'h.test/prod' }]) {
    const { credential, notices } = parseInputs({ texts: { ...texts, ...registry }, password })
    expect([credential, notices]).toMatchObject([{ kind: 'login', username: 'ci' }, []])
  }
})

test('one host of target and source may speak http', () => {
  const chart = 'oci://h.test/staging/demo:1.2.3'
  for (const registry of [undefined, 'h.test/prod']) {
    const texts = { chart, 'plain-http': 'true', ...(registry && { registry }) }
    const { plainHttpHosts } = parseInputs({ texts, password: undefined })
    expect(plainHttpHosts).toEqual(['h.test'])
  }
})

test('the login of a registry is not for dependencies: `package` says where theirs belong', () => {
  const secret = new Secret('x')
  const { notices, credential } = parseInputs({ texts: { username: 'ci' }, password: secret })
  expect(credential).toBeUndefined()
  expect(notices).toEqual([
    '`package` publishes nothing: `password` is not used. Logins for dependencies belong in `registry-auth`.'
  ])
  expect(parseInputs({ texts: {}, registryAuth: new Map() }).notices).toEqual([])
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
      '`registry` lists ghcr.io/a twice'
    ],
    [
      'a login for several hosts',
      {
        texts: { registry: 'ghcr.io/a\nquay.io/b', username: 'ci' },
        password: new Secret('x')
      },
      'for one host, but several are given: ghcr.io, quay.io'
    ],
    [
      'a login for a target and a source on another host',
      {
        texts: { registry: 'ghcr.io/a', chart: 'oci://quay.io/b/c:1.2.3', username: 'ci' },
        password: new Secret('x')
      },
      'only for one host, but several are given: ghcr.io, quay.io'
    ],
    [
      '`plain-http` for a target and a source on another host',
      { texts: { registry: 'a.test/a', chart: 'oci://b.test/b/c:1', 'plain-http': 'true' } },
      '`plain-http: true` is for one host, but several are given: a.test, b.test'
    ],
    [
      'a source without tag and digest',
      { texts: { registry: 'ghcr.io/a', chart: 'oci://ghcr.io/b/c' } },
      'Add :TAG or @sha256:… to it.'
    ],
    [
      'provenance of what is copied',
      { texts: { registry: 'ghcr.io/a', chart: 'x\noci://ghcr.io/b/c:1', attest: 'provenance' } },
      '`attest: provenance` is for charts that the run packages'
    ],
    [
      'metadata for Artifact Hub without a registry',
      { texts: { 'artifacthub-repo': 'a.yml' } },
      '`artifacthub-repo` is given, but `registry` is not'
    ],
    [
      'the question whether a chart is public, without a registry',
      { texts: { 'require-public': 'true' } },
      '`require-public` is given, but `registry` is not'
    ],
    [
      'a layout beside a registry',
      { texts: { registry: 'ghcr.io/a', 'oci-layout': 'out' } },
      '`registry` is given too'
    ],
    [
      'a layout in a tar file that is compressed',
      { texts: { 'oci-layout': 'out.tar.gz' } },
      '`oci-layout` is "out.tar.gz"'
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
      '`username` is missing or empty'
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
      'is not an http or https URL'
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

/** As the face hands it on: read by its kind first. */
function selectionOf(text: string | undefined, problems: Problem[]): Selection {
  return parseSelection(parseValues(text === undefined ? {} : { chart: text }, problems).chart)
}

function parsed(text: string | undefined): Selection {
  const problems: Problem[] = []
  const selection = selectionOf(text, problems)
  expect(problems).toEqual([])
  return selection
}

function problemIn(text: string): string {
  const problems: Problem[] = []
  selectionOf(text, problems)
  return problems.map(({ message, fix }) => `${message} ${fix}`).join(' ')
}

test('without anything given, the chart is the working directory', () => {
  expect(parsed(undefined)).toEqual({ included: ['.'], excluded: [] })
})

test.each(['', ' ', '\r\n\t\n', '# none today', '[]', ' [ ] ', '[""]', '["", " "]'])(
  'the text %j names no chart, not the working directory',
  (text) => expect(parsed(text)).toEqual({ included: [], excluded: [] })
)

test('each line is a path or a pattern, or excludes; comments and empty lines count for nothing', () => {
  expect(parsed(' charts/a \n\n# b\n!charts/b\r\n\tout/*.tgz')).toEqual({
    included: ['charts/a', 'out/*.tgz'],
    excluded: ['charts/b']
  })
})

test('lines that exclude nothing name no chart', () => {
  expect(parsed('!charts/b')).toEqual({ included: [], excluded: ['charts/b'] })
  expect(parsed('!')).toEqual({ included: [], excluded: [] })
})

describe('a JSON array', () => {
  test.each([
    ['as a whole', '["charts/a", "!charts/b"]'],
    ['over several lines', '[\n  "charts/a",\r\n  "!charts/b"\n]\n'],
    ['on a line among others', '!charts/b\n["charts/a"]']
  ])('%s has one entry for each text', (_, text) => {
    expect(parsed(text)).toEqual({ included: ['charts/a'], excluded: ['charts/b'] })
  })

  test('has its texts taken whole: no comments, no lines, no lists in them', () => {
    expect(parsed('["#a", "b\\nc", "d, e", "[x]", "--flag", "\\u0000"]')).toEqual({
      included: ['#a', 'b\nc', 'd, e', '[x]', '--flag', '\0'],
      excluded: []
    })
  })

  test.each([
    ['["charts/a",]', 'begins like a JSON array'],
    ['[\n"charts/a"', 'begins like a JSON array'],
    ['["charts/a" "charts/b"]', 'begins like a JSON array'],
    ['[{"name": "charts/a"}', 'begins like a JSON array'],
    ['[1]', 'an entry that is not a string'],
    ['[null, "a"]', 'an entry that is not a string'],
    ['[["charts/a"]]', 'an entry that is not a string'],
    ['[{"__proto__": "charts/a"}]', 'an entry that is not a string']
  ])('that is none is refused: %j', (text, why) => {
    expect(problemIn(text)).toContain(why)
    expect(problemIn(text)).toContain('such as ["a", "b"]')
  })

  test('is not seen in patterns that begin with a bracket', () => {
    expect(parsed('[ab]*\n[!c]/x').included).toEqual(['[ab]*', '[!c]/x'])
  })
})

test('entries without commas of their own may be separated by commas, but not where there may be a password', () => {
  const problems: Problem[] = []
  expect(commaEntries('registry', 'a/x, b/y,\n["c/z"]\nu:p,w@d/x', problems)).toEqual([
    'a/x',
    'b/y',
    'c/z',
    'u:p,w@d/x'
  ])
  expect(problems).toEqual([])
})

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
    expect(() => annotationsFor(AUTO, {})).toThrow(
      'has no variables for the repository and the commit'
    )
  })
})

test('without `auto` the environment adds nothing', () => {
  const environment = { CI_PROJECT_URL: 'x', CI_COMMIT_SHA: 'y' }
  expect(annotationsFor({ entries: NONE, isAuto: false }, environment).size).toBe(0)
})
