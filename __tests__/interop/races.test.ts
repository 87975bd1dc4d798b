import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { chartFiles } from '../support/charts/charts.ts'
import { packageWith } from '../support/charts/releases.ts'
import { type Race, type Racer, race, tally } from '../support/faults/race.ts'
import { Workspace } from '../support/workspace.ts'
import { useRegistryServers } from './docker-registry.ts'

const KINDS = ['docker-registry', 'distribution', 'olareg'] as const
const RACERS = 8
/** More of them to measure how often what happens: `PUBLISH_HELM_CHART_RACES=20 npm run test:interop races`. */
const RACES = Number(process.env['PUBLISH_HELM_CHART_RACES'] ?? 1)

const workspace = new Workspace()
const startRegistry = useRegistryServers()
const archives: string[] = []

beforeAll(async () => {
  await workspace.open()
  for (let index = 0; index < RACERS; index += 1) {
    const values = { 'values.yaml': `replicas: ${index}\n` }
    await workspace.write(`content-${index}/demo`, { ...chartFiles(), ...values })
    const packed = { chart: `content-${index}/demo`, folder: `packed-${index}` }
    archives.push(await packageWith(toolPath('helm'), workspace, packed))
  }
})

afterAll(() => workspace.close())

describe.each(KINDS)('eight processes that publish one version to %s at once', (kind) => {
  let registry: string

  beforeAll(async () => {
    registry = (await startRegistry(kind, workspace)).host
  })

  test.each(['fail', 'overwrite'])(
    'with other content each (if-exists: %s): who ends well had the tag, the others say who has it',
    async (ifExists) => {
      for (let index = 0; index < RACES; index += 1) {
        const path = `${ifExists}/${index}`
        const flags = [`--if-exists=${ifExists}`]
        const ended = await race({ workspace, registry, path, archives, flags })
        report(`${kind} ${ifExists}`, ended)
        for (const racer of ended.racers) expectHonest(racer)
        expect(ended.racers.map(({ written }) => written)).toContain(ended.left)
        expect(tally(ended).winners).toBeGreaterThan(0)
      }
    }
  )

  test('with the same content: all end well, with one digest', async () => {
    const same = archives.map(() => archives[0] ?? '')
    const { racers, left } = await race({ workspace, registry, path: 'same', archives: same })
    expect(racers.map(({ released }) => released.code)).toEqual(same.map(() => 0))
    const digests = racers.map(({ released }) => released.results[0]?.digest)
    expect(digests).toEqual(same.map(() => left))
  })
})

/** A run ends well only when it read its own digest back; a run that does not says what the tag shows. */
function expectHonest({ released, written, lastSeen }: Racer): void {
  const [publication] = released.results
  if (released.code === 0) {
    expect(publication).toMatchObject({ status: 'published', digest: written })
    expect(lastSeen).toBe(written)
    return
  }
  expect(released.code).toBe(7)
  expect(publication?.digest).toBeNull()
  expect(publication?.error?.message).toContain(lastSeen?.slice(0, 'sha256:'.length + 12))
  const words = written === undefined ? 'was not changed' : 'another run overwrote it'
  expect(publication?.error?.message).toContain(words)
}

function report(title: string, ended: Race): void {
  if (RACES > 1) process.stdout.write(`${title}: ${JSON.stringify(tally(ended))}\n`)
}
