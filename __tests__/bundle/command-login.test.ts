import { readdir, readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { runCli } from '../support/program.ts'
import { expectNothingPushed, publisher, resultIn } from '../support/publish-command.ts'
import type { RegistryAuth } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const PASSWORD = 'correct "horse" & <battery>'
const LOGIN: RegistryAuth = { kind: 'bearer', username: 'ci', password: PASSWORD }
const workspace = useWorkspace()
const publish = publisher(workspace)
const startRegistry = useRegistries()

function basicOf(password: string): string {
  return Buffer.from(`ci:${password}`).toString('base64')
}

describe('a login', () => {
  test('is taken from standard input, and the password is in no output', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const options = { stdin: `${PASSWORD}\n` }
    const result = await publish(
      registry,
      ['--username=ci', '--password-stdin', '--debug'],
      options
    )
    expect(result).toMatchObject({ code: 0 })
    expect(result.stdout + result.stderr).not.toContain('horse')
    expect(result.stderr).not.toContain('a-token-of-the-test-registry')
    const told = `The login for ${registry.host} comes from --username and --password-stdin.`
    expect(result.stderr.split(told)).toHaveLength(2)
  })

  test('shows in no output, whatever the libraries in the program print when they are debugged', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const entry = `"${registry.host}":\n  username: ci\n  password: ${JSON.stringify(PASSWORD)}\n`
    await writeFile(workspace.path('auth.yaml'), entry)
    const names = ['LOG_TOKENS', 'LOG_STREAM', 'TINYGLOBBY_DEBUG', 'DEBUG', 'NODE_DEBUG']
    const environment = Object.fromEntries(names.map((name) => [name, '*']))
    const flags = [`--registry-auth-file=${workspace.path('auth.yaml')}`, '--debug', '--json']
    const { code, stdout, stderr } = await publish(registry, flags, { environment })
    expect(code).toBe(0)
    for (const secret of ['horse', 'a-token-of-the-test-registry', basicOf(PASSWORD)]) {
      expect(stdout + stderr).not.toContain(secret)
    }
    expect(JSON.parse(stdout)).toMatchObject({ results: [{ status: 'published' }] })
  })

  test('that is an identity token is told as one', async () => {
    const registry = await startRegistry()
    const environment = { PUBLISH_HELM_CHART_IDENTITY_TOKEN: 'refresh-me' }
    const { stderr } = await publish(registry, [], { environment })
    expect(stderr).toContain(
      `The login for ${registry.host} comes from PUBLISH_HELM_CHART_IDENTITY_TOKEN.`
    )
    expect(stderr).not.toContain('refresh-me')
  })

  test('is told by `inspect` once, however much of the registry is inspected', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const references = ['a', 'b'].map((name) => `oci://${registry.host}/charts/${name}:1`)
    const environment = { PUBLISH_HELM_CHART_USERNAME: 'ci', PUBLISH_HELM_CHART_PASSWORD: PASSWORD }
    const args = ['inspect', ...references, '--plain-http']
    const { stderr } = await runCli(workspace, args, { environment })
    expect(stderr.split(`The login for ${registry.host} comes from`)).toHaveLength(2)
  })

  test('is taken from a file', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    await writeFile(workspace.path('password'), `${PASSWORD}\r\n`)
    const result = await publish(registry, [
      '--username=ci',
      `--password-file=${workspace.path('password')}`
    ])
    expect(result).toMatchObject({ code: 0 })
  })

  test.each(['utf8', 'utf16le'] as const)(
    'is taken from a file that PowerShell has written in %s, with a notice',
    async (encoding) => {
      const registry = await startRegistry({ auth: LOGIN })
      const path = workspace.path('password')
      await writeFile(path, Buffer.from(`\ufeff${PASSWORD}\r\n`, encoding))
      const result = await publish(registry, ['--username=ci', `--password-file=${path}`])
      expect(result).toMatchObject({ code: 0 })
      expect(result.stderr).toMatch(/^Note: --password-file begins with a byte order mark/m)
    }
  )

  test('with a character that nobody sees is sent unchanged, with a warning', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const environment = {
      PUBLISH_HELM_CHART_USERNAME: 'ci',
      PUBLISH_HELM_CHART_PASSWORD: `${PASSWORD}\u200b`
    }
    const { code, stderr } = await publish(registry, [], { environment })
    expect(code).toBe(5)
    expect(stderr).toMatch(
      /^Warning: PUBLISH_HELM_CHART_PASSWORD has an invisible character \(U\+200B\)/m
    )
    expect(stderr).not.toContain('horse')
  })

  test('that is the path of a file, as GitLab has it, is not sent', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const path = workspace.path('password')
    await writeFile(path, PASSWORD)
    const environment = { PUBLISH_HELM_CHART_USERNAME: 'ci', PUBLISH_HELM_CHART_PASSWORD: path }
    const { code, stderr } = await publish(registry, [], { environment })
    expect([code, registry.requests]).toEqual([2, []])
    expect(stderr).toContain('PUBLISH_HELM_CHART_PASSWORD contains the path of a file')
  })

  test('of the machine is not used with `registry-config` none', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const auth = Buffer.from(`ci:${PASSWORD}`).toString('base64')
    await workspace.write('docker', {
      'config.json': JSON.stringify({ auths: { [registry.host]: { auth } } })
    })
    const environment = { DOCKER_CONFIG: workspace.path('docker') }
    expect(await publish(registry, [], { environment })).toMatchObject({ code: 0 })
    const none = await publish(registry, ['--registry-config=none'], { environment })
    expect(none.code).toBe(5)
    expect(none.stderr).toMatch(
      /Fix: Set --username and --password-file, or add an entry for \S+ to --registry-auth-file\./
    )
  })

  test('is taken from the environment', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const environment = { PUBLISH_HELM_CHART_USERNAME: 'ci', PUBLISH_HELM_CHART_PASSWORD: PASSWORD }
    const { code, stderr } = await publish(registry, [], { environment })
    expect(code).toBe(0)
    const names = 'PUBLISH_HELM_CHART_USERNAME and PUBLISH_HELM_CHART_PASSWORD'
    expect(stderr).toContain(`The login for ${registry.host} comes from ${names}.`)
  })

  test('by flag beats the environment', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    await writeFile(workspace.path('password'), PASSWORD)
    const environment = {
      PUBLISH_HELM_CHART_USERNAME: 'other',
      PUBLISH_HELM_CHART_PASSWORD: 'other'
    }
    const flags = ['--username=ci', `--password-file=${workspace.path('password')}`]
    expect(await publish(registry, flags, { environment })).toMatchObject({ code: 0 })
  })

  test('that fails is told without the password: exit code 5, nothing pushed, nothing left', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const options = { stdin: 'another-password' }
    const result = await publish(
      registry,
      ['--username=ci', '--password-stdin', '--json', '--debug'],
      options
    )
    expect(result.code).toBe(5)
    expect(resultIn(result.stdout).error).toMatchObject({
      exitCode: 5,
      fix: 'Check --username and --password-stdin.'
    })
    expect(result.stdout + result.stderr).not.toContain('another-password')
    await expectNothingPushed(registry, workspace)
  })

  test('is taken from a file with credentials by host, which is masked as a whole', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const entry = { username: 'ci', password: PASSWORD }
    await writeFile(workspace.path('auth.yaml'), JSON.stringify({ [registry.host]: entry }))
    const flags = [`--registry-auth-file=${workspace.path('auth.yaml')}`, '--debug']
    const result = await publish(registry, flags)
    expect(result).toMatchObject({ code: 0 })
    expect(result.stderr).toContain(
      `The login for ${registry.host} comes from --registry-auth-file.`
    )
    expect(result.stdout + result.stderr).not.toContain('horse')
  })

  test('is taken from the files of helm and docker when none is given, which stay as they are', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const auth = Buffer.from(`ci:${PASSWORD}`).toString('base64')
    const config = JSON.stringify({ auths: { [registry.host]: { auth } } })
    await workspace.write('home/.docker', { 'config.json': config })
    const result = await publish(registry, ['--debug'])
    expect(result).toMatchObject({ code: 0 })
    expect(result.stdout + result.stderr).not.toContain('horse')
    expect(result.stderr).not.toContain(auth)
    expect(await readFile(workspace.path('home/.docker/config.json'), 'utf8')).toBe(config)
    expect(await readdir(workspace.path('home'), { recursive: true })).toEqual([
      '.docker',
      '.docker/config.json'
    ])
  })

  test('in a file that is broken is an error of usage: exit code 2', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const file = workspace.path('broken.json')
    await writeFile(file, '{"auths": {"x": {"auth": "c2VjcmV0')
    const result = await publish(registry, [`--registry-config=${file}`])
    expect(result.code).toBe(2)
    expect(result.stderr).toContain(`The logins in ${file} cannot be read`)
    expect(result.stderr).not.toContain('c2VjcmV0')
  })

  test("that is a job's own token stays with GitHub: exit code 5", async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const environment = {
      PUBLISH_HELM_CHART_USERNAME: 'ci',
      PUBLISH_HELM_CHART_PASSWORD: 'ghs_of-a-job',
      GITHUB_SERVER_URL: 'https://github.com'
    }
    const result = await publish(registry, [], { environment })
    expect(result.code).toBe(5)
    expect(result.stderr).toContain('so it was not sent to 127.0.0.1')
    expect(registry.requests.filter(({ headers }) => headers.authorization)).toEqual([])
    const own = { ...environment, GITHUB_SERVER_URL: `http://${registry.host}` }
    expect((await publish(registry, [], { environment: own })).stderr).toContain('refused a token')
  })

  test('that is missing is told: exit code 5', async () => {
    const registry = await startRegistry({ auth: LOGIN })
    const result = await publish(registry)
    expect(result.code).toBe(5)
    expect(result.stderr).toMatch(
      /Fix: Set --username and --password-file, or add an entry for \S+ to --registry-auth-file\./
    )
    await expectNothingPushed(registry, workspace)
  })
})
