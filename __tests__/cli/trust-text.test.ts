import { expect, test } from '@jest/globals'
import { trustLines } from '../../src/cli/trust-text.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import type { Statement, TrustReport } from '../../src/verify/trust-report.ts'
import { HOSTILE_TEXTS } from '../support/hostile/texts.ts'

const DIGEST = `sha256:${'ab'.repeat(32)}`
const STATEMENT: Statement = {
  kind: 'signature',
  predicateType: 'https://sigstore.dev/cosign/sign/v1',
  digest: DIGEST,
  verdict: 'valid',
  reason: null,
  signedBy: {
    kind: 'certificate',
    identity: 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1.0.0',
    issuer: 'https://token.actions.githubusercontent.com',
    repository: 'https://github.com/acme/web',
    ref: 'refs/tags/v1.0.0',
    run: 'https://github.com/acme/web/actions/runs/7/attempts/1',
    keyHint: null
  },
  logs: ['rekor.sigstore.dev'],
  warnings: []
}
const REPORT: TrustReport = {
  input: 'oci://h/web:1.0.0',
  ref: 'h/web:1.0.0',
  digest: DIGEST,
  verdict: 'valid',
  identityChecked: false,
  statements: [STATEMENT],
  provenanceFile: {
    verdict: 'absent',
    reason: null,
    digest: null,
    fileName: null,
    signer: null,
    keyIds: []
  },
  artifactHub: { status: 'absent', reason: null, repositoryID: null, owners: [], warnings: [] },
  problems: []
}

function textOf(more: Partial<TrustReport>, secrets: readonly string[] = []): string {
  const registry = new SecretRegistry(() => undefined)
  for (const secret of secrets) registry.register(secret)
  return trustLines({ ...REPORT, ...more }, registry).join('\n')
}

test('one chart is a block of lines', () => {
  expect(textOf({})).toBe(
    [
      `valid      oci://h/web:1.0.0  ${DIGEST}`,
      '  valid      signature',
      '             identity: https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1.0.0',
      '             issuer: https://token.actions.githubusercontent.com',
      '             source: https://github.com/acme/web at refs/tags/v1.0.0',
      '             run: https://github.com/acme/web/actions/runs/7/attempts/1',
      '             log: rekor.sigstore.dev',
      '  absent     Artifact Hub',
      '  identity not checked: use --certificate-identity and --certificate-oidc-issuer, or --key'
    ].join('\n')
  )
})

test('all that can be there is in it', () => {
  const key: Statement = {
    ...STATEMENT,
    kind: 'other',
    predicateType: 'https://cyclonedx.org/bom',
    verdict: 'unchecked',
    reason: 'it was signed with a key, but no key was given',
    signedBy: {
      kind: 'key',
      ...{ identity: null, issuer: null, repository: null, ref: null, run: null },
      keyHint: 'abc='
    },
    logs: [],
    warnings: ['the transparency log is not in the root']
  }
  const text = textOf({
    verdict: 'invalid',
    identityChecked: true,
    statements: [key],
    provenanceFile: {
      verdict: 'valid',
      reason: null,
      digest: DIGEST,
      fileName: 'web-1.0.0.tgz',
      signer: {
        userId: 'Acme <a@example.com>',
        fingerprint: 'ABCD',
        keyId: 'CD',
        date: '2024-06-01T00:00:00.000Z'
      },
      keyIds: ['CD']
    },
    artifactHub: {
      status: 'present',
      reason: null,
      repositoryID: 'an-id',
      owners: [
        { name: 'A', email: 'a@example.com' },
        { name: null, email: 'b@example.com' }
      ],
      warnings: ['its file has no name']
    },
    problems: [{ code: 'a-code', severity: 'error', message: 'It is wrong.', fix: 'Mend it.' }]
  })
  expect(text.split('\n').slice(1)).toEqual([
    '  unchecked  statement https://cyclonedx.org/bom: it was signed with a key, but no key was given',
    '             key: abc=',
    '             warning: the transparency log is not in the root',
    '  valid      PGP provenance',
    '             signer: Acme <a@example.com>',
    '             key: ABCD',
    '             date: 2024-06-01T00:00:00.000Z',
    '  present    Artifact Hub: repository an-id, owners A <a@example.com>, <b@example.com>',
    '             warning: its file has no name',
    '  error a-code: It is wrong.',
    '    Fix: Mend it.'
  ])
})

test.each(HOSTILE_TEXTS)('hostile text stays text: $marker', ({ text }) => {
  const signedBy = { ...STATEMENT.signedBy, identity: text, issuer: text } as const
  const lines = trustLines(
    {
      ...REPORT,
      statements: [
        {
          ...STATEMENT,
          kind: 'other',
          predicateType: text,
          reason: text,
          signedBy: {
            kind: 'certificate',
            repository: text,
            ref: text,
            run: text,
            keyHint: text,
            ...signedBy
          },
          logs: [text],
          warnings: [text]
        }
      ],
      artifactHub: {
        status: 'unreadable',
        reason: text,
        repositoryID: text,
        owners: [{ name: text, email: text }],
        warnings: [text]
      }
    },
    new SecretRegistry(() => undefined)
  )
  for (const line of lines) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|^\s*::|##\[/)
  }
})

test('a secret of the run is hidden, also where others have stated it', () => {
  const secret = 'correct-horse-battery-staple'
  const identity = `https://${secret}.example.com/x`
  const signedBy = STATEMENT.signedBy && { ...STATEMENT.signedBy, identity }
  const text = textOf({ statements: [{ ...STATEMENT, signedBy, reason: secret }] }, [secret])
  expect(text).not.toContain(secret)
  expect(text).toContain('***')
})
