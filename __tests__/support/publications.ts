import { NotAttempted } from '../../src/oci/errors/not-attempted.ts'
import type { Publication, Status } from '../../src/publish/model/publication.ts'
import { NOTHING_STATED, type StatedTrust } from '../../src/publish/model/statements.ts'
import { Failure } from '../../src/shared/failure.ts'
import { PROVENANCE_PREDICATE, SIGNATURE_PREDICATE } from '../../src/sigstore/statement.ts'
import type { SignedBy } from '../../src/sigstore/verification.ts'

export const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}` as const

export interface GivenPublication {
  readonly status?: Status
  readonly chart?: string
  readonly name?: string
  readonly version?: string
  readonly target?: string
  readonly warnings?: readonly string[]
  readonly isLibrary?: boolean
  readonly trust?: StatedTrust
  /** Of the PGP key that signed it. */
  readonly pgpFingerprint?: string
  /** Of one that failed, or of one that was not attempted since its registry is unreachable. */
  readonly error?: unknown
  /** Whether it failed before its chart could be read. */
  readonly isUnread?: boolean
}

/** A publication of `demo` that went well, but for what is given. */
export function publicationOf(given: GivenPublication = {}): Publication {
  const { status = 'published', name = 'demo', version = '1.2.3', isLibrary = false } = given
  const { target = 'registry.example.com/charts', chart = `charts/${name}`, warnings = [] } = given
  const common = { chart, target, warnings, seconds: 1.234 }
  const facts = {
    name,
    version,
    appVersion: undefined,
    contentIdentity: DIGEST,
    isLibrary,
    pgpFingerprint: given.pgpFingerprint
  }
  const subjectName = `${target}/${name}`
  const place = { tag: version, ref: `${subjectName}:${version}`, subjectName }
  const size = 4321
  const content = { digest: DIGEST, chartDigest: DIGEST, configDigest: DIGEST, size }
  const { error = new Failure('conflict', { message: 'No.', fix: 'Mend it.' }) } = given
  switch (status) {
    case 'failed':
      return given.isUnread
        ? { ...common, status, facts: undefined, place: undefined, size: undefined, error }
        : { ...common, status, facts, place, size, error }
    case 'not-attempted':
      return error instanceof NotAttempted
        ? { ...common, status, reason: 'unreachable', facts, place, size, error }
        : { ...common, status, reason: 'invalid-chart', facts, size }
    case 'packaged':
      return { ...common, target: undefined, status, facts, content, archive: undefined }
    default: {
      const rest = { archive: undefined, stored: undefined, trust: given.trust ?? NOTHING_STATED }
      return { ...common, status, facts, place, content, ...rest }
    }
  }
}

const SIGNED_BY = {
  kind: 'certificate',
  issuer: 'https://token.actions.githubusercontent.com',
  identity: 'https://github.com/acme/charts/.github/workflows/release.yml@refs/tags/v1',
  repository: 'https://github.com/acme/charts',
  repositoryName: 'acme/charts',
  ref: 'refs/tags/v1',
  run: undefined
} as const

/** A signature by a workflow or by what is given, and provenance. */
export function signedBy(signer: SignedBy = SIGNED_BY, logs = ['rekor.sigstore.dev']): StatedTrust {
  const facts = (predicateType: string) => ({ predicateType, signedBy: signer, logs })
  const about = { state: 'signed', digest: DIGEST } as const
  return {
    signature: 'signed',
    statements: [
      { ...about, kind: 'signature', facts: facts(SIGNATURE_PREDICATE) },
      { ...about, kind: 'attestation', facts: facts(PROVENANCE_PREDICATE) }
    ],
    attestationUrl: undefined
  }
}

export const SIGNED = signedBy()

/** One that failed, with the message and the fix of its error. */
export function failedWith(
  message: string,
  given: GivenPublication = {},
  fix = 'Mend it.'
): Publication {
  const error = new Failure('conflict', { message, fix })
  return publicationOf({ ...given, status: 'failed', error })
}

/** `count` publications of as many charts. */
export function manyPublications(
  count: number,
  status: Status = 'published'
): readonly Publication[] {
  return Array.from({ length: count }, (_, index) => {
    return publicationOf({ name: `chart-${index}`, status })
  })
}

/** Texts that would be more than text in HTML, Markdown or on GitHub. */
export const HOSTILE_MARKUP = [
  '| a | b |',
  '`code` ``` <b>bold</b>',
  '</code></td></table></details><script>alert(1)</script>',
  '![x](http://evil.example/x.png) [y](http://evil.example/y)',
  '<img src=x onerror=alert(1)>',
  '<a href="javascript:alert(1)">y</a>',
  '@team @org/team #123 org/repo#123 GH-123',
  'https://evil.example www.evil.example someone@evil.example',
  ':smile: $math$ $$x$$ **bold** _it_ ~~no~~',
  '0123456789abcdef0123456789abcdef01234567 deadbee',
  'line\n\n# heading\r\n\n- item',
  '\u202etfel\u202c \u200b \u001b[31mred',
  '::error::x ##[error]y',
  '&lt;img&gt; &amp; &#60;b&#62;',
  'it\'s "quoted" <!-- comment --> <?php ?> ]]>'
]
