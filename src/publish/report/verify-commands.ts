import type { SignedBy } from '../../sigstore/verification.ts'
import type { Publication, PushedPublication } from '../model/publication.ts'
import type { PublishRequest } from '../model/request.ts'
import type { AttachedStatement } from '../model/statements.ts'

/** What the request says of how a registry is reached, and of what verifies. */
export type VerifyOptions = Pick<PublishRequest, 'plainHttpHosts' | 'unverifiedHosts'> & {
  readonly trust?: Pick<PublishRequest['trust'], 'trustedRoot'>
}

type Certificate = Extract<SignedBy, { kind: 'certificate' }>

/**
 * The commands that verify what was published, as cosign 3 and gh 2.95 take them; none for what has no signature. Identities
 * are patterns up to the version of the workflow, so that they hold for the next release too.
 */
export function verifyCommands(
  publication: Publication,
  options: VerifyOptions
): readonly string[] {
  if (!isPublished(publication)) return []
  const { place, content, trust } = publication
  const ref = `${place.subjectName}@${content.digest}`
  return trust.statements.flatMap((statement) => {
    if (statement.kind === 'attestation') return ghCommand(ref, statement, options)
    return cosignCommand(ref, statement, options)
  })
}

/** The part of an OCIRepository or HelmChart by which Flux 2.8 and newer verify; none where they cannot. */
export function fluxLines(publication: Publication): readonly string[] {
  if (!isPublished(publication)) return []
  const signature = publication.trust.statements.find(({ kind }) => kind === 'signature')
  if (!signature) return []
  const { signedBy, logs } = signature.facts
  if (signedBy.kind === 'key') {
    return ['verify:', '  provider: cosign', '  secretRef:', '    name: cosign-public-key']
  }
  // Flux compares subject and issuer alone, and wants a log.
  if (logs.length === 0 || isForeign(signedBy)) return []
  const { issuer = '', identity = '' } = signedBy
  return [
    'verify:',
    '  provider: cosign',
    '  matchOIDCIdentity:',
    `    - issuer: ${quotedYaml(`^${escaped(issuer)}$`)}`,
    `      subject: ${quotedYaml(identityPattern(identity))}`
  ]
}

function isPublished(publication: Publication): publication is PushedPublication {
  return publication.status === 'published' || publication.status === 'unchanged'
}

function cosignCommand(
  ref: string,
  { facts: { signedBy, logs } }: AttachedStatement,
  { trust, plainHttpHosts, unverifiedHosts }: VerifyOptions
): readonly string[] {
  const isAt = (hosts: readonly string[]) => hosts.some((host) => ref.startsWith(`${host}/`))
  const root = trust?.trustedRoot
  const flags = [
    ...signerFlags(signedBy),
    ...(logs.length > 0 ? [] : withoutLog(signedBy)),
    ...(root === undefined ? [] : [`--trusted-root ${quoted(root)}`]),
    ...(isAt(plainHttpHosts) ? ['--allow-http-registry'] : []),
    ...(isAt(unverifiedHosts) ? ['--allow-insecure-registry'] : [])
  ]
  // GitHub's own instance has no log, and its root is none that cosign knows by itself.
  if (signedBy.kind === 'certificate' && logs.length === 0 && root === undefined) return []
  return [['cosign verify', ...flags, ref].join(' ')]
}

function signerFlags(signedBy: SignedBy): readonly string[] {
  if (signedBy.kind === 'key') return ['--key cosign.pub']
  const { issuer = '', identity = '', repositoryName } = signedBy
  const isCi = /^https?:\/\//.test(identity)
  return [
    isCi
      ? `--certificate-identity-regexp ${quoted(identityPattern(identity))}`
      : `--certificate-identity ${quoted(identity)}`,
    `--certificate-oidc-issuer ${quoted(issuer)}`,
    ...(isForeign(signedBy) && repositoryName !== undefined
      ? [`--certificate-github-workflow-repository ${quoted(repositoryName)}`]
      : [])
  ]
}

function withoutLog({ kind }: SignedBy): readonly string[] {
  const ignore = '--insecure-ignore-tlog'
  return kind === 'key' ? [ignore] : [ignore, '--use-signed-timestamps']
}

/** What gh expects unless told. */
const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com'

function ghCommand(
  ref: string,
  { facts: { signedBy } }: AttachedStatement,
  { trust }: VerifyOptions
): readonly string[] {
  if (signedBy.kind !== 'certificate' || signedBy.repositoryName === undefined) return []
  const { repositoryName, issuer = GITHUB_ISSUER } = signedBy
  const signer = isForeign(signedBy) ? signerRepository(signedBy) : undefined
  const root = trust?.trustedRoot
  const flags = [
    `--repo ${quoted(repositoryName)}`,
    ...(signer === undefined ? [] : [`--signer-repo ${quoted(signer)}`]),
    ...(issuer === GITHUB_ISSUER ? [] : [`--cert-oidc-issuer ${quoted(issuer)}`]),
    ...(root === undefined ? [] : [`--custom-trusted-root ${quoted(root)}`]),
    '--bundle-from-oci'
  ]
  return [['gh attestation verify', `oci://${ref}`, ...flags].join(' ')]
}

/** Whether a workflow of another repository signed: then the identity is the same for everybody who calls it. */
function isForeign(signedBy: Certificate): boolean {
  const { repository, identity } = signedBy
  if (repository === undefined || identity === undefined) return false
  return !identity.toLowerCase().startsWith(`${repository.toLowerCase()}/`)
}

/** `owner/name` of the workflow that signed. */
function signerRepository({ identity = '' }: Certificate): string | undefined {
  const [, owner, name] = /^https?:\/\/[^/]+\/([^/]+)\/([^/]+)\//.exec(identity) ?? []
  return owner === undefined ? undefined : `${owner}/${name}`
}

/** A workflow of any version: `@` and what follows it change with every release. */
function identityPattern(identity: string): string {
  const isWorkflow = /^https?:\/\/.*@/.test(identity)
  if (!isWorkflow) return `^${escaped(identity)}$`
  return `^${escaped(identity.replace(/@.*$/s, ''))}@`
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** A text of YAML as it stands, in one line. */
function quotedYaml(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
