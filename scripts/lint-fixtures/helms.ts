// The helms whose `helm lint` is recorded.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { toolsFolder } from '../tools.mjs'

/** The oldest and the newest that are used, of both majors. */
export const VERSIONS = ['v3.18.5', 'v3.22.0', 'v4.1.4', 'v4.3.0'] as const

/** A helm of that version: one that is kept, else built with Go in a throw-away module, and kept. */
export function helmOf(version: string): string {
  const folder = join(toolsFolder, `helm-${version}`)
  const program = join(folder, 'helm')
  if (existsSync(program)) return program
  process.stderr.write(`building helm ${version} with Go, in a few minutes\n`)
  mkdirSync(folder, { recursive: true })
  const module = `helm.sh/helm/${version.slice(0, 2)}/cmd/helm@${version}`
  const environment = { ...process.env, GOBIN: folder, GOFLAGS: '-buildvcs=false' }
  const { status, stderr } = spawnSync('go', ['install', module], {
    env: environment,
    encoding: 'utf8'
  })
  if (status !== 0) throw new Error(`go install ${module} failed: ${stderr}`)
  return program
}
