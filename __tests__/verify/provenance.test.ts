import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { dearmored, KEYS } from '../support/pgp/pgp-keys.ts'
import { provenanceOf } from '../support/sigstore/signed-chart.ts'
import { useVerify } from '../support/sigstore/use-verify.ts'

const { workspace, storeChart, signedChart, reportOf, identityFlags, keyFile } = useVerify()

describe('PGP provenance', () => {
  const keyring = () => keyFile('public.gpg', KEYS.rsa2048.public)

  test('is valid with the key, armored or binary, by the name that Helm pulls it by', async () => {
    const chart = await storeChart(await provenanceOf())
    await writeFile(workspace.path('binary.gpg'), dearmored(KEYS.rsa2048.public))
    const other = await keyFile('other.asc', KEYS.ed25519.public)
    for (const path of [await keyring(), workspace.path('binary.gpg')]) {
      expect(await reportOf(chart, { keyring: `${other}\n${path}` })).toMatchObject({
        verdict: 'valid',
        exitCode: 0,
        provenanceFile: {
          verdict: 'valid',
          reason: null,
          fileName: 'demo-1.2.3.tgz',
          signer: {
            userId: 'Acme rsa2048 <rsa2048@example.com>',
            fingerprint: KEYS.rsa2048.fingerprint,
            keyId: KEYS.rsa2048.fingerprint.slice(-16),
            date: '2024-06-01T00:00:00.000Z'
          }
        }
      })
    }
  })

  test('by digest has to name the file of its version', async () => {
    const chart = await storeChart(await provenanceOf())
    const report = await reportOf(chart, { keyring: await keyring() }, chart.ref(chart.digest))
    expect(report).toMatchObject({ exitCode: 0, provenanceFile: { fileName: 'demo-1.2.3.tgz' } })
    const other = await storeChart(await provenanceOf('demo-1.2.4.tgz'))
    const refused = await reportOf(other, { keyring: await keyring() }, other.ref(other.digest))
    expect(refused).toMatchObject({ exitCode: 9, verdict: 'invalid' })
  })

  test.each(['latest', 'v1.2.3', '1.2'])(
    'under the tag %s is not valid, as for Helm',
    async (tag) => {
      const chart = await storeChart(await provenanceOf())
      chart.tagAs(tag)
      expect(await reportOf(chart, { keyring: await keyring() }, chart.ref(tag))).toMatchObject({
        verdict: 'invalid',
        exitCode: 9,
        provenanceFile: {
          verdict: 'invalid',
          fileName: `demo-${tag}.tgz`,
          reason: `provenance does not contain a SHA for a file named "demo-${tag}.tgz", only for "demo-1.2.3.tgz"`
        }
      })
    }
  )

  test('in a repository of another name is not valid, as for Helm', async () => {
    const chart = await storeChart(await provenanceOf())
    chart.tagAs('1.2.3', 'charts/other')
    const reference = chart.ref().replace('/demo:', '/other:')
    const report = await reportOf(chart, { keyring: await keyring() }, reference)
    expect(report.provenanceFile).toMatchObject({ verdict: 'invalid', fileName: 'other-1.2.3.tgz' })
  })

  test('of another archive is not valid', async () => {
    const chart = await storeChart(await provenanceOf(undefined, `sha256:${'ab'.repeat(32)}`))
    expect((await reportOf(chart, { keyring: await keyring() })).provenanceFile).toMatchObject({
      verdict: 'invalid',
      reason: expect.stringContaining('sha256 sum does not match')
    })
  })

  test('that was changed is not valid', async () => {
    const text = (await provenanceOf()).toString('utf8').replace('name: demo', 'name: evil')
    const chart = await storeChart(Buffer.from(text))
    expect(await reportOf(chart, { keyring: await keyring() })).toMatchObject({
      verdict: 'invalid',
      exitCode: 9
    })
  })

  test('by a key that is in no keyring is unchecked, and the key is named', async () => {
    const chart = await storeChart(await provenanceOf())
    const other = await keyFile('other.asc', KEYS.ed25519.public)
    expect(await reportOf(chart, { keyring: other })).toMatchObject({
      verdict: 'unchecked',
      exitCode: 9,
      provenanceFile: { keyIds: [KEYS.rsa2048.fingerprint.slice(-16)] },
      problems: [{ fix: expect.stringContaining(KEYS.rsa2048.fingerprint.slice(-16)) }]
    })
  })

  test('without a keyring is unchecked, whatever is in it', async () => {
    const sound = await storeChart(await provenanceOf())
    expect(await reportOf(sound)).toMatchObject({
      verdict: 'unchecked',
      exitCode: 9,
      problems: [{ fix: 'Give `keyring: FILE`.' }]
    })
    const wrong = await signedChart(await provenanceOf('other-1.0.0.tgz'))
    expect(await reportOf(wrong)).toMatchObject({
      verdict: 'valid',
      exitCode: 0,
      provenanceFile: {
        verdict: 'unchecked',
        reason: expect.stringContaining('it would be invalid with one')
      }
    })
  })

  test('has to be valid beside a signature where both are asked for', async () => {
    const chart = await signedChart(await provenanceOf())
    const texts = { ...identityFlags(), keyring: await keyring() }
    expect((await reportOf(chart, texts)).exitCode).toBe(0)
    chart.registry.store.setBlob(
      Buffer.from('x'),
      chart.artifact.layers.find(({ mediaType }) => mediaType.endsWith('.prov'))?.digest
    )
    expect(await reportOf(chart, texts)).toMatchObject({
      verdict: 'invalid',
      exitCode: 9,
      codes: ['provenance-not-valid']
    })
  })
})
