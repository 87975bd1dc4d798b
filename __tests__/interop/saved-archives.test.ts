import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { release, tagDigest } from '../support/charts/releases.ts'
import { environmentIn, run } from '../support/program.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useRegistryServers } from './docker-registry.ts'

const workspace = new Workspace()
const startRegistry = useRegistryServers()
const [helm, helm3] = [toolPath('helm'), toolPath('helm3')]
let registry: DockerRegistry

beforeAll(async () => {
  await workspace.open()
  registry = await startRegistry('distribution', workspace)
  await workspace.write('demo', chartFiles())
})

afterAll(() => workspace.close())

/** Publishes the chart with Helm 3, which writes other bytes each time. */
function publish(path: string, ...args: readonly string[]) {
  const environment = { PATH: `${dirname(helm3)}:/usr/bin:/bin` }
  return release(workspace, [`${registry.host}/${path}`], ['demo', ...args], { environment })
}

/** Helm 3 writes the time of packaging in seconds. */
function nextSecond(): Promise<void> {
  return setTimeout(1000)
}

async function call(file: string, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(file, args, {
    environment: environmentIn(workspace),
    directory: workspace.path()
  })
  if (code !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`)
}

test('the archive that is saved of an unchanged version gives its digest again, pushed by helm', async () => {
  const [first] = (await publish('saved')).results
  await nextSecond()
  const { results, stderr } = await publish('saved', '--destination=out')
  expect(results).toMatchObject([{ status: 'unchanged', digest: first?.digest }])
  expect(stderr).toContain('Saved the archive of the registry')
  const archive = results[0]?.archive ?? ''
  await call(helm, 'push', archive, `oci://${registry.host}/pushed`, '--plain-http')
  expect(await tagDigest(`${registry.host}/pushed/demo`, '1.2.3')).toBe(first?.digest)
})

describe('a version with a `v`', () => {
  const pull = async (program: string, version: string) => {
    const folder = workspace.path('pulled')
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
    const reference = `oci://${registry.host}/v/demo`
    await call(program, 'pull', reference, '--version', version, '--plain-http', '-d', folder)
    return readdir(folder)
  }

  test('is an extra tag of the version without it, which helm takes as well', async () => {
    const { results } = await publish('v', '--version=v1.4.0', '--tags=v{{version}}')
    expect(results).toMatchObject([{ version: '1.4.0', tag: '1.4.0' }])
    for (const program of [helm, helm3]) {
      expect(await pull(program, '1.4.0')).toEqual(['demo-1.4.0.tgz'])
      expect(await pull(program, 'v1.4.0')).toEqual(['demo-v1.4.0.tgz'])
    }
  })

  test('stays where Chart.yaml has it, and no `version` is given', async () => {
    await workspace.write('demo', chartFiles({ version: 'v1.5.0' }))
    const { results } = await publish('v')
    expect(results).toMatchObject([{ version: 'v1.5.0', tag: 'v1.5.0' }])
    expect(await pull(helm, 'v1.5.0')).toEqual(['demo-v1.5.0.tgz'])
  })
})
