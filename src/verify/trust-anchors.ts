import type { KeyObject } from 'node:crypto'
import { readKeyringFile } from '../pgp/keyring-file.ts'
import type { IdentityPolicy } from '../sigstore/policy.ts'
import { readPublicKeys } from '../sigstore/public-keys.ts'
import { builtInRoots, readTrustedRoots, type TrustedRoots } from '../sigstore/trusted-root.ts'
import type { VerifyRequest } from './verify-request.ts'

/** What statements are verified with. */
export interface TrustAnchors {
  readonly policy: IdentityPolicy | undefined
  readonly keys: readonly KeyObject[]
  readonly keyring: readonly Buffer[]
  /** Read when the first bundle is verified, since it takes a while. */
  readonly roots: () => Promise<TrustedRoots>
}

type AnchorFiles = Pick<VerifyRequest, 'policy' | 'keyFiles' | 'keyringFiles' | 'trustedRootFile'>

/**
 * Reads the files of the user, before any registry is asked.
 * @throws Failure usage; the signal's reason on abort
 */
export async function readTrustAnchors(
  { policy, keyFiles, keyringFiles, trustedRootFile }: AnchorFiles,
  signal: AbortSignal
): Promise<TrustAnchors> {
  const [keys, keyring, given] = await Promise.all([
    Promise.all(keyFiles.map((path) => readPublicKeys(path, signal))),
    Promise.all(keyringFiles.map((path) => readKeyringFile(path, signal))),
    trustedRootFile === undefined ? undefined : readTrustedRoots(trustedRootFile, signal)
  ])
  let builtIn: Promise<TrustedRoots> | undefined
  const roots = () => {
    if (given) return Promise.resolve(given)
    builtIn ??= builtInRoots()
    return builtIn
  }
  return { policy, keys: keys.flat(), keyring, roots }
}
