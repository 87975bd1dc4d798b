import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { SHARED_WORKFLOW } from '../../scripts/shared-workflow.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { Job, runAction } from '../support/runner/runner.ts'
import { useWorkspace } from '../support/workspace.ts'

type Texts = Readonly<Record<string, string>>

const workspace = useWorkspace()
const startRegistry = useRegistries()
const { on, jobs } = parse(readFileSync(SHARED_WORKFLOW, 'utf8'))
const { with: given } = jobs.publish.steps.find(({ id }: { id?: string }) => id === 'publish')

/** What the action gets when the workflow is called with these: each value begins with an input or a secret. */
function inputsOfAction(inputs: Texts, secrets: Texts): Texts {
  const values = Object.entries<string>(given).map(([name, value]) => {
    const [, kind, key = ''] = /^\$\{\{ (inputs|secrets)\.([\w-]+)/.exec(value) ?? []
    const default_ = String(on.workflow_call.inputs[key]?.default ?? '')
    return [name, kind === 'inputs' ? (inputs[key] ?? default_) : (secrets[key] ?? '')]
  })
  return Object.fromEntries(values)
}

test('GitHub drops no output of the shared workflow, although user and host are in them', async () => {
  const login = { username: 'acme-ci', password: 'a-password-of-the-registry' }
  const registry = await startRegistry({ auth: { kind: 'bearer', ...login } })
  await workspace.write('', chartFiles({ extra: 'appVersion: "7"\n' }))
  await workspace.write('', { '.helmignore': 'home/\ntmp/\n' })
  const inputs = inputsOfAction(
    { registry: `oci://${registry.host}/acme-ci`, username: login.username, 'plain-http': 'true' },
    { password: login.password }
  )
  const job = new Job([login.password])
  const { code, outputs, jobOutputs } = await runAction(workspace, inputs, { job })
  expect(code).toBe(0)
  const set = Object.keys(outputs).filter((name) => outputs[name] !== '')
  expect(Object.keys(jobOutputs)).toEqual(set)
  expect(jobOutputs).toMatchObject({
    ref: `${registry.host}/acme-ci/demo:1.2.3`,
    status: 'published'
  })
})
