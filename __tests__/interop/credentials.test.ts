import { chmod } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { environmentIn, run, runCli } from '../support/program.ts'
import { Workspace } from '../support/workspace.ts'
import { type HashedUser, READER, useServers, WRITER } from './login-servers.ts'

const workspace = new Workspace()
const servers = useServers()
const hosts = new Map<string, string>()
let version = 0

const SERVERS = ['olareg, Basic', 'olareg, opaque tokens', 'distribution 3 behind docker_auth']

beforeAll(async () => {
  await workspace.open()
  await workspace.write('chart', chartFiles())
  hosts.set('olareg, Basic', await servers.olareg(workspace, '--auth-basic'))
  hosts.set('olareg, opaque tokens', await servers.olareg(workspace, '--auth-token-opaque'))
  hosts.set('distribution 3 behind docker_auth', await servers.distribution(workspace))
})

beforeEach(() => {
  version++
})

afterAll(() => workspace.close())

const hostOf = (server: string) => hosts.get(server) ?? ''

/** Publishes a version that nobody has published yet. */
function publish(
  host: string,
  flags: readonly string[] = [],
  options: Parameters<typeof runCli>[2] = {}
) {
  const args = [
    'publish',
    'chart',
    `--registry=oci://${host}/team`,
    '--plain-http',
    `--version=1.0.${version}`
  ]
  return runCli(workspace, [...args, ...flags], options)
}

function publishAs(host: string, user: Pick<HashedUser, 'username' | 'password'>) {
  return publish(host, [`--username=${user.username}`, '--password-stdin'], {
    stdin: user.password
  })
}

