import { describe, expect, test } from '@jest/globals'
import { readArchive } from '../../../src/chart/archive.ts'
import { PgpSigner, pgpSigning } from '../../../src/publish/sign/pgp-signer.ts'
import { Secret } from '../../../src/shared/secret.ts'
import { archiveOf, CHART_YAML, gzipOf, tarOf } from '../../support/charts/archives.ts'
import { RecordingLogger } from '../../support/log.ts'
import { KEYS } from '../../support/pgp/pgp-keys.ts'

const { secret, fingerprint } = KEYS.rsa2048
const DATE = new Date('2024-06-01T00:00:00Z')

async function signed(annotations = ''): Promise<readonly string[]> {
  const body = `${CHART_YAML}${annotations}`
  const { archive } = readArchive(gzipOf(tarOf([{ name: 'demo/Chart.yaml', body }])))
  if (!archive) throw new Error('the archive is refused')
  const logger = new RecordingLogger()
  const signer = new PgpSigner({ key: new Secret(secret) })
  const { provenance } = await signer.sign(archive, DATE, logger)
  expect(provenance.toString()).toContain('-----BEGIN PGP SIGNED MESSAGE-----')
  return logger.lines
}

const named = (text: string) =>
  `annotations:\n  artifacthub.io/signKey: |\n    fingerprint: ${text}\n    url: https://example.com/key\n`

describe('who signs is logged, and Chart.yaml should name the key', () => {
  test('so a notice has the lines where it names none', async () => {
    const lines = await signed()
    expect(lines[0]).toContain(`Signed with the PGP key ${fingerprint}`)
    expect(lines.at(-1)).toContain('Chart.yaml of demo does not name the PGP key that signs it')
    expect(lines.at(-1)).toContain(`\`fingerprint: ${fingerprint}\``)
  })

  test('or names another one', async () => {
    expect((await signed(named('A'.repeat(40)))).at(-1)).toContain('names another key than')
  })

  test('and there is none where it names this one, in any form', async () => {
    const spaced = fingerprint.toLowerCase().replace(/(.{4})/g, '$1 ')
    const lines = await signed(named(spaced))
    expect(lines.filter((line) => line.startsWith('notice'))).toEqual([])
  })
})

test('a key that cannot be used is no unhandled error before it is needed', async () => {
  const options = { lacksSecrets: false, logger: new RecordingLogger() }
  const sign = await pgpSigning({ key: new Secret('no key') }, options)
  await new Promise(setImmediate)
  const { archive } = readArchive(archiveOf())
  if (!archive || !sign) throw new Error('there is nothing to sign')
  await expect(sign(archive, DATE, new RecordingLogger())).rejects.toMatchObject({
    kind: 'signing'
  })
  expect(await pgpSigning(undefined, options)).toBeUndefined()
})

describe('a dry run that gets no secrets', () => {
  const logger = new RecordingLogger()

  test('signs nothing, and says so, where only the passphrase is missing', async () => {
    const key = new Secret(KEYS.encrypted.secret)
    expect(await pgpSigning({ key }, { lacksSecrets: true, logger })).toBeUndefined()
    expect(logger.lines).toEqual([expect.stringContaining('not checked: not available to forks')])
  })

  test('signs with a key that needs none', async () => {
    const key = new Secret(secret)
    expect(await pgpSigning({ key }, { lacksSecrets: true, logger })).toBeDefined()
  })
})
