import { parseVersionReference } from '../publish/model/version-reference.ts'
import { failureOf, type Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { VerifyInput, VerifyRequest } from '../verify/verify-request.ts'
import { findingsIn } from './findings.ts'
import { parseAccess } from './parse-access.ts'
import type { SecretInputs } from './secret-inputs.ts'
import { type InputTexts, type InputValues, parseValues } from './values.ts'

/** The arguments of `verify` as a face got them. */
export interface VerifyTexts {
  readonly references: readonly string[]
  readonly texts: InputTexts
  readonly secrets: SecretInputs
}

/** @throws Failure usage, with everything that is wrong */
export function parseVerifyRequest({ references, texts, secrets }: VerifyTexts): VerifyRequest {
  const findings = findingsIn(secrets)
  const { problems, warnings, notices } = findings
  if (references.length === 0) problems.push(NO_REFERENCES)
  const inputs = references.flatMap((text) => parseInput(text, problems) ?? [])
  const hosts = inputs.map(({ reference }) => reference.repository.host)
  const values = parseValues(texts, problems)
  const access = parseAccess({ values, secrets, hosts, others: 'never' }, findings)
  const policy = parsePolicy(values, problems)
  if (problems.length > 0) throw failureOf('usage', problems)
  const { key: keyFiles, keyring: keyringFiles, trustedRoot: trustedRootFile } = values
  const files = { keyFiles, keyringFiles, trustedRootFile }
  return { ...access, warnings, notices, inputs, policy, ...files }
}

const NO_REFERENCES: Problem = {
  message: '`verify` needs a reference to verify.',
  fix: 'Give references of published charts (oci://host/path/name:version).'
}

function parseInput(text: string, problems: Problem[]): VerifyInput | undefined {
  const parsed = parseVersionReference(text)
  if ('reference' in parsed) return { input: text, reference: parsed.reference }
  problems.push(parsed.problem)
  return undefined
}

type PolicyValues = Pick<
  InputValues,
  'certificateIdentity' | 'certificateOidcIssuer' | 'certificateGithubWorkflowRepository'
>

/**
 * Who has to have signed; undefined where nobody is named. As for cosign, an identity is worth something with its issuer
 * only: any of them may call somebody so.
 */
function parsePolicy(
  {
    certificateIdentity: identity,
    certificateOidcIssuer: issuer,
    certificateGithubWorkflowRepository: repository
  }: PolicyValues,
  problems: Problem[]
): VerifyRequest['policy'] {
  if (issuer === undefined) {
    if (identity !== undefined || repository !== undefined) problems.push(noIssuer(identity))
    return undefined
  }
  if (identity === undefined && repository === undefined) problems.push(nobodyNamed())
  return {
    issuer: { is: issuer },
    ...(identity !== undefined && { identity: { is: identity } }),
    ...(repository !== undefined && { repository: repositoryRule(repository) })
  }
}

/** GitHub's name of it, or its whole address. */
function repositoryRule(repository: string) {
  return repository.includes('://') ? { is: repository } : { isOnSomeServer: repository }
}

const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com'

function noIssuer(identity: string | undefined): Problem {
  const given =
    identity === undefined ? 'certificate-github-workflow-repository' : 'certificate-identity'
  const issuer = input('certificate-oidc-issuer')
  return {
    message: `${input(given)} is given without ${issuer}.`,
    fix: `Use ${input('certificate-oidc-issuer', GITHUB_ISSUER)} for workflows of github.com, otherwise the issuer of the signer's tokens.`
  }
}

function nobodyNamed(): Problem {
  const names = [
    input('certificate-identity'),
    input('certificate-github-workflow-repository', 'OWNER/NAME')
  ]
  return {
    message: `${input('certificate-oidc-issuer')} does not name a signer: an issuer gives tokens to everybody.`,
    fix: `Add ${names.join(' or ')}.`
  }
}
