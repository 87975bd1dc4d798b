import { chmod, writeFile } from 'node:fs/promises'
import { delimiter, relative } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { configPlaces } from '../../../src/oci/auth/config-files.ts'
import { askHelper } from '../../../src/oci/auth/credential-helper.ts'
import { findCredential, findLogin } from '../../../src/oci/auth/find-credential.ts'
import { parseRegistryAuth } from '../../../src/oci/auth/registry-auth.ts'
import { Secret } from '../../../src/shared/secret.ts'
import { SecretRegistry } from '../../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../../support/log.ts'
import { useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()
let logger: RecordingLogger
let masked: string[]
let secrets: SecretRegistry

beforeEach(() => {
  logger = new RecordingLogger()
  masked = []
  secrets = new SecretRegistry((form) => masked.push(form))
})

const auths = (username: string, key = 'reg.example') => {
  const auth = Buffer.from(`${username}:password of ${username}`).toString('base64')
  return JSON.stringify({ auths: { [key]: { auth } } })
}

async function find(
  environment: Readonly<Record<string, string>> = {},
  options: {
    readonly configFile?: string
    readonly host?: string
    readonly registryAuth?: string
  } = {}
) {
  const { configFile, host = 'reg.example', registryAuth } = options
  const home = {
    environment,
    folder: workspace.path('home'),
    platform: 'linux' as const,
    userId: 4_000_000
  }
  const found = await findCredential(
    { repository: { host, name: 'team/demo' }, plainHttp: false },
    {
      explicit: undefined,
      registryAuth:
        registryAuth === undefined ? undefined : await parseRegistryAuth(registryAuth, secrets),
      configFile,
      home
    },
    { secrets, logger, signal: new AbortController().signal }
  )
  return found?.kind === 'login' ? found.username : found
}

describe('the first place with a login for the host wins', () => {
  test('in the order of the files, and all of them can be elsewhere', async () => {
    await workspace.write('home', {
      '.config/containers/auth.json': auths('podman'),
      '.docker/config.json': auths('docker'),
      '.config/helm/registry/config.json': auths('helm'),
      'exclusive.json': auths('exclusive'),
      'given.json': auths('given')
    })
    const at = (path: string) => workspace.path('home', path)
    const variable = { DOCKER_AUTH_CONFIG: auths('variable') }
    const noHelm = { HELM_REGISTRY_CONFIG: at('none') }
    const noDocker = { DOCKER_CONFIG: at('nowhere') }
    const exclusive = { REGISTRY_AUTH_FILE: at('exclusive.json') }
    expect(await find(exclusive, { configFile: at('given.json') })).toBe('given')
    expect(await find({ ...exclusive, ...variable })).toBe('exclusive')
    expect(await find(variable)).toBe('helm')
    expect(await find({ ...noHelm, ...variable })).toBe('variable')
    expect(await find(noHelm)).toBe('docker')
    expect(await find({ ...noHelm, ...noDocker })).toBe('podman')
    expect(await find({ ...noHelm, ...noDocker, XDG_CONFIG_HOME: at('x') })).toBeUndefined()
  })

  test('a file without one for the host is passed over, the exclusive ones end the search', async () => {
    await workspace.write('home', {
      '.config/helm/registry/config.json': auths('helm', 'other.example'),
      '.docker/config.json': auths('docker'),
      'other.json': auths('x', 'other.example')
    })
    const other = workspace.path('home', 'other.json')
    expect(await find()).toBe('docker')
    expect(await find({ REGISTRY_AUTH_FILE: other })).toBeUndefined()
    expect(await find({}, { configFile: other })).toBeUndefined()
  })

  test('registry-auth beats the files, and leaves other hosts to them', async () => {
    await workspace.write('home', { '.docker/config.json': auths('docker') })
    const registryAuth = 'reg.example:443: {username: yaml, password: x}'
    expect(await find({}, { registryAuth })).toBe('yaml')
    expect(await find({}, { registryAuth: 'other.example: {username: yaml, password: x}' })).toBe(
      'docker'
    )
  })

  test('a key with a path beats one for the host, and leaves other paths to the files', async () => {
    await workspace.write('home', { '.docker/config.json': auths('docker') })
    const keys = (...names: readonly string[]) => {
      return names.map((name) => `${name}: {username: ${name}, password: x}`).join('\n')
    }
    const of = (...names: readonly string[]) => find({}, { registryAuth: keys(...names) })
    expect(await of('reg.example', 'reg.example/team', 'reg.example/other')).toBe(
      'reg.example/team'
    )
    expect(await of('reg.example/team/demo', 'reg.example/team')).toBe('reg.example/team/demo')
    expect(await of('reg.example/te', 'reg.example/team/demo/x')).toBe('docker')
  })

  test('it is told where the login comes from, and it is masked', async () => {
    await workspace.write('home', {
      '.docker/config.json': auths('docker', 'https://reg.example/v2/')
    })
    await find()
    const path = workspace.path('home', '.docker/config.json')
    expect(logger.lines).toEqual([
      `info: The login for reg.example comes from ${path} (auths, key "https://reg.example/v2/").`
    ])
    expect(masked).toContain('password of docker')
  })

  test('none is anonymous', async () => {
    expect(await find()).toBeUndefined()
    expect(logger.lines).toEqual(['debug: No login found for reg.example; continuing without one.'])
  })
})

describe('a file', () => {
  test('that is there but broken is an error of usage', async () => {
    await workspace.write('home', { '.docker/config.json': '{"auths":' })
    await expect(find()).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('.docker/config.json')
    })
    await expect(find({ DOCKER_AUTH_CONFIG: 'x' })).rejects.toMatchObject({
      kind: 'usage',
      message: 'The logins in DOCKER_AUTH_CONFIG cannot be read: it is not a JSON object.'
    })
  })

  test.each([
    ['with a byte order mark', Buffer.from(`\ufeff${auths('docker')}`)],
    [
      'in UTF-16, as Windows PowerShell writes it',
      Buffer.from(`\ufeff${auths('docker')}`, 'utf16le')
    ]
  ])('%s is read', async (_, bytes) => {
    await workspace.write('home/.docker', { 'config.json': '' })
    await writeFile(workspace.path('home/.docker/config.json'), bytes)
    expect(await find()).toBe('docker')
  })

  test('whose path is in DOCKER_AUTH_CONFIG is read: GitLab has variables that are files', async () => {
    const folder = await workspace.write('tmp', { DOCKER_AUTH_CONFIG: auths('gitlab') })
    expect(await find({ DOCKER_AUTH_CONFIG: `${folder}/DOCKER_AUTH_CONFIG\n` })).toBe('gitlab')
    await expect(find({ DOCKER_AUTH_CONFIG: `${folder}/other` })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(
        `${folder}/other cannot be read: it does not exist (ENOENT)`
      ),
      fix: 'Check the path in DOCKER_AUTH_CONFIG.'
    })
  })

  test.each<[string, object]>([
    ['registry-config', { configFile: auths('s3cret') }],
    [
      'REGISTRY_AUTH_FILE',
      { environment: { REGISTRY_AUTH_FILE: `/${auths('s3cret').repeat(50)}` } }
    ],
    ['DOCKER_CONFIG', { environment: { DOCKER_CONFIG: `/${auths('s3cret').repeat(50)}` } }]
  ])('whose content stands where its path should, in %s, is not shown', async (_, given) => {
    const { environment = {}, ...options }: { environment?: Record<string, string> } = given
    await expect(find(environment, options)).rejects.toMatchObject({ kind: 'usage' })
    await expect(find(environment, options)).rejects.not.toThrow(/czNjcmV0|auths/)
  })

  test('is read nowhere when registry-config is none', async () => {
    await workspace.write('home', {
      '.docker/config.json': auths('docker'),
      'exclusive.json': auths('exclusive'),
      none: auths('none')
    })
    const environment = {
      REGISTRY_AUTH_FILE: workspace.path('home', 'exclusive.json'),
      DOCKER_AUTH_CONFIG: auths('variable')
    }
    expect(await find(environment, { configFile: 'none' })).toBeUndefined()
    const registryAuth = 'reg.example: {username: yaml, password: x}'
    expect(await find(environment, { configFile: 'none', registryAuth })).toBe('yaml')
  })

  test('that registry-config names has to be there', async () => {
    await expect(find({}, { configFile: workspace.path('none.json') })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('ENOENT'),
      fix: 'Check the path in `registry-config`.'
    })
  })

  test('that is a folder cannot be read', async () => {
    await workspace.write('home/.docker/config.json', { a: '' })
    await expect(find()).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('EISDIR')
    })
  })
})

