import { describe, expect, test } from '@jest/globals'
import type { InputTexts } from '../../src/inputs/values.ts'
import { parseVerifyRequest } from '../../src/inputs/verify-inputs.ts'

const REF = 'oci://h.example/charts/web:1.0.0'
const ISSUER = 'https://token.actions.githubusercontent.com'
const WORKFLOW = 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1.0.0'

function parse(texts: InputTexts = {}, references: readonly string[] = [REF]) {
  return parseVerifyRequest({ references, texts, secrets: { password: undefined } })
}

test('references are given by version, tag or digest', () => {
  const digest = `sha256:${'ab'.repeat(32)}`
  const references = ['oci://h/web:1.0.0+b', `oci://h/web@${digest}`]
  expect(parse({}, references).inputs).toMatchObject([
    { input: references[0], reference: { tag: '1.0.0_b', digest: undefined } },
    { input: references[1], reference: { tag: undefined, digest } }
  ])
})

test.each([
  ['nothing', [], '`verify` needs a reference to verify.'],
  ['a file', ['web-1.0.0.tgz'], 'its scheme is not "oci"'],
  ['no version', ['oci://h/web'], 'neither tag nor digest']
])('%s is an error of usage', (_, references, message) => {
  expect(() => parse({}, references)).toThrow(message)
})

describe('who has to have signed', () => {
  test('is nobody in particular unless it is given', () => {
    expect(parse()).toMatchObject({
      policy: undefined,
      keyFiles: [],
      keyringFiles: [],
      trustedRootFile: undefined
    })
  })

  test('is compared exactly', () => {
    const texts = { 'certificate-identity': WORKFLOW, 'certificate-oidc-issuer': ISSUER }
    expect(parse(texts).policy).toEqual({ issuer: { is: ISSUER }, identity: { is: WORKFLOW } })
  })

  test.each([
    ['acme/web', { isOnSomeServer: 'acme/web' }],
    ['https://github.com/acme/web', { is: 'https://github.com/acme/web' }]
  ])('may be whoever signs in the repository %s', (repository, rule) => {
    const texts = {
      'certificate-oidc-issuer': ISSUER,
      'certificate-github-workflow-repository': repository
    }
    expect(parse(texts).policy).toEqual({ issuer: { is: ISSUER }, repository: rule })
  })

  test.each([
    ['certificate-identity', WORKFLOW],
    ['certificate-github-workflow-repository', 'acme/web']
  ])('is not known by %s without an issuer', (name, text) => {
    expect(() => parse({ [name]: text })).toThrow(
      expect.objectContaining({
        message: `\`${name}\` is given without \`certificate-oidc-issuer\`.`,
        fix: expect.stringContaining(ISSUER)
      })
    )
  })

  test('is not known by an issuer alone', () => {
    expect(() => parse({ 'certificate-oidc-issuer': ISSUER })).toThrow('does not name a signer')
  })

  test('may be one of several keys', () => {
    const { keyFiles, keyringFiles } = parse({ key: 'a.pub\nb.pub', keyring: 'a.gpg\nb.gpg' })
    expect([keyFiles, keyringFiles]).toEqual([
      ['a.pub', 'b.pub'],
      ['a.gpg', 'b.gpg']
    ])
  })
})
