/** How a text of a certificate is compared. */
export type TextRule =
  | { readonly is: string }
  /** Up to the `@` of the version of a workflow, since the next release has another. */
  | { readonly isUpToVersion: string }
  /** Behind the address of a server, whichever that is. */
  | { readonly isOnSomeServer: string }
  | { readonly matches: RegExp }

/** Who has to have signed; what is not given is not compared. */
export interface IdentityPolicy {
  readonly issuer?: TextRule
  /** The subject alternative name: a workflow, an address of a person. */
  readonly identity?: TextRule
  /** The source repository: signed in a reusable workflow, the identity is the same for everybody who calls it. */
  readonly repository?: TextRule
}

/** What a certificate states (sigstore/fulcio, docs/oid-info.md). */
export interface CertificateIdentity {
  readonly issuer: string | undefined
  readonly identity: string | undefined
  /** The URL of the source repository. */
  readonly repository: string | undefined
  /** `owner/name`, as GitHub has it. */
  readonly repositoryName: string | undefined
  readonly ref: string | undefined
  /** The URL of the run that signed. */
  readonly run: string | undefined
}

/** Why an identity is not the wanted one; undefined when it is. */
export function identityProblem(
  found: CertificateIdentity,
  { issuer, identity, repository }: IdentityPolicy
): string | undefined {
  if (issuer && !fits(found.issuer, issuer)) {
    return `the issuer is ${shown(found.issuer)}, expected ${ruleText(issuer)}`
  }
  if (identity && !fits(found.identity, identity)) {
    return `the identity is ${shown(found.identity)}, expected ${ruleText(identity)}`
  }
  const names = [found.repository, found.repositoryName]
  if (repository && !names.some((name) => fits(name, repository))) {
    return `the source repository is ${shown(found.repository)}, expected ${ruleText(repository)}`
  }
  return undefined
}

/** The policy that holds for other signatures of whoever has this identity: the same workflow, of any version. */
export function policyOf({ issuer, identity, repository }: CertificateIdentity): IdentityPolicy {
  return {
    // Without them it would be anybody's.
    issuer: { is: issuer ?? '' },
    identity: { isUpToVersion: identity ?? '' },
    ...(repository !== undefined && { repository: { is: repository } })
  }
}

const SERVER = /^https?:\/\/[^/]+\//

function fits(text: string | undefined, rule: TextRule): boolean {
  if (text === undefined) return false
  if ('is' in rule) return text === rule.is
  if ('matches' in rule) return rule.matches.test(text)
  if ('isOnSomeServer' in rule) return text.replace(SERVER, '') === rule.isOnSomeServer
  return withoutVersion(text) === withoutVersion(rule.isUpToVersion)
}

/** Of workflows only: in an address of a person the @ belongs to the name. */
function withoutVersion(identity: string): string {
  return /^https?:\/\//.test(identity) ? identity.replace(/@.*$/s, '') : identity
}

function ruleText(rule: TextRule): string {
  if ('is' in rule) return rule.is
  if ('isOnSomeServer' in rule) return `…/${rule.isOnSomeServer}`
  return 'matches' in rule ? `${rule.matches}` : withoutVersion(rule.isUpToVersion)
}

function shown(text: string | undefined): string {
  return text ?? 'not stated'
}
