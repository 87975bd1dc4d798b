import type { SignArchive } from '../../artifact/packed-chart.ts'
import type { ChartArchive } from '../../chart/archive.ts'
import { digestOf } from '../../oci/spec/blob.ts'
import { provenanceText } from '../../pgp/provenance-text.ts'
import { signProvenance } from '../../pgp/sign-provenance.ts'
import { type GivenKey, readSigningKey, type SigningKey } from '../../pgp/signing-key.ts'
import { verifyProvenance } from '../../pgp/verify-provenance.ts'
import { Failure } from '../../shared/failure.ts'
import type { Logger } from '../../shared/logger.ts'
import { MissingSecret, notChecked } from '../../shared/missing-secret.ts'

const SIGN_KEY = 'artifacthub.io/signKey'

/** Signs the archives of a run with one PGP key, which is opened once. */
export class PgpSigner {
  readonly #key: Promise<SigningKey>

  constructor(given: GivenKey) {
    this.#key = readSigningKey(given, new Date())
    this.#key.catch(() => undefined)
  }

  /** What keeps the key closed, where that is a passphrase that was not given. */
  async missingSecret(): Promise<MissingSecret | undefined> {
    const error: unknown = await this.#key.catch((reason: unknown) => reason)
    return error instanceof MissingSecret ? error : undefined
  }

  /**
   * The provenance of an archive, dated by the archive and verified with the public key.
   * @throws Failure signing
   */
  readonly sign: SignArchive = async (archive, date, logger) => {
    const key = await this.#key
    const { metadata, bytes } = archive
    const fileName = `${metadata.name}-${metadata.version}.tgz`
    const file = { fileName, digest: digestOf(bytes) }
    const { provenance, remarks } = await signProvenance(
      key,
      provenanceText({ metadata, ...file }),
      date
    )
    const verdict = await verifyProvenance({ provenance, archive: file, keyring: [key.publicKey] })
    if (verdict.kind !== 'valid') throw notValid(key, verdict.why)
    logger.info(`Signed with the PGP key ${key.fingerprint} (${key.userId}).`)
    for (const remark of remarks) logger.notice(remark)
    const notice = keyNotice(archive, key)
    if (notice !== undefined) logger.notice(notice)
    return { provenance, fingerprint: key.fingerprint }
  }
}

interface RunOptions {
  /** Whether this is a dry run that gets no secrets. */
  readonly lacksSecrets: boolean
  readonly logger: Logger
}

/** What signs the archives of a run; undefined where nothing does, or where the passphrase is a secret that it does not get. */
export async function pgpSigning(
  given: GivenKey | undefined,
  { lacksSecrets, logger }: RunOptions
): Promise<SignArchive | undefined> {
  const signer = given && new PgpSigner(given)
  const missing = lacksSecrets ? await signer?.missingSecret() : undefined
  if (!missing) return signer?.sign
  logger.warning(notChecked(missing))
  return undefined
}

function notValid({ fingerprint }: SigningKey, why: string): Failure {
  const message = `The signature by the PGP key ${fingerprint} is not valid: ${why}.`
  return new Failure('signing', { message, fix: 'Sign with another key.' })
}

/** Those who verify need the key: Artifact Hub shows the one that Chart.yaml names. */
function keyNotice({ metadata }: ChartArchive, { fingerprint }: SigningKey): string | undefined {
  const named = metadata.annotations.get(SIGN_KEY)?.replace(/\s/g, '').toUpperCase()
  if (named?.includes(fingerprint)) return undefined
  const what = named === undefined ? 'does not name' : 'names another key than'
  return `Chart.yaml of ${metadata.name} ${what} the PGP key that signs it. Artifact Hub shows it by the annotation \`${SIGN_KEY}\`, with the lines \`fingerprint: ${fingerprint}\` and \`url:\` of the public key.`
}
