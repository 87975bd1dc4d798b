import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { Claims, IdentityToken } from './identity-token.ts'

/** What a statement is about: an artifact, by its digest. */
export interface Subject {
  /** `host/path/name`, without scheme and tag. */
  readonly name: string
  /** `sha256:` and the hexadecimal digits. */
  readonly digest: string
}

/** A statement to be signed, as bytes of JSON. */
export interface Statement {
  readonly subject: Subject
  readonly predicateType: string
  readonly payload: Buffer
}

/** That of `cosign sign` (sigstore/cosign, pkg/types/predicate.go). */
export const SIGNATURE_PREDICATE = 'https://sigstore.dev/cosign/sign/v1'
/** https://slsa.dev/spec/v1.0/provenance */
export const PROVENANCE_PREDICATE = 'https://slsa.dev/provenance/v1'
/** in-toto's provenance of all versions. */
const PROVENANCE_PREFIX = PROVENANCE_PREDICATE.replace(/v1$/, '')

/** What a statement with this predicate is. */
export function statementKind(
  predicateType: string | undefined
): 'signature' | 'provenance' | 'other' {
  if (predicateType === SIGNATURE_PREDICATE) return 'signature'
  return predicateType?.startsWith(PROVENANCE_PREFIX) ? 'provenance' : 'other'
}

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
/** Of GitHub's workflows (actions/toolkit, packages/attest/src/provenance.ts). */
const BUILD_TYPE = 'https://actions.github.io/buildtypes/workflow/v1'

/** That somebody signs the artifact, as `cosign sign` states it: without a name, so that copies are signed too. */
export function signatureStatement(subject: Subject): Statement {
  const { digest } = subject
  return statement(subject, SIGNATURE_PREDICATE, { digest: digestMap(digest) }, {})
}

/**
 * Which workflow made the artifact, by the claims of its ID token, as actions/attest states it.
 * @param serverUrl GITHUB_SERVER_URL
 * @throws Failure signing, when the token is not GitHub's
 */
export function provenanceStatement(
  subject: Subject,
  { claims, source }: IdentityToken,
  serverUrl: string
): Statement {
  const missing = CLAIMS.filter((name) => typeof claims[name] !== 'string')
  if (missing.length > 0) throw notGitHubs(source, missing)
  const { name, digest } = subject
  const described = { name, digest: digestMap(digest) }
  return statement(subject, PROVENANCE_PREDICATE, described, predicateOf(claims, serverUrl))
}

const CLAIMS = [
  'ref',
  'sha',
  'repository',
  'event_name',
  'job_workflow_ref',
  'workflow_ref',
  'repository_id',
  'repository_owner_id',
  'runner_environment',
  'run_id',
  'run_attempt'
] as const

/** As actions/toolkit has it, field by field (packages/attest/src/provenance.ts). */
function predicateOf(claims: Claims, serverUrl: string) {
  const server = serverUrl.replace(/\/+$/, '')
  const { repository, ref, workflow_ref: workflowRef } = claims
  const [path = ''] = `${workflowRef}`.replace(`${repository}/`, '').split('@')
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: {
        workflow: { ref, repository: `${server}/${repository}`, path }
      },
      internalParameters: {
        github: {
          event_name: claims['event_name'],
          repository_id: claims['repository_id'],
          repository_owner_id: claims['repository_owner_id'],
          runner_environment: claims['runner_environment']
        }
      },
      resolvedDependencies: [
        { uri: `git+${server}/${repository}@${ref}`, digest: { gitCommit: claims['sha'] } }
      ]
    },
    runDetails: {
      builder: { id: `${server}/${claims['job_workflow_ref']}` },
      metadata: {
        invocationId: `${server}/${repository}/actions/runs/${claims['run_id']}/attempts/${claims['run_attempt']}`
      }
    }
  }
}

function statement(
  subject: Subject,
  predicateType: string,
  described: object,
  predicate: object
): Statement {
  const content = { _type: STATEMENT_TYPE, subject: [described], predicateType, predicate }
  return { subject, predicateType, payload: Buffer.from(JSON.stringify(content)) }
}

function digestMap(digest: string): Readonly<Record<string, string>> {
  const [algorithm = '', hex = ''] = digest.split(':')
  return { [algorithm]: hex }
}

function notGitHubs(source: string, missing: readonly string[]): Failure {
  const message = `${input('attest', 'provenance')} needs a token of GitHub Actions; the token of ${source} has no ${missing.join(', ')}.`
  const fix = `Run it in a GitHub workflow, or leave out ${input('attest')}.`
  return new Failure('signing', { message, fix })
}
