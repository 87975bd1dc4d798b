import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import type { PublicationJson } from '../../src/publish/model/publication-json.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { environmentIn, run, runCli } from '../support/program.ts'
import { sha256 } from '../support/registry/registry-store.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useRegistryServers } from './docker-registry.ts'

const workspace = new Workspace()
const startRegistry = useRegistryServers()
const [helm3, oras, crane] = [toolPath('helm3'), toolPath('oras'), toolPath('crane')]
let registry: DockerRegistry
let layout: string

beforeAll(async () => {
  await workspace.open()
  registry = await startRegistry('distribution', workspace)
  layout = workspace.path('layout')
})

afterAll(() => workspace.close())

async function call(file: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(file, args, { environment: environmentIn(workspace) })
  if (code !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** Runs the command. Returns its first publication. */
async function program(...args: readonly string[]): Promise<PublicationJson> {
  const { stdout, stderr } = await runCli(workspace, [...args, '--json'])
  const [first] = JSON.parse(stdout).results
  if (!first) throw new Error(stderr)
  return first
}

function digestAt(reference: string): Promise<string> {
  return call(crane, ['digest', '--insecure', `${registry.host}/${reference}`])
}

describe('a layout that was written', () => {
  let packaged: PublicationJson

  beforeAll(async () => {
    const version = '1.2.3+build.7'
    await workspace.write('demo', chartFiles({ version }))
    packaged = await program('package', 'demo', '--oci-layout=layout', '--destination=out')
  })

  test('is copied to a registry by skopeo, with its digest', async () => {
    const place = `${registry.host}/skopeo/demo:1.2.3_build.7`
    const flags = ['--dest-tls-verify=false', '--preserve-digests']
    await call('skopeo', ['copy', ...flags, `oci:${layout}:1.2.3_build.7`, `docker://${place}`])
    expect((await digestAt('skopeo/demo:1.2.3_build.7')).trim()).toBe(packaged.digest)
  })

  test('is copied to a registry by oras, with its digest', async () => {
    const place = `${registry.host}/oras/demo:1.2.3_build.7`
    const from = ['--from-oci-layout', `${layout}:1.2.3_build.7`]
    await call(oras, ['cp', '--to-plain-http', ...from, place])
    expect((await digestAt('oras/demo:1.2.3_build.7')).trim()).toBe(packaged.digest)
  })

  test('is pushed to a registry by crane, with its digest', async () => {
    const place = `${registry.host}/crane/demo:1.2.3_build.7`
    await call(crane, ['push', '--insecure', layout, place])
    expect((await digestAt('crane/demo:1.2.3_build.7')).trim()).toBe(packaged.digest)
  })

  test('is published as `helm push` publishes the archive beside it', async () => {
    const target = [`--registry=${registry.host}/ours`, '--plain-http']
    const published = await program('publish', 'oci-layout:layout', ...target)
    expect(published).toMatchObject({ status: 'published', digest: packaged.digest })
    const theirs = `oci://${registry.host}/theirs`
    await call(helm3, ['push', packaged.archive ?? '', theirs, '--plain-http'])
    expect((await digestAt('theirs/demo:1.2.3_build.7')).trim()).toBe(packaged.digest)
  })
})

describe('a layout in a tar file', () => {
  let packaged: PublicationJson
  let tar: string

  beforeAll(async () => {
    await workspace.write('archived', chartFiles({ name: 'archived' }))
    packaged = await program('package', 'archived', '--oci-layout=all.tar')
    await workspace.write('more', chartFiles({ name: 'more', version: '2.0.0' }))
    await program('package', 'more', '--oci-layout=all.tar')
    tar = workspace.path('all.tar')
  })

  test('is shown by skopeo, chart by chart', async () => {
    const shown = await call('skopeo', ['inspect', '--raw', `oci-archive:${tar}:1.2.3`])
    expect(sha256(Buffer.from(shown))).toBe(packaged.digest)
    const more = await call('skopeo', ['inspect', '--raw', `oci-archive:${tar}:2.0.0`])
    expect(JSON.parse(more).annotations).toMatchObject({ 'org.opencontainers.image.title': 'more' })
  })

  test('is copied to a registry by skopeo, with its digest', async () => {
    const place = `${registry.host}/skopeo/archived:1.2.3`
    const flags = ['--dest-tls-verify=false', '--preserve-digests']
    await call('skopeo', ['copy', ...flags, `oci-archive:${tar}:1.2.3`, `docker://${place}`])
    expect((await digestAt('skopeo/archived:1.2.3')).trim()).toBe(packaged.digest)
  })

  test('is copied to a registry by oras, with its digest', async () => {
    const place = `${registry.host}/oras/archived:1.2.3`
    const from = ['--from-oci-layout', `${tar}:1.2.3`]
    await call(oras, ['cp', '--to-plain-http', ...from, place])
    expect((await digestAt('oras/archived:1.2.3')).trim()).toBe(packaged.digest)
  })

  test('is published whole, with the same manifests', async () => {
    const target = [`--registry=${registry.host}/ours`, '--plain-http']
    const published = await program('publish', 'oci-archive:all.tar', ...target)
    expect(published).toMatchObject({ status: 'published', digest: packaged.digest })
    expect(published.chart).toBe(`oci-archive:all.tar@${packaged.digest}`)
    expect((await digestAt('ours/archived:1.2.3')).trim()).toBe(packaged.digest)
    expect(await call(crane, ['ls', '--insecure', `${registry.host}/ours/more`])).toBe('2.0.0\n')
  })

  test('that skopeo, oras and tar wrote is published with its digest', async () => {
    const target = [`--registry=${registry.host}/source`, '--plain-http']
    const { digest } = await program('publish', 'archived', ...target)
    const place = `${registry.host}/source/archived:1.2.3`
    const skopeo = `oci-archive:${workspace.path('skopeo.tar')}`
    const flags = ['--src-tls-verify=false', '--preserve-digests']
    await call('skopeo', ['copy', ...flags, `docker://${place}`, skopeo])
    const folder = workspace.path('by-hand')
    await call(oras, ['cp', '--from-plain-http', place, '--to-oci-layout', `${folder}:x`])
    await call('tar', ['-cf', workspace.path('hand.tar'), '-C', folder, '.'])
    await call(oras, ['backup', '--plain-http', '--output', workspace.path('oras.tar'), place])
    for (const name of ['skopeo', 'hand', 'oras']) {
      const again = [`--registry=${registry.host}/by-${name}`, '--plain-http']
      const published = await program('publish', `oci-archive:${name}.tar`, ...again)
      expect(published).toMatchObject({ status: 'published', digest })
    }
  })
})

test('a layout that oras and skopeo wrote is published with its digest', async () => {
  await workspace.write('other', chartFiles({ name: 'other' }))
  const target = [`--registry=${registry.host}/first`, '--plain-http']
  const { digest } = await program('publish', 'other', ...target)
  const place = `${registry.host}/first/other:1.2.3`
  await call(oras, [
    'cp',
    '--from-plain-http',
    place,
    '--to-oci-layout',
    `${workspace.path('by-oras')}:x`
  ])
  const flags = ['--src-tls-verify=false', '--preserve-digests']
  await call('skopeo', [
    'copy',
    ...flags,
    `docker://${place}`,
    `oci:${workspace.path('by-skopeo')}`
  ])
  for (const folder of ['by-oras', 'by-skopeo']) {
    const again = [`--registry=${registry.host}/${folder}`, '--plain-http']
    const published = await program('publish', `oci-layout:${folder}`, ...again)
    expect(published).toMatchObject({ status: 'published', digest })
    await rm(workspace.path(folder), { recursive: true })
  }
})
