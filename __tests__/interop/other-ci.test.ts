import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { readPin } from '../../scripts/pins.ts'
import { makeRelease } from '../../scripts/release/assets.ts'
import { VERSION } from '../../src/shared/version.ts'
import { chartIn, tagsAt } from '../support/act/act.ts'
import { codeBlocks } from '../support/code-blocks.ts'
import { ciEnvironment, gitlabJob, jenkinsStep, PUBLISH_SCRIPT } from '../support/other-ci.ts'
import { run } from '../support/program.ts'
import { useTemplate, useWorkspace } from '../support/workspace.ts'
import { type DockerRegistry, useDockerRegistries } from './docker-registry.ts'
import { WRITER } from './login-servers.ts'

const workspace = useWorkspace()
useTemplate(workspace, (template) => makeRelease(`v${VERSION}`, template.path('release')))
const startRegistry = useDockerRegistries()

const LOGIN = { username: 'gitlab-ci-token', password: WRITER.password }
const PUBLISHED = /^\S+\/storefront:1\.5\.0@(sha256:[0-9a-f]{64})\n$/

let registry: DockerRegistry
let environment: Readonly<Record<string, string>>
let directory: string

beforeEach(async () => {
  const htpasswd = await workspace.write('htpasswd', {
    users: `${LOGIN.username}:${WRITER.hash}\n`
  })
  registry = await startRegistry(workspace, { kind: 'htpasswd', path: `${htpasswd}/users` })
  const archive = workspace.path('release/assets/publish-helm-chart.tar.gz')
  environment = await ciEnvironment(workspace, archive)
  directory = await workspace.write('project', chartIn('charts/storefront', { name: 'storefront' }))
})

/** Registries of CI systems speak https. */
const plainHttp = (script: string) => script.replace(' --registry', ' --plain-http --registry')
const runScript = (flags: string, script: string, variables: Readonly<Record<string, string>>) =>
  run('sh', [flags, '-c', plainHttp(script)], {
    directory,
    environment: { ...variables, ...environment }
  })

describe('examples/gitlab/.gitlab-ci.yml', () => {
  const jobIn = (job: string, more: Readonly<Record<string, string>> = {}) =>
    gitlabJob(job, {
      GITLAB_CI: 'true',
      CI_REGISTRY: registry.host,
      CI_REGISTRY_IMAGE: `${registry.host}/team/shop`,
      CI_REGISTRY_USER: LOGIN.username,
      CI_REGISTRY_PASSWORD: LOGIN.password,
      ...more
    })
  const start = ({ script, variables }: Awaited<ReturnType<typeof gitlabJob>>) =>
    runScript('-e', script, { ...variables, PUBLISHER_FOLDER: workspace.path('publisher') })

  test('publishes the version of the tag, and hands reference and digest to later jobs', async () => {
    const { code, stderr } = await start(await jobIn('publish-chart', { CI_COMMIT_TAG: 'v1.5.0' }))
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const report = await readFile(`${directory}/chart.env`, 'utf8')
    expect(report).toMatch(/^CHART_REF=\S+\/team\/shop\/charts\/storefront:1\.5\.0$/m)
    expect(report).toMatch(/^CHART_DIGEST=sha256:[0-9a-f]{64}$/m)
    expect(await tagsAt(registry.host, 'team/shop/charts/storefront', LOGIN)).toEqual(['1.5.0'])
  })

  test('checks the chart of a merge request without a push', async () => {
    const { code, stderr } = await start(await jobIn('check-chart'))
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(await tagsAt(registry.host, 'team/shop/charts/storefront', LOGIN)).toEqual([])
  })

  test('fails when the registry refuses the login', async () => {
    const job = await jobIn('publish-chart', {
      CI_COMMIT_TAG: 'v1.5.0',
      CI_REGISTRY_PASSWORD: 'wrong'
    })
    expect(await start(job)).toMatchObject({ code: 5 })
  })
})

test('examples/jenkins/Jenkinsfile publishes the version of the tag, and its trace shows no password', async () => {
  const { script, variables } = await jenkinsStep()
  const { code, stderr } = await runScript('-xe', script, {
    ...variables,
    REGISTRY: `oci://${registry.host}/charts`,
    PUBLISH_HELM_CHART_USERNAME: LOGIN.username,
    PUBLISH_HELM_CHART_PASSWORD: LOGIN.password,
    TAG_NAME: 'v1.5.0',
    WORKSPACE_TMP: workspace.path('project@tmp')
  })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(await readFile(`${directory}/published.txt`, 'utf8')).toMatch(PUBLISHED)
  expect(stderr).not.toContain(LOGIN.password)
})

test('the commands of the README for any other CI download the program, verify it, and publish', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')
  const block = codeBlocks(readme).find(({ text }) => text.includes('sha256sum -c'))
  const script = (block?.text ?? '')
    .replace(/^PUBLISHER_SHA256=[0-9a-f]{64}$/m, '')
    .replace('oci://registry.example.com/', `oci://${registry.host}/`)
    .replace('=ci PUBLISH', `=${LOGIN.username} PUBLISH`)
  const variables = { REGISTRY_PASSWORD: LOGIN.password }
  const { code, stdout, stderr } = await runScript('-e', script, variables)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stdout).toMatch(
    /^publish-helm-chart\.tar\.gz: OK\n\S+\/storefront:1\.2\.3@sha256:[0-9a-f]{64}\n$/
  )
})

describe('examples/shell/publish.sh', () => {
  const publish = (more: Readonly<Record<string, string>> = {}) => {
    const target = [
      '--registry',
      `oci://${registry.host}/charts`,
      '--plain-http',
      '--version',
      '1.5.0'
    ]
    const login = {
      PUBLISH_HELM_CHART_USERNAME: LOGIN.username,
      PUBLISH_HELM_CHART_PASSWORD: LOGIN.password
    }
    return run('sh', [PUBLISH_SCRIPT, 'charts/storefront', ...target], {
      directory,
      environment: { ...environment, ...login, ...more }
    })
  }

  test('prints what was published, and leaves nothing behind', async () => {
    const { code, stdout } = await publish()
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(PUBLISHED) })
    expect(await workspace.leftovers()).toEqual([])
  })

  test('takes the program from the release that is pinned', async () => {
    await publish()
    expect(await readFile(workspace.path('urls'), 'utf8')).toMatch(
      `/releases/download/${readPin().version}/publish-helm-chart.tar.gz`
    )
  })

  test('does not run a program with another checksum', async () => {
    const { code, stdout } = await publish({ PUBLISHER_SHA256: '0'.repeat(64) })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(await tagsAt(registry.host, 'charts/storefront', LOGIN)).toEqual([])
    expect(await workspace.leftovers()).toEqual([])
  })

  test('ends with the exit code of the program', async () => {
    expect(await publish({ PUBLISH_HELM_CHART_PASSWORD: 'wrong' })).toMatchObject({ code: 5 })
  })
})
