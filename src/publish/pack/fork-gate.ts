import { dirname } from 'node:path'
import { checkedOutCommit } from '../../helm/commit.ts'
import type { Environment } from '../../shared/environment.ts'
import { Failure } from '../../shared/failure.ts'
import { readRegularFile } from '../../shared/input-file.ts'
import { layoutReference } from '../layout/layout-reference.ts'

/**
 * Keeps the code of a fork from being packaged with the secrets of the repository: under
 * `pull_request_target` a workflow has them, and only the commit that the event names (GITHUB_SHA, of the
 * base branch) is the repository's own.
 * @throws Failure usage, when something else is checked out there
 */
export async function refuseForks(
  charts: readonly string[],
  environment: Environment
): Promise<void> {
  if (environment['GITHUB_EVENT_NAME'] !== 'pull_request_target') return
  if (!(await isFromFork(environment['GITHUB_EVENT_PATH']))) return
  for (const chart of charts) {
    const commit = await checkedOutCommit(folderOf(chart), environment)
    if (commit?.id === environment['GITHUB_SHA']) continue
    const found = commit ? `commit ${commit.id.slice(0, 12)}` : 'no commit that git knows'
    const message = `The workflow runs on \`pull_request_target\` of a fork with the secrets of this repository, and "${chart}" is of ${found}, not of the base branch: whoever opened the pull request would publish.`
    const fix =
      'Publish on `push` or `release`; when the code was checked before, set `allow-untrusted-checkout: true`.'
    throw new Failure('usage', { message, fix })
  }
}

/** Where a chart lies: itself, the folder of its archive, or the layout. */
function folderOf(chart: string): string {
  return layoutReference(chart)?.folder ?? (chart.endsWith('.tgz') ? dirname(chart) : chart)
}

/** Whether the head of the pull request is in another repository; also when that cannot be told. */
async function isFromFork(path: string | undefined): Promise<boolean> {
  const text = path === undefined ? '' : await readEvent(path)
  const head = repositoryIn(text, 'head')
  return head === undefined || head !== repositoryIn(text, 'base')
}

/** GitHub sends 25 MB of an event at most. */
const LARGEST_EVENT_BYTES = 32 * 1024 * 1024

async function readEvent(path: string): Promise<string> {
  return readRegularFile(path, LARGEST_EVENT_BYTES).then(String, () => '')
}

function repositoryIn(event: string, side: 'head' | 'base'): string | undefined {
  try {
    const name: unknown = JSON.parse(event).pull_request[side].repo.full_name
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}
