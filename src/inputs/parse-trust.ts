import type { GivenKey } from '../pgp/signing-key.ts'
import type { PublishRequest } from '../publish/model/request.ts'
import type { TrustRequest } from '../publish/model/trust-request.ts'
import type { Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { type Findings, findMissingSecret, missingHalf } from './findings.ts'
import type { SecretInputs } from './secret-inputs.ts'
import type { InputValues } from './values.ts'

type TrustValues = Pick<
  InputValues,
  'sign' | 'attest' | 'githubAttestation' | 'sigstore' | 'trustedRoot'
>

/**
 * What is signed and attested with Sigstore. What is wrong adds a problem. A password alone is none: jobs set
 * COSIGN_PASSWORD for cosign itself.
 */
export function parseTrust(
  { sign, attest, githubAttestation, sigstore, trustedRoot }: TrustValues,
  { cosignKey: key, cosignPassword: password, githubToken }: SecretInputs,
  findings: Findings
): TrustRequest {
  const { problems } = findings
  if (sign === 'key' && !key) findMissingSecret(input('sign', 'key'), 'cosign-key', findings)
  if (sign !== 'key' && key) problems.push(unusedKey())
  if (githubAttestation === 'true' && attest === 'off') problems.push(nothingToStore())
  const cosignKey = key && { key, password }
  return { sign, cosignKey, attest, githubAttestation, githubToken, sigstore, trustedRoot }
}

function unusedKey(): Problem {
  const message = `${input('cosign-key')} is given, but is not used to sign.`
  return { message, fix: `Set ${input('sign', 'key')}, or leave out ${input('cosign-key')}.` }
}

function nothingToStore(): Problem {
  const message = `${input('github-attestation', 'true')} is given, but no provenance is created.`
  return { message, fix: `Set ${input('attest', 'provenance')} as well.` }
}

/** The PGP key; undefined where none is given. */
export function parseGpg(
  keyId: string | undefined,
  { gpgPrivateKey: key, gpgPassphrase: passphrase }: SecretInputs,
  findings: Findings
): GivenKey | undefined {
  if (key) return { key, passphrase, keyId }
  if (keyId !== undefined) findMissingSecret(input('gpg-key-id'), 'gpg-private-key', findings)
  if (passphrase) findings.problems.push(missingHalf('gpg-passphrase', 'gpg-private-key'))
  return undefined
}

/** What is pushed beside a chart, or asked after the push, means nothing without a registry. */
export function needRegistry({
  artifacthubRepo,
  requirePublic,
  trust
}: Pick<PublishRequest, 'artifacthubRepo' | 'requirePublic' | 'trust'>): readonly Problem[] {
  const given = [
    trust.sign !== 'off' && input('sign', trust.sign),
    trust.attest !== 'off' && input('attest', trust.attest),
    artifacthubRepo !== undefined && input('artifacthub-repo'),
    requirePublic && input('require-public')
  ]
  return given
    .filter((text) => text !== false)
    .map((text) => ({
      message: `${text} is given, but ${input('registry')} is not.`,
      fix: `Set ${input('registry')}, or leave out ${text}.`
    }))
}
