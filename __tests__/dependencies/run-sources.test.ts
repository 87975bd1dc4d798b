import type { RequestListener } from 'node:http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { RunSources } from '../../src/dependencies/run-sources.ts'
import type { Credential } from '../../src/oci/auth/credential.ts'
import { Failure } from '../../src/shared/failure.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { chartArchive } from '../support/dependencies/charts-folder.ts'
import { accessOf, remoteDependency } from '../support/dependencies/remote.ts'
import { RecordingLogger } from '../support/log.ts'
import { useWebServers } from '../support/network/web-servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const serve = useWebServers()
const open: RunSources[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((sources) => sources.close()))
})

interface Given {
  readonly repositories?: Readonly<Record<string, string>>
  readonly registryConfig?: string
  readonly plainHttpHosts?: readonly string[]
  readonly targets?: readonly string[]
  readonly credential?: Credential
}

async function sourcesOf(given: Given = {}) {
  const { repositories = {}, plainHttpHosts = [], targets = [] } = given
  const logger = new RecordingLogger()
  const secrets = new SecretRegistry(() => undefined)
  const sources = new RunSources(
    {
      ...accessOf(plainHttpHosts),
      registryConfig: given.registryConfig,
      credential: given.credential,
      targets: targets.map((host) => ({ host })),
      repositories: new Map(Object.entries(repositories))
    },
    {
      environment: { HELM_REPOSITORY_CONFIG: workspace.path('repositories.yaml') },
      homeFolder: workspace.path('home'),
      folder: await workspace.write('private', { x: '' }),
      progress: logger,
      signal: new AbortController().signal,
      secrets,
      logger
    }
  )
  open.push(sources)
  return { sources, logger, secrets }
}

const writeMachine = (...entries: readonly string[]) =>
  workspace.write('', {
    'repositories.yaml': `repositories:\n${entries.map((text) => `- ${text}\n`).join('')}`
  })

describe('repositories have names', () => {
  const both = [
    '{name: a, url: "https://machine.example/a"}',
    '{name: b, url: "https://machine.example/b"}'
  ]

  test('by the input, then by `helm repo add` on this machine, of two the first', async () => {
    await writeMachine(...both, '{name: b, url: "https://machine.example/second"}')
    const { sources } = await sourcesOf({
      repositories: { a: 'https://input.example', c: 'oci://input.example' }
    })
    expect(Object.fromEntries(await sources.repositories())).toEqual({
      a: 'https://input.example',
      b: 'https://machine.example/b',
      c: 'oci://input.example'
    })
  })

  test('by the input alone with `registry-config: none`, and where there is no file', async () => {
    const repositories = { a: 'https://input.example' }
    const without = await sourcesOf({ repositories })
    expect([...(await without.sources.repositories()).keys()]).toEqual(['a'])
    await writeMachine(...both)
    const none = await sourcesOf({ repositories, registryConfig: 'none' })
    expect([...(await none.sources.repositories()).keys()]).toEqual(['a'])
  })

  test('unless the file of the machine is broken, which is told when it is needed', async () => {
    await workspace.write('', { 'repositories.yaml': 'repositories: 1\n' })
    const { sources } = await sourcesOf()
    const error = await sources.repositories().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Failure)
    expect(error).toMatchObject({ kind: 'usage' })
  })
})

test('the sources of a run are opened once, and closed also where nothing was', async () => {
  const { sources } = await sourcesOf()
  const [one, two] = await Promise.all([sources.open(), sources.open()])
  expect(one).toBe(two)
  await (await sourcesOf()).sources.close()
})

describe('a repository at the host of a target', () => {
  const entry = { apiVersion: 'v2', name: 'lib', version: '1.0.0', urls: ['lib.tgz'] }
  const index = JSON.stringify({ apiVersion: 'v1', entries: { lib: [entry] } })
  const header = `Basic ${Buffer.from('ci:a-password-of-the-target').toString('base64')}`

  async function fetchAs(targetsOf: (host: string) => readonly string[]) {
    const guarded =
      (body: string | Buffer): RequestListener =>
      (request, response) => {
        const isAllowed = request.headers.authorization === header
        response.writeHead(isAllowed ? 200 : 401).end(isAllowed ? body : 'no')
      }
    const server = await serve({
      '/index.yaml': guarded(index),
      '/lib.tgz': guarded(chartArchive('lib'))
    })
    const password = new SecretRegistry(() => undefined).register('a-password-of-the-target')
    const { sources } = await sourcesOf({
      targets: targetsOf(server.host),
      plainHttpHosts: [server.host],
      credential: { kind: 'login', username: 'ci', password }
    })
    const opened = await sources.open()
    const resolved = await opened.resolve(remoteDependency(server.at()))
    return opened.fetch(resolved)
  }

  test('gets the login of the targets', async () => {
    expect((await fetchAs((host) => [host])).version).toBe('1.0.0')
  })

  test.each([['other.example'], ['127.0.0.1:1']])(
    'elsewhere, such as %s, does not',
    async (target) => {
      await expect(fetchAs(() => [target])).rejects.toMatchObject({ kind: 'auth' })
    }
  )
})
