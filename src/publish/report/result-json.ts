import type { SecretRegistry, TextKind } from '../../shared/secret-registry.ts'

/** Digests and words of ours: a secret that is a part of them, such as `sha256` or `a`, is there by chance. */
const COMPUTED: readonly string[] = [
  'status',
  'digest',
  'refDigest',
  'chartDigest',
  'configDigest',
  'contentIdentity',
  'signature',
  'signatureDigest',
  'attestationDigest',
  'verdict',
  'code',
  'severity'
]
/** What the user has named, and what is public once it is pushed: programs compare it and hand it on. */
const NAMES: readonly string[] = ['target', 'name', 'version', 'tag', 'ref', 'subjectName']
/** Texts that are of use only as a whole. */
const PATHS: readonly string[] = ['chart', 'input', 'archive', 'appVersion']

/**
 * Publications as JSON without secrets; digests, references, names and versions are unchanged whatever a secret is.
 * What is in none of the lists is prose, so that a field that is new is redacted as a log line is.
 */
export function resultsJson(value: unknown, secrets: SecretRegistry, indent?: number): string {
  return secrets.toJson(value, kindOfPublished, indent)
}

/** Inspections as JSON without secrets. Their names are what a registry says, which may repeat a password. */
export function inspectionsJson(value: unknown, secrets: SecretRegistry, indent?: number): string {
  return secrets.toJson(value, kindOfInspected, indent)
}

/**
 * Reports of `verify` as JSON without secrets. What others have stated is of use as a whole only; words of ours are in
 * fields that the lists above do not have.
 */
export function reportsJson(value: unknown, secrets: SecretRegistry, indent?: number): string {
  return secrets.toJson(value, kindOfReported, indent)
}

/** A listing as JSON without secrets; its fields are those of reports. */
export function listingJson(value: unknown, secrets: SecretRegistry, indent?: number): string {
  return secrets.toJson(value, kindOfReported, indent)
}

const WORDS: readonly string[] = ['kind', 'status', 'fingerprint', 'keyId']
const STATED: readonly string[] = [
  'predicateType',
  'identity',
  'issuer',
  'repository',
  'run',
  'keyHint',
  'fileName',
  'userId',
  'repositoryID',
  'email'
]

function kindOfReported(field: string): TextKind {
  if (WORDS.includes(field)) return 'data'
  return STATED.includes(field) ? 'path' : kindOfInspected(field)
}

function kindOfPublished(field: string): TextKind {
  return NAMES.includes(field) ? 'data' : kindOfAny(field)
}

function kindOfInspected(field: string): TextKind {
  return NAMES.includes(field) ? 'path' : kindOfAny(field)
}

function kindOfAny(field: string): TextKind {
  if (COMPUTED.includes(field)) return 'data'
  return PATHS.includes(field) ? 'path' : 'prose'
}
