import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { environmentIn, run, runCli } from '../support/program.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useDockerRegistries } from './docker-registry.ts'
import { type TokenService, useTokenServices } from './token-service.ts'

const USER = {
  username: 'ci',
  password: 'pa"ss & <wörd>',
  prefix: 'team/',
  actions: ['pull', 'push']
}
const READER = { username: 'reader', password: 'reader-password', prefix: '', actions: ['pull'] }
/** bcrypt of USER's password, cost 5. */
const HTPASSWD = 'ci:$2y$05$eZLUaUYGAv58lQouqEdgDuG6b0RIvrTBX0zGwOVgbDujRTVgDBtC6\n'

const workspace = new Workspace()
const startRegistry = useDockerRegistries()
const startTokenService = useTokenServices()
let basic: DockerRegistry
let bearer: DockerRegistry
let tokens: TokenService
let chart: string

beforeAll(async () => {
  await workspace.open()
  chart = await workspace.write('chart', chartFiles())
  const htpasswd = await workspace.write('htpasswd', { users: HTPASSWD })
  basic = await startRegistry(workspace, { kind: 'htpasswd', path: `${htpasswd}/users` })
  tokens = await startTokenService(workspace, [USER, READER])
  bearer = await startRegistry(workspace, {
    kind: 'token',
    realm: tokens.realm,
    rootCertBundle: tokens.certificate
  })
})

afterAll(() => workspace.close())

const SETUPS = [
  { title: 'htpasswd', registry: () => basic },
  { title: 'a token service', registry: () => bearer }
]

describe.each(SETUPS)('a registry with $title', ({ title, registry }) => {
  test('takes the push, and helm pulls it with the same login', async () => {
    const published = await publish(registry(), USER)
    expect(published).toMatchObject({ code: 0 })
    const out = workspace.path(`pulled-${title}`)
    await mkdir(out)
    const login = ['--username', USER.username, '--password', USER.password]
    const reference = [`oci://${registry().host}/team/demo`, '--version', '1.2.3']
    const pulled = await run(
      toolPath('helm'),
      ['pull', ...reference, ...login, '--plain-http', '--destination', out],
      { environment: environmentIn(workspace) }
    )
    expect(pulled).toMatchObject({ code: 0 })
  })

  test('finds the same chart unchanged when it is published again', async () => {
    await publish(registry(), USER, '--version=2.0.0')
    const again = await publish(registry(), USER, '--version=2.0.0')
    expect(again).toMatchObject({ code: 0 })
    expect(again.stderr).toContain('Unchanged: ')
  })

  test('refuses a wrong password: exit code 5, nothing pushed, nothing left', async () => {
    const result = await publish(
      registry(),
      { ...USER, password: 'wrong-password' },
      '--version=3.0.0'
    )
    expect(result.code).toBe(5)
    expect(result.stderr).toContain('Fix: Check --')
    expect(result.stderr).not.toContain('wrong-password')
    await expectAbsent(registry(), '3.0.0')
  })

  test('asks for a login when none is given: exit code 5', async () => {
    const result = await publish(registry(), undefined, '--version=3.1.0')
    expect(result.code).toBe(5)
    expect(result.stderr).toMatch(
      /Fix: Set --username and --password-file, or add an entry for \S+ to --registry-auth-file\./
    )
    await expectAbsent(registry(), '3.1.0')
  })
})

test('a user who may read but not write is refused: exit code 5, nothing pushed, nothing left', async () => {
  const result = await publish(bearer, READER, '--version=4.0.0')
  expect(result.code).toBe(5)
  expect(result.stderr).toContain('that this user may pull from and push to the repository')
  await expectAbsent(bearer, '4.0.0')
})

test('one token serves a whole push', async () => {
  const before = tokens.authorizations.length
  expect(await publish(bearer, USER, '--version=5.0.0')).toMatchObject({ code: 0 })
  expect(tokens.authorizations.length - before).toBe(1)
})

interface Login {
  readonly username: string
  readonly password: string
}

function publish({ host }: DockerRegistry, login: Login | undefined, ...flags: readonly string[]) {
  const args = ['publish', chart, `--registry=oci://${host}/team`, '--plain-http', ...flags]
  const dated = [...args, '--source-date-epoch=1704164645']
  if (!login) return runCli(workspace, dated)
  return runCli(workspace, [...dated, '--username', login.username, '--password-stdin'], {
    stdin: `${login.password}\n`
  })
}

/** A version that was never pushed can still be published. */
async function expectAbsent(registry: DockerRegistry, version: string): Promise<void> {
  expect(await workspace.leftovers()).toEqual([])
  const published = await publish(registry, USER, `--version=${version}`)
  expect(published.stderr).toContain('Published ')
}
