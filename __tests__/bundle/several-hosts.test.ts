import { beforeEach, describe, expect, test } from '@jest/globals'
import { FACES, runFace } from '../support/both-faces.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { Authority, type Identity } from '../support/network/certificates.ts'
import { runCli } from '../support/program.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { runAction } from '../support/runner/runner.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const startRegistry = useRegistries()
let http: TestRegistry
let https: TestRegistry
let otherHttps: TestRegistry

beforeEach(async () => {
  const identity: Identity = new Authority(workspace).issue('registry', { names: 'IP:127.0.0.1' })
  http = await startRegistry()
  https = await startRegistry({ tls: identity })
  otherHttps = await startRegistry({ tls: identity })
  await workspace.write('chart', chartFiles())
})

const targets = (...registries: TestRegistry[]) =>
  registries.map(({ host }) => `oci://${host}/charts`)
const wrote = ({ log }: TestRegistry) => log.some((line) => line.startsWith('PUT'))

describe.each(FACES)('by the %s', (face) => {
  const publish = (inputs: Readonly<Record<string, string>>) => {
    return runFace(face, workspace, { inputs: { chart: 'chart', ...inputs } })
  }

  test('http and https registries are published to in one run', async () => {
    const { code, log, results } = await publish({
      registry: targets(http, https).join('\n'),
      'plain-http': http.host,
      'insecure-skip-tls-verify': https.host
    })
    expect(code).toBe(0)
    expect([http, https].map(wrote)).toEqual([true, true])
    expect(log).toContain(`The certificate of ${https.host} is NOT VERIFIED`)
    expect(log).not.toContain(`The certificate of ${http.host}`)
    const text = JSON.stringify(results)
    expect(text.match(/"status":"published"/g)).toHaveLength(2)
    expect(text.match(/NOT VERIFIED/g)).toHaveLength(1)
  })

  test('a host that is not named is verified, and spoken to in https', async () => {
    const { code, log } = await publish({
      registry: targets(http, https, otherHttps).join('\n'),
      'plain-http': http.host,
      'insecure-skip-tls-verify': https.host
    })
    expect(code).toBe(6)
    expect([http, https, otherHttps].map(wrote)).toEqual([true, true, false])
    expect(otherHttps.requests).toEqual([])
    expect(log).toMatch(new RegExp(`${otherHttps.host} cannot be reached:\\s+its certificate is`))
  })

  test('what is not a host ends the run before anything is sent', async () => {
    const { code, log } = await publish({
      registry: targets(http, https).join('\n'),
      'plain-http': `oci://${http.host}/charts`
    })
    expect(code).toBe(2)
    expect(log).toContain(`has "oci://${http.host}/charts", which is not a host.`)
    expect([...http.requests, ...https.requests]).toEqual([])
  })
})

test('the commands in the summary have the flag that each registry needs', async () => {
  const { summary } = await runAction(workspace, {
    chart: 'chart',
    registry: targets(http, https).join('\n'),
    'plain-http': http.host,
    'insecure-skip-tls-verify': https.host
  })
  const pulls = summary.match(/(?<=helm pull oci:\/\/).* --version.*/g)
  expect(pulls).toEqual([
    expect.stringMatching(new RegExp(`^${http.host}/\\S+ --version \\S+ --plain-http$`)),
    expect.stringMatching(
      new RegExp(`^${https.host}/\\S+ --version \\S+ --insecure-skip-tls-verify$`)
    )
  ])
})

test('the flags are repeated, and inspect has them too', async () => {
  const flags = [
    `--plain-http=${http.host}`,
    `--insecure-skip-tls-verify=${https.host}`,
    `--insecure-skip-tls-verify=${otherHttps.host}`
  ]
  const all = [http, https, otherHttps]
  const registries = targets(...all).map((target) => `--registry=${target}`)
  expect(await runCli(workspace, ['publish', 'chart', ...registries, ...flags])).toMatchObject({
    code: 0
  })
  const references = targets(...all).map((target) => `${target}/demo:1.2.3`)
  const inspected = await runCli(workspace, ['inspect', ...references, ...flags])
  expect(inspected.code).toBe(0)
  expect(inspected.stdout.match(/^genuine/gm)).toHaveLength(3)
  expect(inspected.stderr.match(/NOT VERIFIED/g)).toHaveLength(2)
  const fewer = await runCli(workspace, ['inspect', ...references, ...flags.slice(0, 2)])
  expect(fewer.code).toBe(6)
  expect(fewer.stdout.match(/^genuine/gm)).toHaveLength(2)
})
