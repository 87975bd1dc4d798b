import type { Bundle, BundleWithDsseEnvelope } from '@sigstore/bundle'
import type { SignedEntity } from '@sigstore/verify'
import { isObject, parseJson } from '../shared/json.ts'
import { certificateIdentity } from './certificate-identity.ts'
import { PAYLOAD_TYPE } from './dsse.ts'
import type { BundleFacts, SignedBy } from './verification.ts'
import { faultOf } from './verification-fault.ts'

/** A bundle, read but not verified. */
export interface ParsedBundle {
  readonly entity: SignedEntity
  /** `sha256:` and hexadecimal digits of each subject. */
  readonly subjects: readonly string[]
  readonly facts: BundleFacts
}

/** A bundle with provenance has 11 KiB; Kyverno reads ten times as much as this. */
export const LARGEST_BUNDLE_BYTES = 1024 * 1024

/** Reads a bundle with a signed statement; the reason where it is none. Nothing in it is trusted. */
export async function parseBundle(bytes: Buffer): Promise<ParsedBundle | string> {
  if (bytes.length > LARGEST_BUNDLE_BYTES) return 'it is larger than 1 MiB'
  const json = parseJson(bytes)
  if (!isObject(json)) return 'it is not JSON'
  try {
    const [{ bundleFromJSON }, { toSignedEntity }] = await Promise.all([
      import('@sigstore/bundle'),
      import('@sigstore/verify')
    ])
    const bundle = bundleFromJSON(json)
    const problem = envelopeProblem(bundle)
    if (problem !== undefined || !isSigned(bundle)) return problem ?? 'it has no envelope'
    const statement = parseJson(bundle.content.dsseEnvelope.payload)
    const predicateType = isObject(statement) ? statement['predicateType'] : undefined
    if (!isObject(statement) || typeof predicateType !== 'string') return 'it has no statement'
    const entity = toSignedEntity(bundle)
    const facts = { predicateType, signedBy: signedBy(entity), logs: logsOf(entity) }
    return { entity, subjects: subjectsOf(statement), facts }
  } catch (error) {
    return `it cannot be read: ${faultOf(error)}`
  }
}

function isSigned(bundle: Bundle): bundle is BundleWithDsseEnvelope {
  return bundle.content.$case === 'dsseEnvelope'
}

/** Of several signatures only the first would be verified, so that nobody can say what the others are for. */
function envelopeProblem(bundle: Bundle): string | undefined {
  if (!isSigned(bundle)) return 'it signs bytes, not a statement about an artifact'
  const { payloadType, signatures } = bundle.content.dsseEnvelope
  if (payloadType !== PAYLOAD_TYPE) return 'its payload is not an in-toto statement'
  return signatures.length === 1 ? undefined : `it has ${signatures.length} signatures`
}

function subjectsOf({ subject }: Readonly<Record<string, unknown>>): readonly string[] {
  const subjects = Array.isArray(subject) ? subject.filter(isObject) : []
  return subjects.flatMap(({ digest }) => {
    const sha256 = isObject(digest) ? digest['sha256'] : undefined
    return typeof sha256 === 'string' ? [`sha256:${sha256}`] : []
  })
}

function signedBy({ key }: SignedEntity): SignedBy {
  if (key.$case === 'public-key') return { kind: 'key', hint: key.hint }
  return { kind: 'certificate', ...certificateIdentity(key.certificate) }
}

/** The first line of a checkpoint is the name of its log, with a number behind it in Rekor v1. */
function logsOf({ tlogEntries }: SignedEntity): readonly string[] {
  return tlogEntries.map(({ inclusionProof, logId }) => {
    const [name = ''] = inclusionProof?.checkpoint?.envelope.split(/ - |\n/) ?? []
    return name.trim() || logId.keyId.toString('hex')
  })
}
