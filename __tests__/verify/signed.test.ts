import { describe, expect, test } from '@jest/globals'
import type { InputTexts } from '../../src/inputs/values.ts'
import { PROVENANCE_PREDICATE } from '../../src/sigstore/statement.ts'
import { makeKey, signAs, signWith } from '../support/sigstore/statements.ts'
import { useVerify } from '../support/sigstore/use-verify.ts'

const { sigstore, storeChart, signedChart, reportOf, identityFlags, keyFile } = useVerify()

describe('a chart that a workflow has signed', () => {
  test('is valid, says who signed it, and has every key', async () => {
    const chart = await signedChart()
    expect(await reportOf(chart)).toEqual({
      input: chart.ref(),
      ref: chart.ref().slice('oci://'.length),
      digest: chart.digest,
      verdict: 'valid',
      identityChecked: false,
      statements: [
        {
          kind: 'signature',
          predicateType: 'https://sigstore.dev/cosign/sign/v1',
          digest: chart.index.manifests[0]?.digest,
          verdict: 'valid',
          reason: null,
          signedBy: {
            kind: 'certificate',
            identity: sigstore.workflow,
            issuer: sigstore.issuer.url,
            repository: 'https://github.com/acme/charts',
            ref: null,
            run: null,
            keyHint: null
          },
          logs: ['rekor.test'],
          warnings: []
        }
      ],
      provenanceFile: {
        verdict: 'absent',
        reason: null,
        digest: null,
        fileName: null,
        signer: null,
        keyIds: []
      },
      artifactHub: {
        status: 'absent',
        reason: null,
        repositoryID: null,
        owners: [],
        warnings: []
      },
      problems: [],
      exitCode: 0,
      codes: []
    })
  })

  test('is valid for its own identity, by tag and by digest', async () => {
    const chart = await signedChart()
    for (const reference of [chart.ref(), chart.ref(chart.digest)]) {
      expect(await reportOf(chart, identityFlags(), reference)).toMatchObject({
        verdict: 'valid',
        identityChecked: true,
        digest: chart.digest,
        exitCode: 0
      })
    }
  })

  test('may have provenance and other statements beside the signature', async () => {
    const chart = await signedChart()
    for (const predicate of [PROVENANCE_PREDICATE, 'https://cyclonedx.org/bom']) {
      await chart.attach(await signAs(sigstore, chart.statement(predicate)), predicate)
    }
    const { statements, exitCode } = await reportOf(chart, identityFlags())
    expect(statements.map(({ kind }) => kind)).toEqual(['signature', 'provenance', 'other'])
    expect(exitCode).toBe(0)
  })

  test.each<readonly [string, () => InputTexts, string]>([
    [
      'another workflow',
      () => identityFlags(sigstore.workflow.replace('acme', 'evil')),
      'the identity is'
    ],
    [
      'the same workflow of another version',
      () => identityFlags(`${sigstore.workflow}2`),
      'the identity is'
    ],
    [
      'another issuer',
      () => ({ ...identityFlags(), 'certificate-oidc-issuer': 'https://issuer.test' }),
      'the issuer is'
    ],
    [
      'another repository',
      () => ({ ...identityFlags(), 'certificate-github-workflow-repository': 'evil/charts' }),
      'the source repository is'
    ]
  ])('is not valid for %s', async (_, texts, reason) => {
    const chart = await signedChart()
    const report = await reportOf(chart, texts())
    expect(report).toMatchObject({
      verdict: 'invalid',
      exitCode: 9,
      codes: ['identity-not-found'],
      statements: [{ verdict: 'foreign', reason: expect.stringContaining(reason) }]
    })
  })

  test('in a reusable workflow is told from what others signed there by the repository', async () => {
    const chart = await storeChart()
    const theirs = { repository: 'https://github.com/evil/charts' }
    await chart.attach(await signAs(sigstore, chart.statement(), theirs))
    const texts = {
      'certificate-oidc-issuer': sigstore.issuer.url,
      'certificate-github-workflow-repository': 'acme/charts'
    }
    expect((await reportOf(chart, { ...identityFlags(), ...texts })).exitCode).toBe(9)
    await chart.attach(await signAs(sigstore, chart.provenanceStatement()), PROVENANCE_PREDICATE)
    for (const repository of ['acme/charts', 'https://github.com/acme/charts']) {
      const named = { ...texts, 'certificate-github-workflow-repository': repository }
      expect(await reportOf(chart, named)).toMatchObject({
        exitCode: 0,
        statements: [{ verdict: 'foreign' }, { verdict: 'valid' }]
      })
    }
  })

  test('is unchecked where only the built-in root is trusted: anybody may have made that certificate', async () => {
    const chart = await signedChart()
    expect(await reportOf(chart, { 'trusted-root': '' })).toMatchObject({
      verdict: 'unchecked',
      exitCode: 9,
      statements: [{ verdict: 'unchecked' }],
      problems: [{ code: 'nothing-verified', fix: 'Give `trusted-root: FILE`.' }]
    })
  })
})

describe('a chart that a key has signed', () => {
  test('is unchecked without it, with the flag to give, and valid with it', async () => {
    const chart = await storeChart()
    const key = makeKey()
    await chart.attach(signWith(key, chart.statement()))
    expect(await reportOf(chart)).toMatchObject({
      verdict: 'unchecked',
      exitCode: 9,
      statements: [{ verdict: 'unchecked', signedBy: { kind: 'key', identity: null } }],
      problems: [{ fix: 'Give `key: FILE`.' }]
    })
    expect(await reportOf(chart, { key: await keyFile('cosign.pub', key.pem) })).toMatchObject({
      verdict: 'valid',
      identityChecked: true,
      exitCode: 0
    })
  })

  test('is valid with either key after a change, in two files or one', async () => {
    const [old, fresh, other] = [makeKey(), makeKey(), makeKey()]
    const chart = await storeChart()
    await chart.attach(signWith(old, chart.statement()))
    const both = [await keyFile('old.pub', old.pem), await keyFile('new.pub', fresh.pem)].join('\n')
    const one = await keyFile('both.pub', fresh.pem, old.pem)
    for (const key of [both, one]) expect((await reportOf(chart, { key })).exitCode).toBe(0)
    const without = [await keyFile('new.pub', fresh.pem), await keyFile('other.pub', other.pem)]
    expect(await reportOf(chart, { key: without.join('\n') })).toMatchObject({
      verdict: 'unchecked',
      codes: ['key-not-found'],
      exitCode: 9
    })
  })

  test('beside a workflow has to be signed by both where both are asked for', async () => {
    const key = makeKey()
    const chart = await signedChart()
    const texts = { ...identityFlags(), key: await keyFile('cosign.pub', key.pem) }
    expect(await reportOf(chart, texts)).toMatchObject({
      verdict: 'absent',
      codes: ['key-not-found']
    })
    await chart.attach(signWith(key, chart.provenanceStatement()), PROVENANCE_PREDICATE)
    expect((await reportOf(chart, texts)).exitCode).toBe(0)
  })
})
