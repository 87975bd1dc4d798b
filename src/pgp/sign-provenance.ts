import { Failure, messageOf } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { SigningKey } from './signing-key.ts'

export interface SignedProvenance {
  /** The file NAME-VERSION.tgz.prov. */
  readonly provenance: Buffer
  /** Of the signature. */
  readonly date: Date
  /** Why the signature has another date than the source, or other bytes each time; empty when neither is so. */
  readonly remarks: readonly string[]
}

/**
 * Signs `text` with the date of the source, or with the earliest later one for which the key is valid. The same key, text
 * and date give the same bytes each time, except for ECDSA.
 * @throws Failure signing, for a date in the future, which Helm refuses
 */
export async function signProvenance(
  key: SigningKey,
  text: string,
  sourceDate: Date
): Promise<SignedProvenance> {
  if (sourceDate.getTime() > Date.now()) throw inFuture(sourceDate)
  // Signatures have whole seconds, and may not be older than the key.
  const seconds = Math.floor(sourceDate.getTime() / 1000) * 1000
  const date = new Date(Math.max(seconds, key.earliestDate.getTime()))
  const remarks = [
    ...(date.getTime() === seconds ? [] : [otherDate(key, date)]),
    ...(key.isRepeatable ? [] : [otherBytes(key)])
  ]
  return { provenance: await signed(key, text, date), date, remarks }
}

async function signed(key: SigningKey, text: string, date: Date): Promise<Buffer> {
  try {
    return Buffer.from(await key.sign(text, date), 'utf8')
  } catch (error) {
    const message = `The PGP key ${key.fingerprint} cannot sign provenance:`
    throw new Failure('signing', { message, why: messageOf(error), fix: 'Sign with another key.' })
  }
}

function otherDate({ fingerprint }: SigningKey, date: Date): string {
  return `The PGP signature is dated ${date.toISOString()}, since the key ${fingerprint} was created or last changed after the source date.`
}

function otherBytes({ algorithm, fingerprint }: SigningKey): string {
  return `Signatures of the PGP key ${fingerprint} (${algorithm}) differ each time, so the digest of the manifest differs, too. Signatures of RSA and Ed25519 keys do not.`
}

function inFuture(date: Date): Failure {
  const message = `The source date, ${date.toISOString()}, is in the future: a PGP signature of that date is not valid yet.`
  return new Failure('signing', {
    message,
    fix: `Set ${input('source-date-epoch')} to a date in the past, or correct the clock.`
  })
}
