import { rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { awkwardCanary } from '../support/canary/canaries.ts'
import { CanarySearch } from '../support/canary/search.ts'
import { ATTACKS, type Attack, type Scene, victim } from '../support/hostile/dependencies.ts'
import { Authority, type Identity } from '../support/network/certificates.ts'
import { useWebServers, type WebServer } from '../support/network/web-servers.ts'
import { runCli } from '../support/program.ts'
import type { TestRegistry } from '../support/registry/registry.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace, Workspace } from '../support/workspace.ts'

const workspace = useWorkspace()
const serve = useWebServers()
const startRegistry = useRegistries()
const keys = new Workspace()
const secrets = [awkwardCanary('repository'), awkwardCanary('registry'), awkwardCanary('in a URL')]
const search = new CanarySearch(secrets)
let server: Identity
let authority: Authority

beforeAll(async () => {
  await keys.open()
  authority = new Authority(keys)
  server = authority.issue('server', { names: 'IP:127.0.0.1,DNS:localhost' })
})

afterAll(() => keys.close())

test.each(ATTACKS)(
  'is refused before anything is pushed, and no secret strays: $title',
  async (attack) => {
    const stage = await prepare(attack)
    const published = await runAttack(stage)
    console.log(attack.title, published.code, published.stderr)
    expect(published.stderr).toMatch(attack.says)
    expect(published.code).toBe(attack.code)
    expect(stage.registry.log.filter((line) => /^(?:PUT|PATCH)/.test(line))).toEqual([])
    expect(await strayed(stage, `${published.stdout}${published.stderr}`)).toEqual([])
    expect(await workspace.leftovers()).toEqual([])
  }
)

interface Stage {
  readonly scene: Scene
  readonly registry: TestRegistry
  readonly stranger: WebServer
}

async function prepare(attack: Attack): Promise<Stage> {
  const { cert, key } = server
  const registry = await startRegistry({
    auth: { kind: 'basic', username: 'ci', password: secretOf('registry') }
  })
  const stranger = await serve(attack.elsewhere ?? {}, { cert, key })
  const scene = {
    stranger: stranger.at('/charts').replace('127.0.0.1', 'localhost'),
    registry: registry.host
  }
  const pages = attack.pages?.({ ...scene, repository: '' }) ?? {}
  const repository = await serve(pages, { cert, key })
  const whole = { ...scene, repository: repository.at('/charts') }
  const inUrl = encodeURIComponent(secretOf('in a URL'))
  const files = Object.entries(victim(attack, whole)).map(([path, text]) => {
    return [path, text.replace('LOGIN', inUrl)]
  })
  await workspace.write('app', Object.fromEntries(files))
  const login = (name: string) => ({ username: 'ci', password: secretOf(name) })
  const logins = { [repository.host]: login('repository'), [registry.host]: login('registry') }
  await writeFile(keys.path('auth.json'), JSON.stringify(logins))
  return { scene: whole, registry, stranger }
}

function runAttack({ registry }: Stage) {
  const target = [`--registry=oci://${registry.host}/charts`, `--plain-http=${registry.host}`]
  const access = [
    `--registry-auth-file=${keys.path('auth.json')}`,
    `--ca=${authority.root.certFile}`
  ]
  return runCli(workspace, ['publish', 'app', ...target, ...access])
}

/** Where a secret was found that does not belong there. */
async function strayed({ registry, stranger }: Stage, output: string): Promise<readonly string[]> {
  await rm(workspace.path('app'), { recursive: true })
  const heard = registry.requests.map(({ headers, ...request }) => {
    const { authorization = '', ...others } = headers
    return `${JSON.stringify(others)}${JSON.stringify(request)}`
  })
  return [
    ...search.in(output),
    ...search.in(JSON.stringify(stranger.requests)),
    ...search.in(heard.join('\n')),
    ...(await search.inTree(workspace.path()))
  ]
}

function secretOf(name: string): string {
  return secrets.find((secret) => secret.name === name)?.value ?? ''
}
