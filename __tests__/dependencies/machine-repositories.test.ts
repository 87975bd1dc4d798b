import { mkdir, symlink } from 'node:fs/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  machineRepositoriesFile,
  readMachineRepositories
} from '../../src/dependencies/machine-repositories.ts'
import { Failure } from '../../src/shared/failure.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
let masked: string[]
let secrets: SecretRegistry

beforeEach(() => {
  masked = []
  secrets = new SecretRegistry((form) => masked.push(form))
})

const file = () => workspace.path('home', 'repositories.yaml')

async function read(text: string | Buffer, registryConfig?: string) {
  await workspace.write('home', { 'repositories.yaml': text })
  return readFrom({ HELM_REPOSITORY_CONFIG: file() }, registryConfig)
}

function readFrom(environment: Readonly<Record<string, string>>, registryConfig?: string) {
  return readMachineRepositories(registryConfig, {
    environment,
    homeFolder: workspace.path('home'),
    secrets,
    signal: new AbortController().signal
  })
}

/** As `helm repo add` of Helm 4.3 and 3.22 writes it. */
const WRITTEN = `apiVersion: ""
generated: "0001-01-01T00:00:00Z"
repositories:
- caFile: ""
  certFile: ""
  insecure_skip_tls_verify: false
  keyFile: ""
  name: public
  pass_credentials_all: false
  password: ""
  url: https://charts.example/public
  username: ""
- caFile: /etc/ca.pem
  certFile: cert.pem
  insecure_skip_tls_verify: true
  keyFile: key.pem
  name: private
  pass_credentials_all: true
  password: pass-word-1
  url: https://charts.example/Private/
  username: ci
`

test('repositories are read as helm writes them', async () => {
  expect(await read(WRITTEN)).toMatchObject([
    {
      name: 'public',
      url: 'https://charts.example/public',
      login: undefined,
      caFile: undefined,
      certFile: undefined,
      keyFile: undefined,
      skipsVerification: false,
      passesCredentialsAll: false,
      file: file(),
      remarks: []
    },
    {
      name: 'private',
      url: 'https://charts.example/Private/',
      login: { kind: 'login', username: 'ci', source: `${file()} (repository "private")` },
      caFile: '/etc/ca.pem',
      certFile: 'cert.pem',
      keyFile: 'key.pem',
      skipsVerification: true,
      passesCredentialsAll: true
    }
  ])
})

test('a password is masked and a secret', async () => {
  const [, found] = await read(WRITTEN)
  expect(found?.login?.password.reveal()).toBe('pass-word-1')
  expect(masked).toContain('pass-word-1')
  expect(JSON.stringify(found)).not.toContain('pass-word-1')
})

test('what is not honoured is said once the repository is used', async () => {
  const [found, other] = (await read(WRITTEN)).toReversed()
  const subject = `The repository "private" in ${file()} has`
  expect(found?.remarks).toEqual([
    {
      level: 'warning',
      text: expect.stringMatching(/insecure_skip_tls_verify, .*`ca`.*`insecure-skip-tls-verify`/)
    },
    { level: 'notice', text: expect.stringMatching(/pass_credentials_all, .*`registry-auth`/) }
  ])
  for (const { text } of found?.remarks ?? []) expect(text).toContain(subject)
  expect(other?.remarks).toEqual([])
})

