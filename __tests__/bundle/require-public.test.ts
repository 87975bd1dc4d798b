import { expect, test } from '@jest/globals'
import { publisher, resultIn } from '../support/publish-command.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
const publish = publisher(workspace)

test('with require-public, a chart that everybody can pull is a success', async () => {
  const registry = await startRegistry()
  const { code, stdout, stderr } = await publish(registry, ['--require-public', '--json'])
  expect(code).toBe(0)
  expect(resultIn(stdout)).toMatchObject({ status: 'published', error: null })
  expect(stderr).toContain('Everybody can pull it.')
})

// The registry is asked again for 30 s, since some take as long to show what is public.
test('one that needs a login is published, and the exit code is 5', async () => {
  const registry = await startRegistry({
    auth: { kind: 'bearer', username: 'ci', password: 'correct horse battery' }
  })
  const environment = {
    PUBLISH_HELM_CHART_USERNAME: 'ci',
    PUBLISH_HELM_CHART_PASSWORD: 'correct horse battery'
  }
  const { code, stdout, stderr } = await publish(registry, ['--require-public', '--json'], {
    environment
  })
  expect(code).toBe(5)
  const result = resultIn(stdout)
  expect(result).toMatchObject({ status: 'published', error: { exitCode: 5 } })
  expect(result.digest).toMatch(/^sha256:/)
  expect(stderr).toContain('was published, but not everybody can pull it')
  expect(await workspace.leftovers()).toEqual([])
}, 90_000)
