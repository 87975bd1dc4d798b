import type { Environment } from '../../shared/environment.ts'
import { Failure } from '../../shared/failure.ts'

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
  const message = '`version` is "auto", but no tag started this run.'
  throw new Failure('usage', { message, fix: 'Run on the push of a tag, or give the version.' })
}

function triggeringTag(environment: Environment): string | undefined {
  if (environment['GITHUB_REF_TYPE'] === 'tag') return environment['GITHUB_REF_NAME']
  return VARIABLES.map((name) => environment[name]).find(Boolean)
}
