// Before anything is measured: all commands publish the same chart, so they are compared for the same work.
import { execFile } from 'node:child_process'
import { isDeepStrictEqual, promisify } from 'node:util'
import { WRITER } from '../../__tests__/support/registry/docker-auth.ts'
import type { CommandName } from './commands.ts'
import { type Bench, runOnce } from './rounds.ts'
import type { Scenario } from './scenarios.ts'

const VERSION = '1.0.0'
const ARCHIVE_TIME = { SOURCE_DATE_EPOCH: '1700000000' }

interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

export interface Manifest {
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations?: Readonly<Record<string, string>>
}

/**
 * Runs each command once, which warms the caches of files up too, and compares what is in the registry then.
 * Throws when config or archive differ. For ours and `helm push`, only the time of the archive may differ.
 */
export async function verify(scenario: Scenario, bench: Bench): Promise<void> {
  const manifests = new Map<CommandName, Manifest>()
  for (const command of scenario.commands) {
    const path = `team/verify-${command}`
    const environment = ARCHIVE_TIME
    await runOnce({ command, scenario, version: VERSION, path, environment }, bench)
    manifests.set(command, await fetchManifest(path, scenario, bench))
  }
  const differing = differences(manifests)
  if (differing.length > 0) throw new Error(differing.join('\n'))
}

/** What is not the same as for `helm push`, a line for each command. */
export function differences(manifests: ReadonlyMap<CommandName, Manifest>): readonly string[] {
  const helm = manifests.get('helm')
  return [...manifests].flatMap(([command, manifest]) => {
    const simplify = command === 'oras' ? blobsOf : withoutTime
    if (helm && isDeepStrictEqual(simplify(manifest), simplify(helm))) return []
    return [`${command} pushed ${JSON.stringify(manifest)}, helm ${JSON.stringify(helm)}`]
  })
}

/** oras writes other annotations. */
function blobsOf({ config, layers }: Manifest): unknown {
  return [config, ...layers].map(({ mediaType, digest, size }) => ({ mediaType, digest, size }))
}

/** `created` is the time of the archive file, which is another one for each `helm package`. */
function withoutTime({ annotations, ...manifest }: Manifest): unknown {
  const { 'org.opencontainers.image.created': _, ...others } = annotations ?? {}
  return { ...manifest, others }
}

async function fetchManifest(path: string, scenario: Scenario, bench: Bench): Promise<Manifest> {
  const { setup, programs } = bench
  const [chart] = bench.charts(scenario)
  const reference = `${setup.host}/${path}/${chart?.name}:${VERSION}`
  const login = ['--username', WRITER.username, '--password', WRITER.password]
  const args = ['manifest', 'fetch', reference, '--ca-file', setup.ca, ...login]
  const options = { env: { HOME: bench.folder, ...setup.environment } }
  const { stdout } = await promisify(execFile)(programs.oras, args, options)
  return JSON.parse(stdout)
}
