import { describe, expect, test } from '@jest/globals'
import type { InputTexts } from '../../src/inputs/values.ts'
import { asYaml, HOSTILE_TEXTS } from '../support/hostile/texts.ts'
import { errorAnswer } from '../support/registry/registry-store.ts'
import type { SignedChart } from '../support/sigstore/signed-chart.ts'
import { signAs } from '../support/sigstore/statements.ts'
import { useVerify } from '../support/sigstore/use-verify.ts'

const { sigstore, storeChart, signedChart, reportOf, verify } = useVerify()

describe('the metadata of Artifact Hub', () => {
  const ID = '8c0ed3bd-39d0-4d37-8f2b-8f4d5f4ea9ab'

  test('are shown', async () => {
    const chart = await signedChart()
    chart.setArtifactHub(`repositoryID: ${ID}\nowners: [{name: A, email: a@example.com}]\n`)
    expect((await reportOf(chart)).artifactHub).toEqual({
      status: 'present',
      reason: null,
      repositoryID: ID,
      owners: [{ name: 'A', email: 'a@example.com' }],
      warnings: []
    })
  })

  test('are shown with what Artifact Hub would not understand', async () => {
    const chart = await signedChart()
    chart.setArtifactHub('repositoryID: mine\n')
    expect((await reportOf(chart)).artifactHub).toMatchObject({
      status: 'present',
      repositoryID: 'mine',
      warnings: [expect.stringContaining('that is not a UUID')]
    })
  })

  test.each<readonly [string, (chart: SignedChart) => void, string]>([
    ['no YAML', (chart) => chart.setArtifactHub('a: ['), 'is not YAML'],
    ['no mapping', (chart) => chart.setArtifactHub('- a'), 'is not a mapping'],
    ['something else', (chart) => chart.setArtifactHub('a: b', 'text/yaml'), 'not metadata'],
    [
      'hidden by the registry',
      ({ registry }) => {
        registry.fault = ({ url }) => {
          return url.endsWith('/artifacthub.io') ? errorAnswer(403, 'DENIED', 'no') : undefined
        }
      },
      '403'
    ]
  ])('that are %s decide nothing', async (_, spoil, why) => {
    const chart = await signedChart()
    spoil(chart)
    expect(await reportOf(chart)).toMatchObject({
      exitCode: 0,
      artifactHub: { status: 'unreadable', reason: expect.stringContaining(why) }
    })
  })
})

describe('the digest decides', () => {
  test('when the tag beside it points elsewhere, with a warning', async () => {
    const chart = await signedChart()
    const reference = `${chart.ref('1.0.0')}@${chart.digest}`
    expect(await reportOf(chart, {}, reference)).toMatchObject({
      exitCode: 0,
      codes: ['tag-not-digest']
    })
  })

  test('and other bytes under it are an error of the registry', async () => {
    const chart = await signedChart()
    const digest = `sha256:${'ab'.repeat(32)}`
    chart.registry.fault = ({ url }) => {
      const { mediaType, bytes } = chart.artifact.manifest
      if (!url.endsWith(digest)) return undefined
      return { status: 200, headers: { 'content-type': mediaType }, body: bytes }
    }
    const { errors, exitCode } = await verify([chart.ref(digest)])
    expect(errors).toMatchObject([{ message: expect.stringContaining('returned other content') }])
    expect(exitCode).toBe(6)
  })
})

test('what is no chart is said to be none', async () => {
  const chart = await signedChart()
  chart.setArtifactHub('owners: []')
  const { reports } = await verify([chart.ref('artifacthub.io')])
  expect(reports[0]?.problems.map(({ code }) => code)).toEqual([
    'nothing-signed',
    'verified-no-chart'
  ])
})

describe('several references', () => {
  test('are all verified; the first that is not valid or cannot be read decides on the exit code', async () => {
    const chart = await signedChart()
    const unsigned = chart.ref('artifacthub.io')
    chart.setArtifactHub('owners: []')
    const absent = chart.ref('9.9.9')
    const outcome = await verify([chart.ref(), absent, unsigned])
    const verdicts = outcome.reports.map(({ verdict }) => verdict)
    expect([verdicts, outcome.exitCode]).toEqual([['valid', 'absent'], 2])
    expect(outcome.errors).toMatchObject([{ message: expect.stringContaining('9.9.9') }])
    expect((await verify([unsigned, absent])).exitCode).toBe(9)
  })
})

describe('a file that cannot be used is an error of usage, before any registry is asked', () => {
  test.each<readonly [string, InputTexts, string]>([
    [
      'a key',
      { key: 'nowhere.pub' },
      'The key file nowhere.pub cannot be read: it does not exist (ENOENT)'
    ],
    [
      'a keyring',
      { keyring: 'nowhere.gpg' },
      'The keyring nowhere.gpg cannot be read: it does not exist (ENOENT)'
    ],
    ['a root', { 'trusted-root': 'nowhere.json' }, 'The trusted root nowhere.json cannot be read']
  ])('%s', async (_, texts, message) => {
    const chart = await storeChart()
    await expect(verify([chart.ref()], texts)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(message)
    })
    expect(chart.registry.requests).toEqual([])
  })
})

test('hostile texts of certificates and owners are data', async () => {
  const chart = await storeChart()
  const workflow = 'https://github.com/acme/x\\n::error::y\\#\\#[error]z\u001b[31m'
  await chart.attach(await signAs(sigstore, chart.statement(), { workflow }))
  const owners = HOSTILE_TEXTS.map(({ text }) => {
    return `- {name: ${asYaml(text)}, email: ${asYaml(text)}}\n`
  })
  chart.setArtifactHub(`owners:\n${owners.join('')}`)
  const { statements, artifactHub, exitCode } = await reportOf(chart)
  expect(statements[0]?.signedBy?.identity).toContain('x\n::error::y##[error]z\u001b[31m')
  expect(artifactHub).toMatchObject({ status: 'present' })
  expect(artifactHub.owners).toHaveLength(HOSTILE_TEXTS.length)
  expect(exitCode).toBe(0)
})
