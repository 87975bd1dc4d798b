import { execFileSync } from 'node:child_process'

/** Of every commit that the tests make, unless they say otherwise. */
export const COMMIT_SECONDS = 1_700_000_000

const ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/nowhere',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Author',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_COMMITTER_NAME: 'Committer',
  GIT_COMMITTER_EMAIL: 'committer@example.com',
  GIT_AUTHOR_DATE: '1600000000 +0000'
}

/** After a commit, git starts itself to see whether there is something to clean up. */
const NO_CHILDREN = ['-c', 'maintenance.auto=false', '-c', 'gc.auto=0']

export interface GitOptions {
  /** Added to what git gets; what tests do not name is not passed on. */
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string | Buffer
}

/** Runs git in `folder`, with nothing of the user's configuration. Returns its output, trimmed. */
export function git(folder: string, args: readonly string[], options: GitOptions = {}): string {
  const dates = { GIT_COMMITTER_DATE: `${COMMIT_SECONDS} +0000` }
  const output = execFileSync('git', ['-C', folder, ...NO_CHILDREN, ...args], {
    env: { ...ENVIRONMENT, ...dates, ...options.environment },
    input: options.input ?? '',
    stdio: 'pipe',
    timeout: 20_000
  })
  return output.toString('utf8').trim()
}

/** Makes `folder` a repository. */
export function initialize(folder: string, ...args: readonly string[]): void {
  git(folder, ['init', '--quiet', '--template=', '--initial-branch=main', ...args])
}

/** Commits all that is in the work tree. Returns the id of the commit. */
export function commitAll(folder: string, options: GitOptions = {}): string {
  git(folder, ['add', '--all', '--force'])
  git(folder, ['commit', '--quiet', '--allow-empty', '--message=A commit'], options)
  return git(folder, ['rev-parse', 'HEAD'])
}
