import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { findHelm } from '../../scripts/tools.mjs'
import type { Workspace } from './workspace.ts'

const ROOT = join(import.meta.dirname, '..', '..')
export const CLI = join(ROOT, 'dist/cli.cjs')
export const ACTION = join(ROOT, 'dist/action.cjs')

export interface ProgramResult {
  readonly code: number | null
  /** The signal that ended it, if one did. */
  readonly signal?: NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

export interface ProgramOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly directory?: string
  /** The Node that runs the bundle; that of the tests unless given. */
  readonly node?: string
  /** Whether it starts its own process group, so that its children can reach no other. */
  readonly detached?: boolean
  /** Called when the child has started. */
  readonly started?: (child: ChildProcess) => void
}

/** The helm that setup has made sure of. */
export function helmPath(): string {
  const path = findHelm()
  if (!path) throw new Error('there is no helm: run `npm run setup`')
  return path
}

/** An environment with helm on PATH, and with home and temporary files in the workspace. */
export function environmentIn(workspace: Workspace): Readonly<Record<string, string>> {
  return {
    PATH: `${dirname(helmPath())}:/usr/local/bin:/usr/bin:/bin`,
    HOME: workspace.path('home'),
    TMPDIR: workspace.path('tmp'),
    TZ: 'UTC'
  }
}

/** Runs the command as a child process in an environment of the workspace. */
export function runCli(
  workspace: Workspace,
  args: readonly string[],
  options: ProgramOptions = {}
): Promise<ProgramResult> {
  const environment = { ...environmentIn(workspace), ...options.environment }
  return run(options.node ?? process.execPath, [CLI, ...args], {
    directory: workspace.path(),
    ...options,
    environment
  })
}

/** Runs any program to its end. */
export function run(
  file: string,
  args: readonly string[],
  options: ProgramOptions & { readonly environment: Readonly<Record<string, string>> }
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const { environment: env, directory: cwd = ROOT, detached = false } = options
    const child = spawn(file, args, { env, cwd, detached })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ code, stdout, stderr, ...(signal && { signal }) })
    )
    // A child that never reads what it gets may be gone before it is written.
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.stdin ?? '')
    options.started?.(child)
  })
}

/** For `started`: sends `signal` to the child as soon as the condition holds. */
export function killWhen(
  condition: () => boolean | Promise<boolean>,
  signal: NodeJS.Signals
): (child: ChildProcess) => void {
  return (child) => {
    let isSent = false
    const timer = setInterval(async () => {
      // Conditions may overlap: a second signal would end the process at once.
      if (!(await condition()) || isSent) return
      isSent = true
      clearInterval(timer)
      child.kill(signal)
    }, 20)
    child.once('exit', () => clearInterval(timer))
  }
}
