// How fast archives are read: in this process, and as a command next to `helm show chart`.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { buildArtifact } from '../../src/artifact/artifact.ts'
import { readArchive } from '../../src/chart/archive.ts'
import type { Programs } from './commands.ts'
import type { Reading } from './results.ts'

/** Reads, validates and derives the artifact of an archive, by turns in each way. */
export function measureReading(
  archive: { readonly path: string; readonly megabytes: number },
  { node, cli, helm }: Programs,
  runs: number
): Reading {
  const { path, megabytes } = archive
  const [inProcess, inspect, helmShow]: number[][] = [[], [], []]
  for (let run = 0; run < runs; run++) {
    inProcess?.push(elapsed(() => derive(path)))
    inspect?.push(elapsed(() => execute(node, [cli, 'inspect', path])))
    helmShow?.push(elapsed(() => execute(helm, ['show', 'chart', path])))
  }
  const bytes = readFileSync(path).length
  return {
    megabytes,
    bytes,
    inProcess: inProcess ?? [],
    inspect: inspect ?? [],
    helmShow: helmShow ?? []
  }
}

function derive(path: string): void {
  const reading = readArchive(readFileSync(path))
  if (!reading.archive) throw new Error(`${path} is refused`)
  buildArtifact(reading.archive, { created: '2024-01-02T03:04:05Z' })
}

function elapsed(body: () => void): number {
  const started = performance.now()
  body()
  return performance.now() - started
}

function execute(file: string, args: readonly string[]): void {
  execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