describe('a login in a URL', () => {
  test.each([
    ['https://user:pass-word-2@h/a', 'https://h/a'],
    ['https://User:pass-word-2@H:443/a/@b?c#d', 'https://H:443/a/@b?c#d'],
    ['https://pass-word-2@h', 'https://h'],
    ['https:\\\\user:pass-word-2@h/a', 'https:\\\\h/a'],
    ['https://user:pass-word-2/x@h/a', 'https://***@h/a']
  ])('is masked and left out, with a warning: %s', async (url, bare) => {
    const [found] = await read(`repositories: [{name: a, url: '${url}'}]`)
    expect(found).toMatchObject({ url: bare, login: undefined })
    expect(found?.remarks).toEqual([
      {
        level: 'warning',
        text: expect.stringContaining('has a login in its URL, which is not used')
      }
    ])
    expect(masked.some((form) => form.startsWith('pass-word-2'))).toBe(true)
    expect(JSON.stringify(found)).not.toContain('pass-word-2')
  })

  test('does not take the place of the one beside it', async () => {
    const entry = '{name: a, url: "https://u:pass-word-2@h", username: ci, password: pass-word-3}'
    const [found] = await read(`repositories: [${entry}]`)
    expect(found?.login).toMatchObject({ username: 'ci' })
    expect(found?.login?.password.reveal()).toBe('pass-word-3')
  })
})

test.each([
  ['password: pass-word-4', 'a password without a user'],
  ['username: ci', 'a user without a password'],
  ['username: "c:i", password: pass-word-4', 'a username with a ":"']
])('half a login is not used, with a warning: %s', async (fields, words) => {
  const [found] = await read(`repositories: [{name: a, url: https://h, ${fields}}]`)
  expect(found?.login).toBeUndefined()
  expect(found?.remarks).toEqual([{ level: 'warning', text: expect.stringContaining(words) }])
  expect(masked.includes('pass-word-4')).toBe(fields.includes('pass-word-4'))
  expect(JSON.stringify(found)).not.toContain('pass-word-4')
})

test.each([
  ['an empty file', ''],
  ['null', 'null'],
  ['no list', 'apiVersion: ""'],
  ['an empty list', 'repositories: []'],
  ['null as list', 'repositories:'],
  ['an empty entry', 'repositories:\n-\n'],
  ['an entry without a URL', 'repositories: [{name: a}]']
])('there is no repository in %s', async (_, text) => {
  expect(await read(text)).toEqual([])
})

test('fields are read as helm reads them: in any case, numbers as texts, the unknown ignored', async () => {
  const [found] = await read(
    '\ufeffrepositories:\r\n- {NAME: a, Url: "https://h", username: 7, password: 123456, more: [x]}\r\n'
  )
  expect(found).toMatchObject({ name: 'a', url: 'https://h', login: { username: '7' } })
  expect(found?.login?.password.reveal()).toBe('123456')
})

describe('unusable, without any part of it in the message, is', () => {
  test.each<[string, string | Buffer, string]>([
    ['a text', 's3cret-word', 'it is not a list of repositories'],
    ['a list', '[s3cret-word]', 'it is not a list of repositories'],
    ['a map of repositories', 'repositories: {a: s3cret-word}', 'it is not a list of repositories'],
    ['a text as an entry', 'repositories: [s3cret-word]', 'entry 1 has a value of the wrong type'],
    [
      'a list as a password',
      'repositories: [{name: a}, {password: [s3cret-word]}]',
      'entry 2, `password` has a value of the wrong type'
    ],
    [
      'a text as a switch',
      'repositories: [{pass_credentials_all: s3cret-word}]',
      'entry 1, `pass_credentials_all` has a value of the wrong type'
    ],
    [
      'a number that JSON does not know',
      'repositories: [{s3cret-word: .nan}]',
      'entry 1 has a value of the wrong type'
    ],
    ['an unknown alias', 'repositories:\n- *s3cret-word\n', 'YAML'],
    ['a tab', 'repositories:\n\t- s3cret-word\n', 'YAML'],
    ['an open quote', 'repositories: [{password: "s3cret-word}]', 'YAML'],
    ['no text at all', Buffer.from('s3cret-word\xff\xfe', 'latin1'), 'it is not YAML']
  ])('%s', async (_, text, words) => {
    const failure = await read(text).catch((error: unknown) => error)
    if (!(failure instanceof Failure)) throw new Error('it was read')
    expect(failure.kind).toBe('usage')
    expect(failure.message).toContain(`The repositories of helm in ${file()} cannot be read:`)
    expect(failure.message).toContain(words)
    expect(failure.fix).toContain('HELM_REPOSITORY_CONFIG')
    expect(`${failure.message} ${failure.fix} ${failure.cause}`).not.toContain('s3cret-word')
  })

  test('a folder, or a file beyond all bounds', async () => {
    await mkdir(file())
    await expect(readFrom({ HELM_REPOSITORY_CONFIG: file() })).rejects.toThrow('EISDIR')
    const large = workspace.path('home', 'large.yaml')
    await workspace.write('home', { 'large.yaml': Buffer.alloc(5 * 1024 * 1024, '#') })
    await expect(readFrom({ HELM_REPOSITORY_CONFIG: large })).rejects.toThrow('bytes')
  })

  test('a link that leads to itself', async () => {
    await workspace.write('home', { x: '' })
    await symlink(file(), file())
    await expect(readFrom({ HELM_REPOSITORY_CONFIG: file() })).rejects.toThrow('ELOOP')
  })
})

