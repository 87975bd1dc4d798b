import type { Environment } from '../../shared/environment.ts'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { GivenAnnotations } from '../model/request.ts'

/** Where CIs say which tag started the run: GitLab, Bitbucket, CircleCI, Drone and Woodpecker, Jenkins, Buildkite. */
const VARIABLES = [
  'CI_COMMIT_TAG',
  'BITBUCKET_TAG',
  'CIRCLE_TAG',
  'DRONE_TAG',
  'TAG_NAME',
  'BUILDKITE_TAG'
]

/** What `version` says; for `auto`, the tag that started the run. @throws Failure usage, when none did */
export function versionText(
  version: string | undefined,
  environment: Environment
): string | undefined {
  if (version !== 'auto') return version
  const tag = triggeringTag(environment)
  if (tag) return tag
  const message = `${input('version')} is "auto", but no tag started this run.`
  throw new Failure('usage', {
    message,
    fix: 'Run the workflow on the push of a tag, or set a version.'
  })
}

function triggeringTag(environment: Environment): string | undefined {
  if (environment['GITHUB_REF_TYPE'] === 'tag') return environment['GITHUB_REF_NAME']
  return VARIABLES.map((name) => environment[name]).find(Boolean)
}

/**
 * The annotations to be merged into manifests. Those of `auto` give way to what is written out.
 * @throws Failure usage, for `auto` where neither GitHub nor GitLab tells of the source
 */
export function annotationsFor(
  { entries, isAuto }: GivenAnnotations,
  environment: Environment
): ReadonlyMap<string, string> {
  if (!isAuto) return entries
  const found = sourceIn(environment)
  if (!found) {
    const message = `${input('annotations')} has \`auto\`, but the environment has no variables for the repository and the commit.`
    const fix = 'Write `org.opencontainers.image.source=URL` and `….revision=COMMIT` instead.'
    throw new Failure('usage', { message, fix })
  }
  return new Map([
    ['org.opencontainers.image.source', found.source],
    ['org.opencontainers.image.revision', found.revision],
    ...entries
  ])
}

function sourceIn(environment: Environment) {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA, CI_PROJECT_URL, CI_COMMIT_SHA } =
    environment
  if (GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_SHA) {
    return { source: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`, revision: GITHUB_SHA }
  }
  return CI_PROJECT_URL && CI_COMMIT_SHA
    ? { source: CI_PROJECT_URL, revision: CI_COMMIT_SHA }
    : undefined
}