describe.each(SERVERS)('%s', (server) => {
  test('takes what a user with the right to push publishes', async () => {
    const published = await publishAs(hostOf(server), WRITER)
    expect(published).toMatchObject({ code: 0 })
    const reference = `oci://${hostOf(server)}/team/demo:1.0.${version}`
    const login = ['--username=reader', '--password-stdin', '--plain-http']
    const inspected = await runCli(workspace, ['inspect', reference, ...login], {
      stdin: READER.password
    })
    expect(inspected).toMatchObject({ code: 0, stdout: expect.stringContaining('genuine') })
  })

  test('refuses a wrong password: exit code 5, and the words say so', async () => {
    const result = await publishAs(hostOf(server), { ...WRITER, password: 'wrong-password' })
    expect(result.code).toBe(5)
    expect(result.stderr).toContain('Fix: Check --username and --password-stdin.')
    expect(result.stderr).not.toContain('has no permission')
  })

  test('refuses a user who may only pull: exit code 5, and the words say so', async () => {
    const result = await publishAs(hostOf(server), READER)
    expect(result.code).toBe(5)
    expect(result.stderr).toContain('The login is valid, but has no permission for this.')
    expect(result.stderr).toContain(
      'Check that this user may pull from and push to the repository.'
    )
  })

  test('refuses who has no login: exit code 5', async () => {
    const result = await publish(hostOf(server))
    expect(result.code).toBe(5)
    expect(result.stderr).toMatch(
      /Fix: Set --username and --password-file, or add an entry for \S+ to --registry-auth-file\./
    )
  })

  test.each(['helm', 'helm3', 'oras'])(
    'takes the login that %s made, and not after its logout',
    async (tool) => {
      const host = hostOf(server)
      const environment = environmentIn(workspace)
      const command = tool === 'oras' ? [] : ['registry']
      const flags = ['--username', WRITER.username, '--password-stdin', '--plain-http']
      const login = [...command, 'login', host, ...flags]
      const loggedIn = await run(toolPath(tool), login, { environment, stdin: WRITER.password })
      expect(loggedIn).toMatchObject({ code: 0 })
      const result = await publish(host)
      expect(result).toMatchObject({ code: 0 })
      const file =
        tool === 'oras' ? 'home/.docker/config.json' : 'home/.config/helm/registry/config.json'
      expect(result.stderr).toContain(
        `The login for ${host} comes from ${workspace.path(file)} (auths, key "${host}").`
      )
      const reference = `oci://${host}/team/demo:1.0.${version}`
      expect(await runCli(workspace, ['inspect', reference, '--plain-http'])).toMatchObject({
        code: 0
      })
      await run(toolPath(tool), [...command, 'logout', host], { environment })
      version++
      expect(await publish(host)).toMatchObject({ code: 5 })
    }
  )

  test("takes the login that skopeo made, in podman's file", async () => {
    const host = hostOf(server)
    const environment = {
      ...environmentIn(workspace),
      XDG_RUNTIME_DIR: await workspace.write('runtime', { empty: '' })
    }
    const login = ['login', '--tls-verify=false', '--username', WRITER.username]
    const loggedIn = await run('skopeo', [...login, '--password-stdin', host], {
      environment,
      stdin: WRITER.password
    })
    expect(loggedIn).toMatchObject({ code: 0, stderr: '' })
    const result = await publish(host, [], { environment })
    expect(result).toMatchObject({ code: 0 })
    const file = workspace.path('runtime/containers/auth.json')
    expect(result.stderr).toContain(
      `The login for ${host} comes from ${file} (auths, key "${host}").`
    )
  })

  test('takes a login of a credential helper, of a file by path, and of registry-auth', async () => {
    const host = hostOf(server)
    const good = { auth: Buffer.from(`${WRITER.username}:${WRITER.password}`).toString('base64') }
    const bad = { auth: Buffer.from('nobody:nothing').toString('base64') }
    const answer = JSON.stringify({
      ServerURL: host,
      Username: WRITER.username,
      Secret: WRITER.password
    })
    const folder = await workspace.write('logins', {
      'docker-credential-test': `#!/bin/sh\ncat > /dev/null\ncat '${workspace.path('logins/answer')}'\n`,
      answer,
      'helper.json': JSON.stringify({ credHelpers: { [host]: 'test' } }),
      'podman.json': JSON.stringify({
        auths: { [host]: bad, [`${host}/team`]: good, [`${host}/other`]: bad }
      }),
      'hosts.yaml': JSON.stringify({
        'other.example': { 'registry-token': 'x' },
        [host]: { username: WRITER.username, password: WRITER.password }
      })
    })
    await chmod(`${folder}/docker-credential-test`, 0o755)
    const { PATH = '' } = environmentIn(workspace)
    const ways: readonly (readonly [readonly string[], Readonly<Record<string, string>>])[] = [
      [[`--registry-config=${folder}/helper.json`], { PATH: `${folder}:${PATH}` }],
      [[], { REGISTRY_AUTH_FILE: `${folder}/podman.json` }],
      [[`--registry-auth-file=${folder}/hosts.yaml`], {}]
    ]
    for (const [flags, environment] of ways) {
      version++
      const result = await publish(host, [...flags, '--debug'], { environment })
      expect([flags, result.code]).toEqual([flags, 0])
      expect(result.stdout + result.stderr).not.toContain(WRITER.password)
      expect(result.stderr).not.toContain(good.auth)
    }
  })
})

test('a token service without POST refuses an identity token in plain words: exit code 5', async () => {
  const environment = { PUBLISH_HELM_CHART_IDENTITY_TOKEN: 'an-identity-token' }
  const result = await publish(hostOf('olareg, opaque tokens'), ['--debug'], { environment })
  expect(result.code).toBe(5)
  expect(result.stderr).toContain('does not accept identity tokens: it answered 405')
  expect(result.stderr).not.toContain('an-identity-token')
})

test('an identity token that docker_auth takes for nobody ends with exit code 5', async () => {
  const file = await workspace.write('token', { file: 'an-identity-token\n' })
  const flags = [`--identity-token-file=${file}/file`]
  expect(await publish(hostOf('distribution 3 behind docker_auth'), flags)).toMatchObject({
    code: 5
  })
})

test('token-hosts keeps the password from a token service that it does not name: exit code 5', async () => {
  const host = hostOf('distribution 3 behind docker_auth')
  const flags = [`--username=${WRITER.username}`, '--password-stdin', '--token-hosts=auth.example']
  const result = await publish(host, flags, { stdin: WRITER.password })
  expect(result.code).toBe(5)
  expect(result.stderr).toContain('it is not one of --token-hosts')
})
