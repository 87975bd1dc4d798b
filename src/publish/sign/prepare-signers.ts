import type { KeyObject } from 'node:crypto'
import { Failure } from '../../shared/failure.ts'
import { input } from '../../shared/input-name.ts'
import { MissingSecret, notChecked } from '../../shared/missing-secret.ts'
import { openSigningKey } from '../../sigstore/cosign-key.ts'
import { fetchIdentity, missingIdentity } from '../../sigstore/identity.ts'
import type { IdentitySources } from '../../sigstore/identity-sources.ts'
import { ServiceClient } from '../../sigstore/service-client.ts'
import { type Signatory, Signer, type SigningMeans } from '../../sigstore/signer.ts'
import type { SigstoreAccess } from '../../sigstore/sigstore-access.ts'
import { builtInRoots, readTrustedRoots, type TrustedRoots } from '../../sigstore/trusted-root.ts'
import type { StatementKind } from '../model/statements.ts'
import type { TrustRequest } from '../model/trust-request.ts'
import { namedServices, notForThisRepository, servicesFor } from './choose-services.ts'
import { identityWarnings } from './identity-warnings.ts'

/** A signer that has all that it needs. */
export interface PreparedSigner {
  readonly signer: Signer
  readonly signatory: Signatory
  /** Where a key of the user signs. */
  readonly publicKey: KeyObject | undefined
}

/** The signers of a run by what they state; none in a dry run, except for a key. */
export interface PreparedSigners {
  readonly signers: Readonly<Partial<Record<StatementKind, PreparedSigner>>>
  readonly roots: TrustedRoots
  readonly close: () => Promise<void>
}

export interface SigningContext {
  readonly access: SigstoreAccess
  readonly identity: IdentitySources
  readonly dryRun: boolean
  /** Whether what needs secrets is not checked. */
  readonly lacksSecrets: boolean
  /** GITHUB_SERVER_URL. */
  readonly serverUrl: string
}

/**
 * Opens the key, and gets token and certificate, so that whatever is missing is found before anything is pushed. A dry run
 * asks for no certificate.
 * @throws Failure usage, signing; the signal's reason on abort
 */
export async function prepareSigners(
  request: TrustRequest,
  context: SigningContext
): Promise<PreparedSigners> {
  const { access } = context
  const { signal } = access
  const roots =
    request.trustedRoot === undefined
      ? await builtInRoots()
      : await readTrustedRoots(request.trustedRoot, signal)
  const byKey = request.sign === 'key' ? await keySigner(request, roots, context) : undefined
  const needsIdentity = request.sign === 'keyless' || request.attest === 'provenance'
  const keyless = needsIdentity ? await keylessSigner(request, roots, context) : undefined
  const signature = request.sign === 'keyless' ? keyless : byKey
  const attestation = request.attest === 'provenance' ? keyless : undefined
  return {
    signers: { ...(signature && { signature }), ...(attestation && { attestation }) },
    roots,
    close: async () => {
      await Promise.all([byKey?.signer.close(), keyless?.signer.close()])
    }
  }
}

async function keySigner(
  request: TrustRequest,
  roots: TrustedRoots,
  { access, lacksSecrets }: SigningContext
): Promise<PreparedSigner | undefined> {
  const { cosignKey } = request
  // What is missing was said when the inputs were read.
  if (!cosignKey) return undefined
  const key = await openSigningKey(cosignKey).catch((error: unknown) => {
    // The password alone may be what a fork does not get.
    if (!lacksSecrets || !(error instanceof MissingSecret)) throw error
    access.logger.warning(notChecked(error))
    return undefined
  })
  if (!key) return undefined
  const services = await namedServices(request.sigstore, access.signal)
  return prepared({ kind: 'key', key, services }, { access, roots })
}

async function keylessSigner(
  request: TrustRequest,
  roots: TrustedRoots,
  context: SigningContext
): Promise<PreparedSigner | undefined> {
  const { access, identity: sources, dryRun } = context
  if (dryRun) {
    await checkSources(request, context)
    return undefined
  }
  const client = new ServiceClient(access)
  try {
    const named = await namedServices(request.sigstore, access.signal)
    if (named) client.preconnect([named.authority])
    const identity = await fetchIdentity(sources, client, access)
    const services = servicesFor({ sigstore: request.sigstore, named, identity }, context)
    for (const warning of identityWarnings(identity, services)) access.logger.warning(warning)
    const means = { kind: 'keyless', sources, identity, services } as const
    const statements = request.sign === 'keyless' && request.attest !== 'off' ? 2 : 1
    return await prepared(means, { access, roots, client, statements }).catch((error: unknown) => {
      const isChosen = request.sigstore === 'auto' && services.logs.length === 0
      throw isChosen && error instanceof Failure ? notForThisRepository(error) : error
    })
  } catch (error) {
    await client.close()
    throw error
  }
}

/** What a dry run can say of a job that will ask for a token. @throws Failure usage, signing */
async function checkSources(
  { sigstore }: TrustRequest,
  { access, identity, lacksSecrets }: SigningContext
): Promise<void> {
  await namedServices(sigstore, access.signal)
  const missing = await missingIdentity(identity, access.signal)
  if (missing && !lacksSecrets) throw missing
  if (missing) access.logger.warning(notChecked(missing))
}

async function prepared(
  means: SigningMeans,
  options: {
    readonly access: SigstoreAccess
    readonly roots: TrustedRoots
    readonly client?: ServiceClient
    /** How many are signed at once. */
    readonly statements?: number
  }
): Promise<PreparedSigner> {
  const signer = new Signer(means, options)
  try {
    const signatory = await signer.prepare(options.statements)
    const publicKey = means.kind === 'key' ? means.key.publicKey : undefined
    return { signer, signatory, publicKey }
  } catch (error) {
    await signer.close()
    throw error
  }
}

/** A usage error where provenance cannot be made of the tokens of this CI. */
export function requireGitHub(
  { attest, githubAttestation }: TrustRequest,
  { ci }: IdentitySources
): void {
  if (ci === 'github') return
  const given =
    attest === 'provenance'
      ? input('attest', 'provenance')
      : githubAttestation === 'true'
        ? input('github-attestation', 'true')
        : undefined
  if (given === undefined) return
  const message = `${given} records which GitHub workflow created a chart, but this is not a job of GitHub Actions.`
  throw new Failure('usage', { message, fix: `Leave out ${given}.` })
}