test.each([
  [
    'linux',
    {},
    [
      '/h/.config/helm/registry/config.json',
      '/h/.docker/config.json',
      '/run/containers/7/auth.json',
      '/h/.config/containers/auth.json'
    ]
  ],
  [
    'linux',
    { XDG_CONFIG_HOME: '/x', XDG_RUNTIME_DIR: '/r' },
    [
      '/x/helm/registry/config.json',
      '/h/.docker/config.json',
      '/r/containers/auth.json',
      '/x/containers/auth.json'
    ]
  ],
  [
    'linux',
    { HELM_CONFIG_HOME: '/c', DOCKER_CONFIG: '/d' },
    [
      '/c/registry/config.json',
      '/d/config.json',
      '/run/containers/7/auth.json',
      '/h/.config/containers/auth.json'
    ]
  ],
  [
    'darwin',
    {},
    [
      '/h/Library/Preferences/helm/registry/config.json',
      '/h/.docker/config.json',
      '/h/.config/containers/auth.json'
    ]
  ],
  [
    'win32',
    { APPDATA: '/a' },
    ['/a/helm/registry/config.json', '/h/.docker/config.json', '/h/.config/containers/auth.json']
  ]
] as const)(
  'on %s with %j the files are looked for where the tools keep them',
  (platform, environment, paths) => {
    const places = configPlaces(undefined, { environment, folder: '/h', platform, userId: 7 })
    expect(places.map((place) => (place.kind === 'file' ? place.path : place.name))).toEqual(paths)
  }
)

