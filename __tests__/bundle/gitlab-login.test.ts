import { describe, expect, test } from '@jest/globals'
import { chartFiles } from '../support/charts/charts.ts'
import { storeChart } from '../support/charts/stored-chart.ts'
import { runCli } from '../support/program.ts'
import { publisher } from '../support/publish-command.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const USERNAME = 'gitlab-ci-token'
const PASSWORD = 'glcbt-64_correct-horse-battery'
const OTHER = { username: 'me', password: 'another password of mine' }
const workspace = useWorkspace()
const startRegistry = useRegistries()
const publish = publisher(workspace)

function jobOf({ host }: { readonly host: string }): Readonly<Record<string, string>> {
  return { CI_REGISTRY: host, CI_REGISTRY_USER: USERNAME, CI_REGISTRY_PASSWORD: PASSWORD }
}

function loginsSent({ requests }: TestRegistry): readonly string[] {
  const headers = requests.map(({ headers }) => headers.authorization ?? '')
  const basic = headers.filter((header) => header.startsWith('Basic '))
  return [...new Set(basic.map((header) => Buffer.from(header.slice(6), 'base64').toString()))]
}

describe('the login of a job of GitLab', () => {
  test('serves the registry of GitLab, and the log says so', async () => {
    const registry = await startRegistry({
      auth: { kind: 'bearer', username: USERNAME, password: PASSWORD }
    })
    const { code, stderr } = await publish(registry, [], { environment: jobOf(registry) })
    expect(code).toBe(0)
    const where = 'CI_REGISTRY_USER and CI_REGISTRY_PASSWORD'
    expect(stderr).toContain(`The login for ${registry.host} comes from ${where}.`)
    expect(stderr).not.toContain(PASSWORD)
  })

  test('serves the other commands, too', async () => {
    const registry = await startRegistry({
      auth: { kind: 'basic', username: USERNAME, password: PASSWORD }
    })
    await storeChart(registry, 'charts/demo:1.2.3')
    for (const args of [['list'], ['inspect'], ['verify']]) {
      const reference = `oci://${registry.host}/charts/demo${args[0] === 'list' ? '' : ':1.2.3'}`
      const { stderr } = await runCli(workspace, [...args, reference, '--plain-http'], {
        environment: jobOf(registry)
      })
      expect(stderr).toContain('comes from CI_REGISTRY_USER and CI_REGISTRY_PASSWORD.')
    }
    expect(loginsSent(registry)).toEqual([`${USERNAME}:${PASSWORD}`])
  })

  test('is for no other host', async () => {
    const registry = await startRegistry({ auth: { kind: 'basic', ...OTHER } })
    const environment = jobOf({ host: 'registry.gitlab.com' })
    expect((await publish(registry, [], { environment })).code).toBe(5)
    expect(loginsSent(registry)).toEqual([])
  })

  test('comes behind a login that is given, also by host', async () => {
    const registry = await startRegistry({ auth: { kind: 'basic', ...OTHER } })
    const yaml = `${registry.host}:\n  username: me\n  password: ${OTHER.password}\n`
    await workspace.write('.', { password: OTHER.password, 'auth.yaml': yaml })
    const environment = jobOf(registry)
    for (const flags of [
      ['--username=me', '--password-file=password'],
      ['--registry-auth-file=auth.yaml']
    ]) {
      expect((await publish(registry, flags, { environment })).code).toBe(0)
    }
    const variables = {
      PUBLISH_HELM_CHART_USERNAME: 'me',
      PUBLISH_HELM_CHART_PASSWORD: OTHER.password
    }
    const run = await publish(registry, [], { environment: { ...environment, ...variables } })
    expect(run.code).toBe(0)
    expect(loginsSent(registry)).toEqual([`me:${OTHER.password}`])
  })

  test('comes before the files of the machine, but not before one that is named', async () => {
    const registry = await startRegistry({
      auth: { kind: 'basic', username: USERNAME, password: PASSWORD }
    })
    const auth = Buffer.from(`me:${OTHER.password}`).toString('base64')
    const config = JSON.stringify({ auths: { [registry.host]: { auth } } })
    await workspace.write('home/.docker', { 'config.json': config })
    const environment = jobOf(registry)
    expect((await publish(registry, [], { environment })).code).toBe(0)
    expect(loginsSent(registry)).toEqual([`${USERNAME}:${PASSWORD}`])
    const named = `--registry-config=${workspace.path('home/.docker/config.json')}`
    expect((await publish(registry, [named], { environment })).code).toBe(5)
    expect((await publish(registry, ['--registry-config=none'], { environment })).code).toBe(5)
  })

  test('is masked and not packaged, also where it is not used', async () => {
    const registry = await startRegistry()
    await workspace.write('chart', { ...chartFiles(), 'values.yaml': `token: ${PASSWORD}\n` })
    const { code, stderr } = await publish(registry, [], { environment: jobOf(registry) })
    expect(code).toBe(4)
    expect(stderr).not.toContain(PASSWORD)
  })
})
