import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { TOOLS } from '../tools.mjs'

/** Where and with what the figures were measured. */
export interface Machine {
  /** Day, by UTC. */
  readonly date: string
  readonly processor: string
  readonly cores: number
  readonly memoryBytes: number
  readonly system: string
  /** Load average of one minute before the first run. */
  readonly load: number
  /** By name of the program. */
  readonly versions: Readonly<Record<string, string>>
}

/** @param node path of the Node that runs our program */
export function describeMachine(node: string): Machine {
  const [processor] = cpus()
  const root = join(import.meta.dirname, '../..')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: processor?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `Linux ${release()}`,
    load: loadavg()[0] ?? 0,
    versions: {
      'publish-helm-chart': `${version}`,
      Node: spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().replace('v', ''),
      Helm: toolVersion('helm'),
      oras: toolVersion('oras'),
      distribution: toolVersion('distribution'),
      docker_auth: toolVersion('dockerAuth')
    }
  }
}

function toolVersion(name: string): string {
  return TOOLS[name]?.version.replace('v', '') ?? 'unknown'
}
