import type { Environment } from '../shared/environment.ts'
import { childEnvironment } from './environment.ts'

/** The commit that a git work tree has checked out. */
export interface Commit {
  readonly id: string
  /** Its committer date, seconds since 1970. */
  readonly seconds: number
}

/**
 * The commit of the work tree that `folder` lies in; undefined where there is none, or no git. `rev-list` is
 * plumbing: no configuration of the repository makes it start another program.
 */
export async function checkedOutCommit(
  folder: string,
  environment: Environment
): Promise<Commit | undefined> {
  const { getExecOutput } = await import('@actions/exec')
  const args = ['-C', folder, 'rev-list', '--timestamp', '--max-count=1', 'HEAD']
  const result = await getExecOutput('git', args, {
    silent: true,
    ignoreReturnCode: true,
    env: { ...childEnvironment(environment), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' }
  }).catch(() => undefined)
  const [, seconds, id] = /^(\d+) ([0-9a-f]{40,64})\s*$/.exec(result?.stdout ?? '') ?? []
  if (result?.exitCode !== 0 || seconds === undefined || id === undefined) return undefined
  return { id, seconds: Number(seconds) }
}