describe('the file is where helm has it', () => {
  const place = (
    platform: NodeJS.Platform,
    environment: Readonly<Record<string, string>> = {},
    folder: string | undefined = '/home/me'
  ) => machineRepositoriesFile({ environment, folder, platform, userId: 1 })

  test.each<[string, string | undefined, string | undefined]>([
    ['Linux', place('linux'), '/home/me/.config/helm/repositories.yaml'],
    ['macOS', place('darwin'), '/home/me/Library/Preferences/helm/repositories.yaml'],
    ['Windows', place('win32', { APPDATA: '/data' }), '/data/helm/repositories.yaml'],
    ['XDG', place('linux', { XDG_CONFIG_HOME: '/x' }), '/x/helm/repositories.yaml'],
    ['XDG on macOS', place('darwin', { XDG_CONFIG_HOME: '/x' }), '/x/helm/repositories.yaml'],
    [
      'XDG on Windows',
      place('win32', { XDG_CONFIG_HOME: '/x', APPDATA: '/data' }),
      '/x/helm/repositories.yaml'
    ],
    [
      'HELM_CONFIG_HOME',
      place('linux', { HELM_CONFIG_HOME: '/h', XDG_CONFIG_HOME: '/x' }),
      '/h/repositories.yaml'
    ],
    [
      'HELM_REPOSITORY_CONFIG',
      place('linux', { HELM_REPOSITORY_CONFIG: '/r.yaml', HELM_CONFIG_HOME: '/h' }),
      '/r.yaml'
    ],
    [
      'an empty HELM_REPOSITORY_CONFIG: none',
      place('linux', { HELM_REPOSITORY_CONFIG: '', HELM_CONFIG_HOME: '/h' }),
      undefined
    ]
  ])('%s', (_, found, wanted) => {
    expect(found).toBe(wanted)
  })

  test('a user without a home has none', () => {
    expect(
      machineRepositoriesFile({ environment: {}, folder: undefined, platform: 'linux', userId: 1 })
    ).toBe(undefined)
  })

  test('an absent file is none', async () => {
    expect(await readFrom({})).toEqual([])
    expect(await readFrom({ HELM_REPOSITORY_CONFIG: workspace.path('home', 'a', 'b') })).toEqual([])
    await workspace.write('home', { plain: 'x' })
    expect(await readFrom({ HELM_CONFIG_HOME: workspace.path('home', 'plain') })).toEqual([])
    expect(await readFrom({ HELM_REPOSITORY_CONFIG: '/dev/null' })).toEqual([])
  })

  test('in the home of the user', async () => {
    await workspace.write('home', { 'config/helm/repositories.yaml': WRITTEN })
    const environment = { XDG_CONFIG_HOME: workspace.path('home', 'config') }
    expect(await readFrom(environment)).toHaveLength(2)
  })
})

test('`registry-config: none` reads no file, another value does', async () => {
  expect(await read('broken: [', 'none')).toEqual([])
  expect(await read(WRITTEN, './logins.json')).toHaveLength(2)
})
