import { chmod, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import type { Deadline } from '../../src/http/deadline.ts'
import type { RegistryClient } from '../../src/oci/client.ts'
import { NotAttempted } from '../../src/oci/errors/not-attempted.ts'
import { RegistryPool } from '../../src/oci/registry-pool.ts'
import { Failure } from '../../src/shared/failure.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../support/log.ts'
import { referenceIn } from '../support/registry/clients.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const repositories = ['a', 'b'].map((name) => ({ host: 'registry.test', name }))

const REQUEST = {
  credential: undefined,
  registryAuth: undefined,
  registryConfig: undefined,
  tokenHosts: [],
  ca: undefined,
  clientCertificates: new Map(),
  unverifiedHosts: [],
  timeoutMs: 10_000,
  concurrency: 4,
  notices: [],
  warnings: []
}

/** Asks for a client for two repositories, three times each at once, with a login from a helper that runs `script`. */
async function askForClients(script: string) {
  const bin = await workspace.write('bin', {
    'docker-credential-test': `#!/bin/sh\necho x >> "$HOME/calls"\n${script}\n`
  })
  await chmod(`${bin}/docker-credential-test`, 0o755)
  await workspace.write('home', { '.docker/config.json': '{"credsStore": "test"}' })
  const homeFolder = workspace.path('home')
  const logger = new RecordingLogger()
  const clients = new RegistryPool(
    { ...REQUEST, plainHttpHosts: [] },
    {
      environment: { HOME: homeFolder, PATH: `${bin}:/usr/bin:/bin` },
      homeFolder,
      secrets: new SecretRegistry(() => undefined),
      logger,
      signal: new AbortController().signal
    },
    'pull'
  )
  const all = [...repositories, ...repositories, ...repositories]
  const ends = await Promise.allSettled(
    all.map((repository) => clients.with(repository, async () => 'done'))
  )
  await clients.close()
  const calls = (await readFile(workspace.path('home', 'calls'), 'utf8')).trim().split('\n')
  return { ends: ends.map(({ status }) => status), calls: calls.length, lines: logger.lines }
}

test('the login of a repository is looked for, and told, once in a run', async () => {
  const { ends, calls, lines } = await askForClients(`echo '{"Username": "ci", "Secret": "pass"}'`)
  expect(new Set(ends)).toEqual(new Set(['fulfilled']))
  expect(calls).toBe(2)
  expect(lines.filter((line) => line.includes('The login for registry.test'))).toHaveLength(2)
})

test('a credential helper that fails is not asked again for the same repository', async () => {
  const { ends, calls } = await askForClients('echo no; exit 1')
  expect(new Set(ends)).toEqual(new Set(['rejected']))
  expect(calls).toBe(2)
})

describe('a host that does not answer', () => {
  /** Looks at tags of a host, one after the other; each by what it was met with. */
  async function look(
    host: string,
    count: number,
    {
      timeoutMs = 10_000,
      rights = 'pull,push',
      signal = new AbortController().signal
    }: { timeoutMs?: number; rights?: 'pull' | 'pull,push'; signal?: AbortSignal } = {}
  ) {
    const logger = new RecordingLogger()
    const secrets = new SecretRegistry(() => undefined)
    const context = { environment: {}, homeFolder: '/nowhere', secrets, logger, signal }
    const clients = new RegistryPool(
      { ...REQUEST, plainHttpHosts: [host], timeoutMs },
      context,
      rights
    )
    const errors: unknown[] = []
    for (let index = 0; index < count; index++) {
      const { repository, tag } = referenceIn({ host }, String(index))
      const looked = clients.with(repository, (client) => client.getManifest({ repository, tag }))
      errors.push(await looked.catch((error: unknown) => error))
    }
    await clients.close()
    return { errors, lines: logger.lines.filter((line) => line.includes('does not answer')) }
  }

  test('is not asked again: the first failure is named', async () => {
    const host = 'registry.invalid'
    const { errors, lines } = await look(host, 20)
    const [first, ...others] = errors
    expect(first).toMatchObject({ exitCode: 6, message: expect.stringContaining(host) })
    for (const error of others) {
      expect(error).toBeInstanceOf(NotAttempted)
      expect(error).toMatchObject({
        exitCode: 6,
        first,
        message: expect.stringMatching(/^Not attempted, because .* It was tried \d times\.$/)
      })
    }
    expect(lines).toHaveLength(1)
  })

  test('is one that was silent until the time was over', async () => {
    const registry = await startRegistry({ fault: () => 'hang' })
    const { errors } = await look(registry.host, 3, { timeoutMs: 100 })
    expect(errors[0]).toMatchObject({ message: expect.stringContaining('took longer than 0.1 s') })
    expect(errors[0]).not.toBeInstanceOf(NotAttempted)
    expect(errors.slice(1).every((error) => error instanceof NotAttempted)).toBe(true)
    // The tag, and /v2/ by the connection that is opened ahead.
    expect(registry.requests).toHaveLength(2)
  })

  test.each(['pull', 'pull,push'] as const)(
    'is not one that is silent for one repository (%s)',
    async (rights) => {
      const registry = await startRegistry()
      registry.fault = ({ url }) => (url.endsWith('/0') ? 'hang' : undefined)
      const { errors } = await look(registry.host, 2, { timeoutMs: 200, rights })
      expect(errors[0]).toMatchObject({ message: expect.stringContaining('took longer') })
      expect(errors[1]).toMatchObject({ kind: 'absent' })
    }
  )

  test('is not one that was silent only for a request', async () => {
    const registry = await startRegistry()
    registry.fault = ({ url }) => (url.endsWith('/0') ? undefined : 'hang')
    const { errors } = await look(registry.host, 3, { timeoutMs: 1000 })
    expect(errors[0]).toMatchObject({ kind: 'absent' })
    expect(errors[1]).toMatchObject({ message: expect.stringContaining('took longer than 1 s') })
  })

  test('is not one that was asked when the run was interrupted', async () => {
    const registry = await startRegistry({ fault: () => 'hang' })
    const controller = new AbortController()
    const reason = new Failure('sigint', { message: 'Interrupted.', fix: 'Run it again.' })
    setTimeout(() => controller.abort(reason), 50)
    const { errors, lines } = await look(registry.host, 2, { signal: controller.signal })
    expect([errors, lines]).toEqual([[reason, reason], []])
  })
})

describe('the clients of a run', () => {
  const makeClients = ({ host }: TestRegistry, timeoutMs: number, concurrency = 4) => {
    const context = {
      environment: {},
      homeFolder: '/nowhere',
      secrets: new SecretRegistry(() => undefined),
      logger: new RecordingLogger(),
      signal: new AbortController().signal
    }
    const request = { ...REQUEST, plainHttpHosts: [host], timeoutMs, concurrency }
    return new RegistryPool(request, context, 'pull,push')
  }
  const look = (clients: RegistryPool, host: string, tag: string, deadline?: Deadline) => {
    const reference = referenceIn({ host }, tag)
    const ask = (client: RegistryClient) => client.getManifest(reference)
    return clients.with(reference.repository, ask, deadline)
  }

  test('have one time-out for each publication: what others do does not prolong it, nor do they fail with it', async () => {
    const registry = await startRegistry()
    registry.fault = ({ url }) => (url.endsWith('/slow') ? 'hang' : undefined)
    const clients = makeClients(registry, 300)
    const slow = look(clients, registry.host, 'slow')
    const told = expect(slow).rejects.toThrow(
      /took longer than 0\.3 s; it was waiting for the answer to GET \S+\/slow\.$/
    )
    const end = slow.then(
      () => undefined,
      () => 'over'
    )
    let count = 0
    while ((await Promise.race([end, sleep(20)])) === undefined) {
      await expect(look(clients, registry.host, `${count}`)).resolves.toMatchObject({
        kind: 'absent'
      })
      count += 1
      expect(count).toBeLessThan(1000)
    }
    await told
    await expect(look(clients, registry.host, 'after')).resolves.toMatchObject({ kind: 'absent' })
    await clients.close()
  })

  test('count the time over all parts of a publication', async () => {
    const registry = await startRegistry()
    const clients = makeClients(registry, 200)
    const { repository } = referenceIn(registry, '1')
    const deadline = clients.deadlineFor(repository)
    await clients.with(repository, () => sleep(150), deadline)
    const rest = clients.with(repository, (client) => client.wait(60_000), deadline)
    await expect(rest).rejects.toThrow('took longer than 0.2 s')
    await clients.close()
  })

  test.each([
    [1, 3],
    [2, 6],
    [20, 8]
  ])(
    'have as many connections as %i publications at a time can use: %i',
    async (concurrency, most) => {
      const registry = await startRegistry({ fault: () => 'hang' })
      const clients = makeClients(registry, 1500, concurrency)
      const tags = Array.from({ length: 20 }, (_, index) => `${index}`)
      await Promise.allSettled(tags.map((tag) => look(clients, registry.host, tag)))
      const looks = registry.requests.filter(({ url }) => url.includes('/manifests/'))
      expect(looks).toHaveLength(most)
      // Whether it is alive is asked once.
      expect(registry.requests).toHaveLength(most + 1)
      await clients.close()
    }
  )
})
