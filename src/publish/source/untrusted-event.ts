import { isObject } from '../../shared/json.ts'

/** An event that started a run with the secrets of a repository, though the code may be somebody else's. */
export interface UntrustedEvent {
  /** Where the code may come from, for a message: "a pull request from …". */
  readonly origin: string
  /** The commit of the repository itself, as GitHub names it; undefined when it does not. */
  readonly trustedCommit: string | undefined
}

/** The environment and payload of a run. */
interface Run {
  /** GITHUB_SHA */
  readonly sha: string | undefined
  /** The payload of the event; undefined when it cannot be read. */
  readonly payload: unknown
}

type Judge = (run: Run) => UntrustedEvent | undefined

// Events as of https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows.
// Not judged: `pull_request` (no secrets for forks), and events that only people with write access or the default
// branch can cause: `push`, `release`, `schedule`, `workflow_dispatch`, `repository_dispatch`, `merge_group`,
// `deployment`, `deployment_status`, `create`, `delete`, `issues`, `discussion`, `label` and the like.
const JUDGES: ReadonlyMap<string, Judge> = new Map([
  ['pull_request_target', ({ sha, payload }) => ofPullRequest(payload, sha)],
  // For these two, GITHUB_SHA is the merge of the pull request itself.
  ['pull_request_review', ({ payload }) => ofPullRequest(payload, baseCommit(payload))],
  ['pull_request_review_comment', ({ payload }) => ofPullRequest(payload, baseCommit(payload))],
  ['issue_comment', ofComment],
  ['workflow_run', ofWorkflowRun],
  ['check_run', ({ sha, payload }) => ofCheckSuite(at(payload, 'check_run'), sha)],
  ['check_suite', ({ sha, payload }) => ofCheckSuite(payload, sha)],
  ['status', ofStatus]
])

/**
 * Whether the event can come with the code of somebody who may not write to the repository; what its
 * payload does not show counts as untrusted. Undefined for an event that cannot, or that the payload
 * shows to be of the repository itself.
 */
export function untrustedEvent(name: string | undefined, run: Run): UntrustedEvent | undefined {
  return JUDGES.get(name ?? '')?.(run)
}

function ofPullRequest(
  payload: unknown,
  trustedCommit: string | undefined
): UntrustedEvent | undefined {
  const head = textAt(payload, 'pull_request', 'head', 'repo', 'full_name')
  const base = textAt(payload, 'pull_request', 'base', 'repo', 'full_name')
  if (head !== undefined && head === base) return undefined
  return { origin: `a pull request from ${repository(head)}`, trustedCommit }
}

function baseCommit(payload: unknown): string | undefined {
  return textAt(payload, 'pull_request', 'base', 'sha')
}

/** The payload does not show where the pull request comes from. */
function ofComment({ sha, payload }: Run): UntrustedEvent | undefined {
  const issue = at(payload, 'issue')
  if (isObject(issue) && !isObject(issue['pull_request'])) return undefined
  return { origin: 'the pull request that was commented on', trustedCommit: sha }
}

/** A run that a comment started may have checked out any pull request. */
function ofWorkflowRun({ sha, payload }: Run): UntrustedEvent | undefined {
  const head = textAt(payload, 'workflow_run', 'head_repository', 'full_name')
  const own = textAt(payload, 'repository', 'full_name')
  if (head === undefined || head !== own) {
    return { origin: `a workflow run for ${repository(head)}`, trustedCommit: sha }
  }
  const isOfComment = textAt(payload, 'workflow_run', 'event') === 'issue_comment'
  return isOfComment
    ? { origin: 'a workflow run that a comment started', trustedCommit: sha }
    : undefined
}

/** GitHub names no branch when the commit was pushed to a fork ("Checks" in the REST API). */
function ofCheckSuite(payload: unknown, sha: string | undefined): UntrustedEvent | undefined {
  if (textAt(payload, 'check_suite', 'head_branch') !== undefined) return undefined
  return { origin: 'a check of a commit that may be from a fork', trustedCommit: sha }
}

/** The branches of the repository that have the commit; none for one that was pushed to a fork. */
function ofStatus({ sha, payload }: Run): UntrustedEvent | undefined {
  const branches = at(payload, 'branches')
  if (Array.isArray(branches) && branches.length > 0) return undefined
  return { origin: 'the status of a commit that may be from a fork', trustedCommit: sha }
}

function repository(name: string | undefined): string {
  return name === undefined ? 'an unknown repository' : `"${name}"`
}

function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = at(value, ...keys)
  return typeof found === 'string' ? found : undefined
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce((found: unknown, key) => (isObject(found) ? found[key] : undefined), value)
}
