import type { Environment } from '../shared/environment.ts'
import { findProgram } from '../shared/find-program.ts'
import { runProcess } from '../shared/process.ts'
import { childEnvironment } from './environment.ts'

/** The commit that a git work tree has checked out. */
export interface Commit {
  readonly id: string
  /** Its committer date, seconds since 1970. */
  readonly seconds: number
}

/** Reading one commit takes git milliseconds. */
const TIMEOUT_MS = 10_000

/**
 * The commit of the work tree that `folder` lies in; undefined where there is none, or no git. `rev-list` is
 * plumbing: no configuration of the repository makes it start another program.
 */
export async function checkedOutCommit(
  folder: string,
  environment: Environment
): Promise<Commit | undefined> {
  const git = await findProgram('git', environment)
  if (git === undefined) return undefined
  const args = ['-C', folder, 'rev-list', '--timestamp', '--max-count=1', 'HEAD']
  const result = await runProcess(git, args, {
    environment: {
      ...childEnvironment(environment),
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0'
    },
    timeoutMs: TIMEOUT_MS,
    signal: new AbortController().signal
  }).catch(() => undefined)
  const [, seconds, id] = /^(\d+) ([0-9a-f]{40,64})\s*$/.exec(result?.stdout ?? '') ?? []
  if (result?.exitCode !== 0 || seconds === undefined || id === undefined) return undefined
  return { id, seconds: Number(seconds) }
}
