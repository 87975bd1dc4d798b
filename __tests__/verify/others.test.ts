import { describe, expect, test } from '@jest/globals'
import type { InputTexts } from '../../src/inputs/values.ts'
import { PROVENANCE_PREDICATE } from '../../src/sigstore/statement.ts'
import { KEYS } from '../support/pgp/pgp-keys.ts'
import { artifactOf } from '../support/registry/clients.ts'
import { errorAnswer } from '../support/registry/registry-store.ts'
import type { SignedChart } from '../support/sigstore/signed-chart.ts'
import { makeKey, signAs, signWith } from '../support/sigstore/statements.ts'
import { useVerify } from '../support/sigstore/use-verify.ts'

const { sigstore, storeChart, signedChart, reportOf, identityFlags, keyFile, verify } = useVerify()

describe('what others attach', () => {
  /** Statements that prove nothing. */
  const OTHERS: Readonly<Record<string, (chart: SignedChart) => Promise<Buffer>>> = {
    'a bundle that was tampered with': async (chart) => {
      const bundle = JSON.parse((await signAs(sigstore, chart.statement())).toString('utf8'))
      bundle.dsseEnvelope.signatures[0].sig = 'MEUCIQ=='
      return Buffer.from(JSON.stringify(bundle))
    },
    'the bundle of another chart': async (chart) => {
      return signAs(sigstore, chart.statement(undefined, `sha256:${'cd'.repeat(32)}`))
    },
    'no bundle at all': async () => Buffer.from('{}')
  }

  test.each(Object.entries(OTHERS))('%s fails a chart that nobody asks about', async (_, make) => {
    const chart = await signedChart()
    await chart.attach(await make(chart))
    expect(await reportOf(chart)).toMatchObject({
      verdict: 'invalid',
      codes: ['statement-invalid'],
      exitCode: 9,
      statements: [{ verdict: 'valid' }, { verdict: 'invalid' }]
    })
  })

  test.each(Object.entries(OTHERS))('%s does not harm a valid statement', async (_, make) => {
    const chart = await storeChart()
    await chart.attach(await make(chart))
    expect(await reportOf(chart, identityFlags())).toMatchObject({
      verdict: 'invalid',
      exitCode: 9
    })
    await chart.attach(await signAs(sigstore, chart.statement()))
    expect(await reportOf(chart, identityFlags())).toMatchObject({ verdict: 'valid', exitCode: 0 })
  })

  test('what a registry cannot show does not harm a valid statement; without one it is the error', async () => {
    const chart = await signedChart()
    await chart.attach(await signAs(sigstore, chart.provenanceStatement()), PROVENANCE_PREDICATE)
    const [first, second] = chart.index.manifests.map(({ digest }) => digest)
    const refuse = (digest = '') => {
      chart.registry.fault = ({ url }) => {
        return url.includes(digest) ? errorAnswer(403, 'DENIED', 'quarantined') : undefined
      }
    }
    refuse(second)
    expect(await reportOf(chart, identityFlags())).toMatchObject({
      exitCode: 0,
      codes: ['statement-unreadable'],
      problems: [{ severity: 'warning', message: expect.stringContaining('quarantined') }]
    })
    const { errors, exitCode } = await verify([chart.ref()])
    expect(errors).toMatchObject([
      { kind: 'auth', message: expect.stringContaining('quarantined') }
    ])
    expect(exitCode).toBe(5)
    chart.setIndex(chart.index.manifests.slice(0, 1))
    refuse(first)
    expect((await verify([chart.ref()], identityFlags())).exitCode).toBe(5)
  })

  test('more than 50 statements are not all read, which is said', async () => {
    const chart = await signedChart()
    const [own] = chart.index.manifests
    const key = makeKey()
    await chart.attach(signWith(key, chart.statement()))
    const [, foreign] = chart.index.manifests
    const many = Array.from({ length: 50 }, (_, index) => {
      return { ...foreign, digest: `sha256:${String(index).padStart(64, '0')}` }
    })
    chart.setIndex([own ?? {}, ...many])
    const report = await reportOf(chart, identityFlags())
    expect(report.verdict).toBe('valid')
    expect(report.codes).toContain('statements-unread')
    expect(report.problems.map(({ message }) => message).join()).toContain(
      '51 manifests may be statements'
    )
    chart.setIndex([...many, own ?? {}])
    const buried = await reportOf(chart, identityFlags())
    expect(buried.exitCode).toBe(9)
    expect(buried.codes).toEqual(
      expect.arrayContaining(['identity-not-found', 'statements-unread'])
    )
    expect(buried.statements).toEqual([])
  })

  test('what is no statement is passed over', async () => {
    const chart = await signedChart()
    const artifactType = 'application/spdx+json'
    chart.setIndex([
      ...chart.index.manifests,
      { artifactType, digest: `sha256:${'ef'.repeat(32)}` }
    ])
    expect(await reportOf(chart)).toMatchObject({ verdict: 'valid', problems: [] })
  })
})

describe('a signature that is gone', () => {
  test('is said, and does not count', async () => {
    const chart = await signedChart()
    const gone = `sha256:${'ef'.repeat(32)}`
    const entry = { ...chart.index.manifests[0], digest: gone }
    chart.setIndex([...chart.index.manifests, entry])
    expect(await reportOf(chart)).toMatchObject({
      verdict: 'valid',
      statements: [{ verdict: 'valid' }],
      problems: [
        {
          code: 'statement-gone',
          severity: 'warning',
          message: `The index names a signature that the registry no longer has (cleanup?): ${gone}.`
        }
      ]
    })
    chart.setIndex([entry])
    expect(await reportOf(chart)).toMatchObject({
      verdict: 'absent',
      codes: ['nothing-signed', 'statement-gone'],
      exitCode: 9
    })
  })
})

describe('a chart that nobody has signed', () => {
  test.each<readonly [string, () => Promise<InputTexts>, string]>([
    ['without a question', async () => ({}), 'nothing-signed'],
    ['for an identity', async () => identityFlags(), 'identity-not-found'],
    ['for a key', async () => ({ key: await keyFile('a.pub', makeKey().pem) }), 'key-not-found'],
    [
      'for a keyring',
      async () => ({ keyring: await keyFile('a.asc', KEYS.rsa2048.public) }),
      'provenance-not-valid'
    ]
  ])('is absent %s', async (_, texts, code) => {
    const chart = await storeChart()
    expect(await reportOf(chart, await texts())).toMatchObject({
      verdict: 'absent',
      codes: [code],
      exitCode: 9
    })
  })

  test('is the error where the tag of the index is something else', async () => {
    const chart = await storeChart()
    const { mediaType: type, bytes } = artifactOf('x').manifest
    const manifest = { type, bytes }
    chart.registry.store.setManifest('charts/demo', chart.digest.replace(':', '-'), manifest)
    const { errors, exitCode } = await verify([chart.ref(chart.digest)])
    expect(errors).toMatchObject([{ message: expect.stringContaining('is not an index') }])
    expect(exitCode).toBe(9)
  })

  test('counts the chart itself under that tag as no index, as `cosign copy` leaves it', async () => {
    const chart = await storeChart()
    chart.tagAs(chart.digest.replace(':', '-'))
    expect((await reportOf(chart)).codes).toEqual(['nothing-signed'])
  })
})
