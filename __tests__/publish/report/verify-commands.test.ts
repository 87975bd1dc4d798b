import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { fluxLines, verifyCommands } from '../../../src/publish/report/verify-commands.ts'
import { publicationOf, SIGNED, signedBy } from '../../support/publications.ts'

const HOSTS = { plainHttpHosts: [], unverifiedHosts: [] }
const REF = 'registry.example.com/charts/demo@sha256:'
const ISSUER = 'https://token.actions.githubusercontent.com'
const WORKFLOW = 'https://github.com/acme/charts/.github/workflows/release.yml@refs/tags/v1'

function certificate(more: object = {}) {
  return {
    kind: 'certificate',
    issuer: ISSUER,
    identity: WORKFLOW,
    repository: 'https://github.com/acme/charts',
    repositoryName: 'acme/charts',
    ref: undefined,
    run: undefined,
    ...more
  } as const
}

describe('a signature by a workflow', () => {
  test('is verified by the workflow of any version', () => {
    const [cosign, gh] = verifyCommands(publicationOf({ trust: SIGNED }), HOSTS)
    const pattern = '^https://github\\.com/acme/charts/\\.github/workflows/release\\.yml@'
    expect(cosign).toContain(
      `cosign verify --certificate-identity-regexp '${pattern}' --certificate-oidc-issuer ${ISSUER} ${REF}`
    )
    expect(gh).toMatch(
      /^gh attestation verify oci:\/\/registry\.example\.com\/charts\/demo@sha256:[0-9a-f]+ --repo acme\/charts --bundle-from-oci$/
    )
  })

  test('of another repository is verified by the source repository as well, and not by Flux', () => {
    const identity = 'https://github.com/platform/workflows/.github/workflows/publish.yml@v1'
    const publication = publicationOf({ trust: signedBy(certificate({ identity })) })
    const [cosign, gh] = verifyCommands(publication, HOSTS)
    expect(cosign).toContain('--certificate-github-workflow-repository acme/charts')
    expect(gh).toContain('--repo acme/charts --signer-repo platform/workflows')
    expect(fluxLines(publication)).toEqual([])
  })

  test('of a repository whose name begins alike is another one', () => {
    const identity = 'https://github.com/acme/charts-evil/.github/workflows/release.yml@v1'
    const publication = publicationOf({ trust: signedBy(certificate({ identity })) })
    expect(verifyCommands(publication, HOSTS)[0]).toContain(
      '--certificate-github-workflow-repository'
    )
  })

  test('is matched by Flux with patterns that begin and end', () => {
    const lines = fluxLines(publicationOf({ trust: SIGNED }))
    expect(lines).toContain("    - issuer: '^https://token\\.actions\\.githubusercontent\\.com$'")
    expect(lines.at(-1)).toBe(
      "      subject: '^https://github\\.com/acme/charts/\\.github/workflows/release\\.yml@'"
    )
  })

  test('by services of the user is verified by gh with their issuer and root', () => {
    const issuer = 'https://ci.example.com'
    const publication = publicationOf({ trust: signedBy(certificate({ issuer })) })
    const [, gh] = verifyCommands(publication, { ...HOSTS, trust: { trustedRoot: 'my root.json' } })
    expect(gh).toContain(
      "--repo acme/charts --cert-oidc-issuer https://ci.example.com --custom-trusted-root 'my root.json'"
    )
  })

  test('of a file with a quote in its name is a text of YAML for Flux', () => {
    const identity = "https://github.com/acme/charts/.github/workflows/it's.yml@refs/heads/main"
    const lines = fluxLines(publicationOf({ trust: signedBy(certificate({ identity })) }))
    const { verify } = parse(lines.join('\n'))
    expect(verify.matchOIDCIdentity).toEqual([
      {
        issuer: '^https://token\\.actions\\.githubusercontent\\.com$',
        subject: "^https://github\\.com/acme/charts/\\.github/workflows/it's\\.yml@"
      }
    ])
  })

  test('without a log is for gh alone, unless a root is given', () => {
    const publication = publicationOf({ trust: signedBy(certificate(), []) })
    expect(verifyCommands(publication, HOSTS)).toEqual([
      expect.stringMatching(/^gh attestation verify/)
    ])
    expect(fluxLines(publication)).toEqual([])
    const trust = { trustedRoot: 'my root.json' }
    const [cosign] = verifyCommands(publication, { ...HOSTS, trust })
    expect(cosign).toContain(
      "--insecure-ignore-tlog --use-signed-timestamps --trusted-root 'my root.json'"
    )
  })
})

describe('a signature by a key', () => {
  const key = { kind: 'key', hint: 'aGludA==' } as const

  test('needs the flag for signatures without a log', () => {
    const commands = verifyCommands(publicationOf({ trust: signedBy(key, []) }), HOSTS)
    expect(commands).toEqual([
      expect.stringMatching(/^cosign verify --key cosign\.pub --insecure-ignore-tlog registry/)
    ])
  })

  test('that is logged needs none', () => {
    const [command] = verifyCommands(publicationOf({ trust: signedBy(key) }), HOSTS)
    expect(command).toMatch(/^cosign verify --key cosign\.pub registry/)
  })

  test('is verified by Flux with a secret', () => {
    expect(fluxLines(publicationOf({ trust: signedBy(key, []) })).join('\n')).toContain(
      'secretRef:'
    )
  })
})

test('an identity is quoted for a shell, whatever is in it', () => {
  const identity = "o'brien@example.com; rm -rf /"
  const [command] = verifyCommands(
    publicationOf({ trust: signedBy(certificate({ identity })) }),
    HOSTS
  )
  expect(command).toContain(`--certificate-identity 'o'\\''brien@example.com; rm -rf /'`)
})

test.each(['failed', 'skipped', 'planned', 'packaged'] as const)(
  'what is %s has no command',
  (status) => {
    const publication = publicationOf({ status, trust: SIGNED })
    expect(verifyCommands(publication, HOSTS)).toEqual([])
    expect(fluxLines(publication)).toEqual([])
  }
)
