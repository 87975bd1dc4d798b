import { Failure, problemOf } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import type { Logger } from '../../shared/logger.ts'
import type { IdentityToken } from '../../sigstore/identity-token.ts'
import { readSigningConfig } from '../../sigstore/signing-config.ts'
import {
  gitHubServices,
  publicGoodServices,
  type SigningServices,
  visibilityIn
} from '../../sigstore/signing-services.ts'

interface ServicesContext {
  readonly access: { readonly logger: Logger }
  readonly serverUrl: string
}

interface Choice {
  readonly sigstore: string
  /** What `namedServices` gave. */
  readonly named: SigningServices | undefined
  readonly identity: IdentityToken
}

/**
 * The services that sign with an ID token, by the input `sigstore`; `auto` never makes public what is not.
 * @throws Failure signing, where nothing fits the repository
 */
export function servicesFor(
  { sigstore, named, identity }: Choice,
  { access, serverUrl }: ServicesContext
): SigningServices {
  const isPublic = visibilityIn(identity.claims) === 'public'
  if (sigstore === 'public-good' && !isPublic) access.logger.warning(madePublic())
  if (named) return named
  if (sigstore === 'github') return gitHubServices(serverUrl)
  if (isPublic) return publicGoodServices()
  if (isGitHubs(identity)) return gitHubServices(serverUrl)
  throw noInstance(identity)
}

/**
 * The services with a log that the input `sigstore` names: those that a key signs with as well. Undefined where it names none.
 * @throws Failure usage, for a signing configuration that cannot be used
 */
export async function namedServices(
  sigstore: string,
  signal: AbortSignal
): Promise<SigningServices | undefined> {
  if (sigstore === 'auto' || sigstore === 'github') return undefined
  if (sigstore === 'public-good') return publicGoodServices()
  return readSigningConfig(sigstore, { now: new Date(), signal })
}

/** GitHub states the visibility of every repository, but for those of old versions of its server. */
function isGitHubs({ claims }: IdentityToken): boolean {
  return typeof claims['job_workflow_ref'] === 'string' && visibilityIn(claims) === 'private'
}

function madePublic(): string {
  return `${input('sigstore', 'public-good')}: owner, repository, workflow and ref of this run are written to a public log permanently.`
}

function noInstance({ issuer, claims }: IdentityToken): Failure {
  const what =
    visibilityIn(claims) === 'private'
      ? 'is for a project that is not public'
      : 'does not say whether its project is public'
  const message = `The ID token of ${issuer} ${what}, and the public log of Sigstore shows everybody who signed.`
  const fix = `Set ${input('sigstore', 'public-good')} if that may be public, name your own services with ${input('sigstore')} and a signing configuration, or set ${input('sign', 'key')}.`
  return new Failure('signing', { message, fix })
}

/** The refusal of GitHub's own instance, which is for its Enterprise Cloud alone (docs.github.com, "Artifact attestations"). */
export function notForThisRepository(refused: Failure): Failure {
  const fix = `GitHub signs for private repositories only in its Enterprise Cloud. Otherwise set ${input('sign', 'key')}, or ${input('sigstore', 'public-good')}, which publishes owner, repository, workflow and ref permanently.`
  const { message, why } = problemOf(refused)
  return new Failure('signing', { message, why, fix }, refused)
}
