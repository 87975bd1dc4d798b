import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../src/shared/secret.ts'
import { preAuthEncoding } from '../../src/sigstore/dsse.ts'
import type { IdentityToken } from '../../src/sigstore/identity-token.ts'
import { provenanceStatement, signatureStatement } from '../../src/sigstore/statement.ts'
import { CLAIMS } from '../support/sigstore/issuer.ts'

const HEX = 'ab'.repeat(32)
const SUBJECT = { name: 'ghcr.io/acme/charts/demo', digest: `sha256:${HEX}` }

function identity(claims: Readonly<Record<string, unknown>>): IdentityToken {
  return {
    token: new Secret('x'),
    source: 'SIGSTORE_ID_TOKEN',
    claims,
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'job',
    audiences: ['sigstore'],
    expires: new Date(0)
  }
}

test('a signature states the digest alone, as that of cosign', () => {
  expect(signatureStatement(SUBJECT).payload.toString('utf8')).toBe(
    `{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"${HEX}"}}],"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{}}`
  )
})

describe('provenance', () => {
  test('is what actions/attest makes of the same claims', () => {
    const { payload } = provenanceStatement(SUBJECT, identity(CLAIMS), 'https://github.com')
    expect(JSON.parse(payload.toString('utf8'))).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: SUBJECT.name, digest: { sha256: HEX } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'https://actions.github.io/buildtypes/workflow/v1',
          externalParameters: {
            workflow: {
              ref: 'refs/heads/main',
              repository: 'https://github.com/acme/charts',
              path: '.github/workflows/release.yml'
            }
          },
          internalParameters: {
            github: {
              event_name: 'push',
              repository_id: '1001',
              repository_owner_id: '1002',
              runner_environment: 'github-hosted'
            }
          },
          resolvedDependencies: [
            {
              uri: 'git+https://github.com/acme/charts@refs/heads/main',
              digest: { gitCommit: CLAIMS.sha }
            }
          ]
        },
        runDetails: {
          builder: { id: `https://github.com/${CLAIMS.job_workflow_ref}` },
          metadata: { invocationId: 'https://github.com/acme/charts/actions/runs/42/attempts/1' }
        }
      }
    })
  })

  test('needs a token of GitHub', () => {
    const { run_id, ...claims } = CLAIMS
    const make = () => provenanceStatement(SUBJECT, identity(claims), 'https://github.com')
    expect(make).toThrow('the token of SIGSTORE_ID_TOKEN has no run_id')
    expect(run_id).toBe('42')
  })
})

test('what is signed is the pre-authentication encoding of the payload', () => {
  // The example of the specification (secure-systems-lab/dsse, protocol.md).
  const encoded = preAuthEncoding(Buffer.from('hello world'), 'http://example.com/HelloWorld')
  expect(encoded.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
})