const HELPER = `#!/bin/sh
echo "$0 $*" >> "$HOME/calls"
cat > "$HOME/asked"
env > "$HOME/environment"
`

async function helper(name: string, script: string) {
  const folder = await workspace.write('bin', {
    [`docker-credential-${name}`]: `${HELPER}${script}`
  })
  await chmod(`${folder}/docker-credential-${name}`, 0o755)
  return {
    HOME: workspace.path('home'),
    PATH: ['relative', folder, '/usr/bin', '/bin'].join(delimiter)
  }
}

async function read(name: string) {
  const { readFile } = await import('node:fs/promises')
  return readFile(workspace.path('home', name), 'utf8')
}

const answer = (username: string, secret = 'helper secret') => {
  return `echo '${JSON.stringify({ ServerURL: 'x', Username: username, Secret: secret })}'`
}

describe('a credential helper', () => {
  const store = (config: unknown) =>
    workspace.write('home', { '.docker/config.json': JSON.stringify(config) })

  test('is asked for the host, with an environment that holds no inputs and no tokens', async () => {
    await store({ credsStore: 'test' })
    const environment = await helper('test', answer('ci'))
    const found = await find({
      ...environment,
      INPUT_PASSWORD: 'x',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
      GITHUB_TOKEN: 'x',
      DOCKER_AUTH_CONFIG: '{}',
      AWS_PROFILE: 'mine'
    })
    expect(found).toBe('ci')
    expect(await read('asked')).toBe('reg.example')
    expect(await read('calls')).toMatch(/docker-credential-test get\n$/)
    const names = (await read('environment')).split('\n').map((line) => line.split('=')[0])
    expect(names).toContain('AWS_PROFILE')
    expect(
      names.filter((name) => /^(?:INPUT_|ACTIONS_|GITHUB_|DOCKER_AUTH)/.test(name ?? ''))
    ).toEqual([])
    expect(masked).toContain('helper secret')
    expect(logger.lines[0]).toMatch(
      /comes from docker-credential-test \(.*config\.json, credsStore\)\.$/
    )
  })

  test.each([
    ['ecr-login', true],
    ['gcloud', true],
    ['test', true],
    ['pass', false],
    ['desktop', false],
    ['secretservice', false],
    ['osxkeychain', false],
    ['desktop.exe', false]
  ])('%s: gets the proxies, with their logins: %s', async (name, gets) => {
    await store({ credsStore: name })
    const environment = await helper(name, answer('ci'))
    const proxies = {
      HTTPS_PROXY: 'http://u:p@proxy:1',
      http_proxy: 'http://u:p@proxy:1',
      NO_PROXY: 'x'
    }
    expect(await find({ ...environment, ...proxies })).toBe('ci')
    const lines = (await read('environment')).split('\n')
    expect(lines.filter((line) => /proxy/i.test(line)).length).toBe(gets ? 3 : 0)
    expect(lines).toContain(`PATH=${environment.PATH}`)
  })

  test('is asked for Docker Hub by its old address', async () => {
    await store({ credHelpers: { 'docker.io': 'test' } })
    expect(await find(await helper('test', answer('hub')), { host: 'registry-1.docker.io' })).toBe(
      'hub'
    )
    expect(await read('asked')).toBe('https://index.docker.io/v1/')
  })

  test('beats auths; the one for the host beats the one for all', async () => {
    await helper('all', answer('all'))
    const environment = await helper('own', answer('own'))
    const file = { credsStore: 'all', ...JSON.parse(auths('file')) }
    await store({ ...file, credHelpers: { 'reg.example': 'own' } })
    expect(await find(environment)).toBe('own')
    await store(file)
    expect(await find(environment)).toBe('all')
    await store({ ...file, credHelpers: { 'reg.example': '' } })
    expect(await find(environment)).toBe('file')
  })

  test('that has none leaves it to the next source', async () => {
    const environment = await helper(
      'test',
      "echo 'credentials not found in native keychain'; exit 1"
    )
    await store({ credsStore: 'test', auths: { 'reg.example': {} } })
    await workspace.write('home', { '.config/containers/auth.json': auths('podman') })
    expect(await find(environment)).toBe('podman')
    await store({ credsStore: 'test', ...JSON.parse(auths('file')) })
    expect(await find(environment)).toBe('file')
  })

  test('that says <token> has given an identity token', async () => {
    await store({ credsStore: 'test' })
    expect(await find(await helper('test', answer('<token>')))).toMatchObject({
      kind: 'identity-token',
      username: undefined
    })
  })

  test.each([
    [
      'that ends in an error',
      "echo 'no credentials server URL'; exit 1",
      'ended with 1 and said "no credentials server URL"'
    ],
    ['that says no JSON', 'echo secret-text', 'answered without user and secret'],
    ['that names no user', answer(''), 'answered without user and secret'],
    ['that has no secret', answer('ci', ''), 'answered without user and secret'],
    [
      'that fails with a secret in its answer',
      `${answer('ci', 'secret-text')}; exit 1`,
      'ended with 1.'
    ],
    [
      'that fails behind its answer',
      `${answer('ci', 'secret-text')}; echo 'cannot close the store'; exit 1`,
      'ended with 1.'
    ],
    [
      'that fails within its answer',
      `${answer('ci', 'secret-text')} | head -c 50; exit 1`,
      'ended with 1.'
    ],
    ['that names a secret', "echo 'Secret: secret-text'; exit 1", 'ended with 1.'],
    [
      'that has a token in its reason',
      "echo 'refused eyJhbGciOi1secret-text'; exit 1",
      'said "refused ***"'
    ],
    ['that says too much', 'yes secret-text | head -c 100000', 'more than 65536 bytes'],
    ['that is killed', 'kill -9 $$', 'ended with a signal']
  ])('%s ends the run, though another source has a login', async (_, script, words) => {
    await store({ credsStore: 'test', ...JSON.parse(auths('file')) })
    const failure = await find(await helper('test', script)).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      kind: 'auth',
      exitCode: 5,
      message: expect.stringContaining(words)
    })
    expect(String(failure)).not.toContain('secret-text')
  })

  test.each(['missing', '../evil', 'a b', 'a/b', 'a;b', ''.padEnd(3, '$')])(
    'named "%s" ends the run',
    async (suffix) => {
      await store({ credsStore: suffix })
      const environment = await helper('test', answer('ci'))
      await expect(find(environment)).rejects.toMatchObject({ kind: 'auth' })
    }
  )

  test('is not looked for in relative folders of PATH', async () => {
    await store({ credsStore: 'test' })
    const environment = await helper('test', answer('ci'))
    const PATH = ['', relative(process.cwd(), workspace.path('bin')), '/usr/bin'].join(delimiter)
    await expect(find({ ...environment, PATH })).rejects.toMatchObject({
      message: expect.stringContaining('docker-credential-test is not on PATH')
    })
  })

  const ask = (
    environment: Readonly<Record<string, string>>,
    signal: AbortSignal,
    timeoutMs?: number
  ) => {
    return askHelper('test', {
      server: 's',
      source: 'a test',
      environment,
      secrets,
      signal,
      ...(timeoutMs !== undefined && { timeoutMs })
    })
  }

  test('that hangs is killed, with what it has started', async () => {
    const environment = await helper('test', 'sleep 600 & echo $! > "$HOME/child"; wait')
    const { signal } = new AbortController()
    await expect(ask(environment, signal, 700)).rejects.toMatchObject({
      message: expect.stringContaining('did not end within 0.7 s')
    })
    const child = Number(await read('child'))
    await expectEnded(child)
  })

  test.each([
    ['has ended', 'setsid sleep 600 & echo $! > "$HOME/child"', 'answered without user and secret'],
    ['waits for it', 'setsid sleep 600 & echo $! > "$HOME/child"; wait', 'did not end within 0.7 s']
  ])(
    'that %s is given up in time, though a session of its own holds its output',
    async (_, script, words) => {
      const environment = await helper('test', script)
      const { signal } = new AbortController()
      try {
        await expect(ask(environment, signal, 700)).rejects.toMatchObject({
          message: expect.stringContaining(words)
        })
      } finally {
        process.kill(Number(await read('child')), 'SIGKILL')
      }
    }
  )

  test('is killed when the run is aborted', async () => {
    const environment = await helper('test', 'exec sleep 600')
    const abort = new AbortController()
    const asked = ask(environment, abort.signal)
    setTimeout(() => abort.abort(new Error('interrupted')), 200)
    await expect(asked).rejects.toThrow('interrupted')
  })
})

async function expectEnded(pid: number): Promise<void> {
  const { readFile } = await import('node:fs/promises')
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone Z')
  expect(state).toMatch(/ Z/)
}

test('the port that a login may leave out is that of http for the hosts with plain http only', async () => {
  const credential = (username: string) => {
    return { kind: 'login', username, password: new Secret('x'), source: 'a test' } as const
  }
  const request = {
    credential: undefined,
    registryAuth: new Map([
      ['a.test', credential('a')],
      ['b.test', credential('b')]
    ]),
    registryConfig: 'none',
    plainHttpHosts: ['b.test:80']
  }
  const context = {
    environment: {},
    homeFolder: '/nowhere',
    secrets: new SecretRegistry(() => undefined),
    logger: new RecordingLogger(),
    signal: new AbortController().signal
  }
  const hosts = ['a.test:443', 'a.test:80', 'b.test:80']
  const found = await Promise.all(
    hosts.map((host) => findLogin({ host, name: 'demo' }, request, context))
  )
  expect(found).toMatchObject([{ username: 'a' }, undefined, { username: 'b' }])
})
