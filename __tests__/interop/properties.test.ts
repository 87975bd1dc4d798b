import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { toolPath } from '../../scripts/tools.mjs'
import { buildArtifact } from '../../src/artifact/artifact.ts'
import { createdText, fileTime } from '../../src/artifact/created.ts'
import { validateArchive } from '../../src/artifact/validate-archive.ts'
import { CHART, type GeneratedChart } from '../support/charts/chart-arbitrary.ts'
import { seedFor } from '../support/charts/seed.ts'
import { environmentIn, run } from '../support/program.ts'
import { Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useDockerRegistries } from './docker-registry.ts'

/** Of each helm; the seeds differ from run to run, so the runs of a week see thousands. */
const CHARTS = 90
const TIMEOUT_MS = 600_000

const workspace = new Workspace()
const startRegistry = useDockerRegistries()
let registry: DockerRegistry

beforeAll(async () => {
  await workspace.open()
  registry = await startRegistry(workspace, { kind: 'none' })
})

afterAll(() => workspace.close())

test.each([
  ['helm 4', toolPath('helm')],
  ['helm 3', toolPath('helm3')]
])(
  'whatever chart %s packages is genuine, and makes the manifest that it pushes',
  async (title, helm) => {
    let taken = 0
    const property = fc.asyncProperty(CHART, async (chart) => {
      const folder = `${title.replace(' ', '')}-${taken}`
      const archive = await packageBy(helm, folder, chart)
      fc.pre(archive !== undefined)
      taken += 1
      await compare(helm, archive ?? '', folder)
      await rm(workspace.path(folder), { recursive: true })
    })
    await fc.assert(property, { seed: seedFor(title), numRuns: CHARTS, endOnFailure: true })
    expect(taken).toBe(CHARTS)
  },
  TIMEOUT_MS
)

async function packageBy(
  helm: string,
  folder: string,
  { files }: GeneratedChart
): Promise<string | undefined> {
  await rm(workspace.path(folder), { recursive: true, force: true })
  const source = await workspace.write(`${folder}/source`, files)
  const out = workspace.path(folder, 'out')
  const { code, stderr } = await run(helm, ['package', source, '--destination', out], {
    environment: environmentIn(workspace)
  })
  if (code === 0) return join(out, (await readdir(out))[0] ?? '')
  // What helm says of a text that YAML cannot hold, or of one that YAML reads as no text.
  expect(stderr).toMatch(/control characters|cannot load|validation|invalid/i)
  return undefined
}

async function compare(helm: string, archive: string, folder: string): Promise<void> {
  const bytes = await readFile(archive)
  const judged = validateArchive(bytes)
  expect(judged).toMatchObject({ verdict: 'genuine' })
  if (!judged.archive) return
  const { metadata } = judged.archive
  // Node rounds a `mtime` up to the next millisecond, which may be in the next second.
  const created = createdText(fileTime(await stat(archive, { bigint: true })))
  const artifact = buildArtifact(judged.archive, { created })
  const target = `${registry.host}/${folder}`
  const pushed = await run(helm, ['push', archive, `oci://${target}`, '--plain-http'], {
    environment: environmentIn(workspace)
  })
  expect(pushed).toMatchObject({ code: 0 })
  const tag = metadata.version.replaceAll('+', '_')
  const response = await fetch(
    `http://${registry.host}/v2/${folder}/${metadata.name}/manifests/${tag}`,
    {
      headers: { accept: artifact.manifest.mediaType }
    }
  )
  expect(await response.text()).toBe(artifact.manifest.bytes.toString('utf8'))
}
