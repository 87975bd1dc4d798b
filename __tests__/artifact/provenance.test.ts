import { expect, test } from '@jest/globals'
import { archiveName, provenanceProblems } from '../../src/artifact/provenance.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const OTHER = `sha256:${'b'.repeat(64)}`
const NAME = archiveName({ name: 'demo', version: '1.2.3+b' })

const signed = (files: string) =>
  Buffer.from(
    `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nname: demo\n\n...\nfiles:\n${files}-----BEGIN PGP SIGNATURE-----\n`
  )

test.each([
  ['as helm writes it', `  demo-1.2.3+b.tgz: ${DIGEST}\n`],
  ['with CRLF', `  demo-1.2.3+b.tgz: ${DIGEST}\r\n`],
  ['in quotes', `  "demo-1.2.3+b.tgz": '${DIGEST}'\n`],
  ['among others', `  x.tgz: ${OTHER}\n  demo-1.2.3+b.tgz: ${DIGEST}\n`],
  ['under several names', `  x.tgz: ${DIGEST}\n  demo-1.2.3+b.tgz: ${DIGEST}\n`]
])('provenance that names the archive is right: %s', (_, files) => {
  expect(provenanceProblems(signed(files), DIGEST, NAME)).toEqual([])
})

test.each([
  ['another digest', `  demo-1.2.3+b.tgz: ${OTHER}\n`, `does not name the archive, ${DIGEST}`],
  [
    'another file',
    `  chart.tgz: ${DIGEST}\n`,
    'is for the file "chart.tgz", but Helm pulls the chart as "demo-1.2.3+b.tgz"'
  ],
  [
    'the digest of another file',
    `  x.tgz: ${DIGEST}\n  demo-1.2.3+b.tgz: ${OTHER}\n`,
    'the file "x.tgz"'
  ],
  ['nothing', '', 'does not name the archive']
])('provenance that names %s is a warning', (_, files, message) => {
  const problems = provenanceProblems(signed(files), DIGEST, NAME)
  expect(problems).toMatchObject([{ code: 'provenance-contradicts-chart', allows: 'genuine' }])
  expect(problems[0]?.message).toContain(message)
})

test('of a chart that cannot be read the digest decides', () => {
  expect(provenanceProblems(signed(`  x.tgz: ${DIGEST}\n`), DIGEST, undefined)).toEqual([])
  expect(provenanceProblems(signed(`  x.tgz: ${OTHER}\n`), DIGEST, undefined)).toHaveLength(1)
})
