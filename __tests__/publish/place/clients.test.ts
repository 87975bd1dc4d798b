import { chmod, readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { Clients } from '../../../src/publish/place/clients.ts'
import { SecretKeeper } from '../../../src/shared/secret-keeper.ts'
import { RecordingLogger } from '../../helpers/log.ts'
import { useWorkspace } from '../../helpers/workspace.ts'

const workspace = useWorkspace()
const repositories = ['a', 'b'].map((name) => ({ host: 'registry.test', name }))

/** Asks for a client for two repositories, three times each at once, with a login from a helper that runs `script`. */
async function askForClients(script: string) {
  const bin = await workspace.write('bin', {
    'docker-credential-test': `#!/bin/sh\necho x >> "$HOME/calls"\n${script}\n`
  })
  await chmod(`${bin}/docker-credential-test`, 0o755)
  await workspace.write('home', { '.docker/config.json': '{"credsStore": "test"}' })
  const homeFolder = workspace.path('home')
  const logger = new RecordingLogger()
  const clients = new Clients(
    {
      credential: undefined,
      registryAuth: undefined,
      registryConfig: undefined,
      plainHttp: false,
      tokenHosts: [],
      tls: undefined,
      timeoutMs: 10_000,
      notices: [],
      warnings: []
    },
    {
      environment: { HOME: homeFolder, PATH: `${bin}:/usr/bin:/bin` },
      homeFolder,
      secrets: new SecretKeeper(() => undefined),
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
