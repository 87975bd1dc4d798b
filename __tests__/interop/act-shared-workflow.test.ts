import { beforeEach, expect, test } from '@jest/globals'
import { chartIn, exampleFor, makeRepository, runAct, succeed, tagsAt } from '../support/act/act.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { freePort } from '../support/registry/server-processes.ts'
import { useWorkspace } from '../support/workspace.ts'
import { useServers, WRITER } from './login-servers.ts'

const workspace = useWorkspace()
const servers = useServers()

let host: string

beforeEach(async () => {
  host = await servers.olareg(workspace, '--auth-basic')
  await makeRepository(workspace, {
    ...chartFiles({ name: 'shop' }),
    '.helmignore': '.git\n.github/\ncharts/\n',
    ...chartIn('charts/storefront', { name: 'storefront' })
  })
})

/** The example with a login, as a registry other than ghcr.io needs it. */
async function callWith(inputs: readonly string[] = []): Promise<string> {
  const example = await exampleFor('shared-workflow.yml', { 'ghcr.io': host })
  const login = [`      username: ${WRITER.username}`, ...inputs.map((input) => `      ${input}`)]
  const secrets = ['    secrets:', `      password: \${{ secrets.REGISTRY_PASSWORD }}`]
  return example.replace(/^ {6}registry: .*$/m, (line) => [line, ...login, ...secrets].join('\n'))
}

const PASSWORD = { REGISTRY_PASSWORD: WRITER.password }

test('the shared workflow publishes, and a later job of the caller has its outputs', async () => {
  const log = await succeed(workspace, {
    workflow: await callWith(),
    tag: 'v1.5.0',
    secrets: PASSWORD
  })
  expect(log).toMatch(/announce.*\| published sha256:[0-9a-f]{64}/)
  expect(await tagsAt(host, 'team/charts/storefront', WRITER)).toEqual(['1.5.0'])
})

test('without `chart` the shared workflow publishes the chart at the root, as the action does', async () => {
  const workflow = (await callWith()).replace(/^ +chart: .*\n/m, '')
  await succeed(workspace, { workflow, tag: 'v1.5.0', secrets: PASSWORD })
  expect(await tagsAt(host, 'team/charts/shop', WRITER)).toEqual(['1.5.0'])
})

test('inputs of the shared workflow that are not texts reach the action', async () => {
  const workflow = await callWith(['dry-run: true', 'concurrency: 2', 'summary: false'])
  const log = await succeed(workspace, { workflow, tag: 'v1.5.0', secrets: PASSWORD })
  expect(log).toMatch(/announce.*\| planned sha256:/)
  expect(log).not.toMatch(/Summary - /)
  expect(await tagsAt(host, 'team/charts/storefront', WRITER)).toEqual([])
})

test('a failure in the shared workflow fails the caller, whose later jobs do not run', async () => {
  const wrong = 'wrong-password-of-a-test'
  const secrets = { REGISTRY_PASSWORD: wrong }
  const { code, log } = await runAct(workspace, {
    workflow: await callWith(),
    tag: 'v1.5.0',
    secrets
  })
  expect({ code, log }).toMatchObject({ code: 1 })
  expect(log).toMatch(/does not know this login/)
  expect(log).not.toMatch(/announce.*Run/)
  expect(log).not.toContain(wrong)
})

test('the token of the job goes to ghcr.io only', async () => {
  const workflow = (await callWith()).replace(/^ {4}secrets:\n.*\n/m, '')
  const secrets = { GITHUB_TOKEN: WRITER.password }
  const { code, log } = await runAct(workspace, { workflow, tag: 'v1.5.0', secrets })
  expect({ code, log }).toMatchObject({ code: 1 })
  expect(log).toMatch(/`password` is missing or empty/)
})

test('for ghcr.io no login has to be given', async () => {
  const example = await exampleFor('shared-workflow.yml', {})
  const workflow = example.replace(/^ {6}registry: .*$/m, (line) => `${line}\n      timeout: 5s`)
  // Nothing listens there: the run ends before a request is sent.
  const environment = { HTTPS_PROXY: `http://127.0.0.1:${await freePort()}` }
  const secrets = { GITHUB_TOKEN: 'token-of-the-job' }
  const { log } = await runAct(workspace, { workflow, tag: 'v1.5.0', secrets, environment })
  expect(log).toMatch(/The login for ghcr\.io comes from `username` and `password`/)
  expect(log).not.toContain('token-of-the-job')
})
