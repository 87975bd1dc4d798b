import type { Signer } from './usable-key.ts'

/**
 * The earliest date at which the key is valid for signatures as it is now: when primary key and signing key were made, and
 * when they were last certified. Exports of gpg hold the last certification only, so that a signature of an earlier date
 * would be refused once an expiry was extended or a subkey was added.
 */
export function earliestDate({ key, part }: Signer): Date {
  const bindings = 'bindingSignatures' in part ? part.bindingSignatures : []
  const certifications = key.users.flatMap(({ selfCertifications }) => selfCertifications)
  const embedded = bindings.flatMap(({ embeddedSignature }) => embeddedSignature ?? [])
  const dates = [
    key.getCreationTime(),
    part.getCreationTime(),
    ...[...certifications, ...bindings, ...embedded].map(({ created }) => created)
  ]
  return new Date(Math.max(...dates.map((date) => date?.getTime() ?? 0)))
}
