import { expect, test } from '@jest/globals'
import { listingLines } from '../../src/cli/list-text.ts'
import type { ListedTag } from '../../src/list/listing.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { HOSTILE_TEXTS } from '../support/hostile/texts.ts'

const DIGEST = `sha256:${'ab'.repeat(32)}`
const VERSION: ListedTag = {
  tag: '1.4.0',
  version: '1.4.0',
  digest: DIGEST,
  created: '2024-06-01T10:00:00Z',
  size: 12_600,
  appVersion: '2.1',
  usable: true,
  problems: [],
  signatures: []
}

function linesOf(
  versions: readonly ListedTag[],
  otherTags: readonly ListedTag[] = [],
  kept: readonly string[] = []
): readonly string[] {
  const secrets = new SecretRegistry(() => undefined)
  for (const secret of kept) secrets.register(secret)
  const total = { versions: versions.length, otherTags: otherTags.length }
  return listingLines({ versions, otherTags, total }, secrets)
}

test('versions are a table, other tags one of their own', () => {
  const statement = { predicateType: null, digest: null }
  const signed: ListedTag = {
    ...VERSION,
    tag: '1.3.0_b',
    version: '1.3.0+b',
    appVersion: null,
    signatures: [
      { kind: 'signature', ...statement },
      { kind: 'signature', ...statement },
      { kind: 'pgp', ...statement }
    ]
  }
  const broken: ListedTag = {
    ...{ ...VERSION, tag: '1.2.0', version: '1.2.0', created: null, size: null, appVersion: null },
    usable: false,
    signatures: null,
    problems: [
      { code: 'a-code', severity: 'error', message: 'It is wrong.', fix: 'Change it.' },
      { code: 'b-code', severity: 'warning', message: 'It is odd.', fix: 'Change it.' }
    ]
  }
  expect(linesOf([VERSION, signed, broken], [{ ...VERSION, tag: 'latest' }])).toEqual([
    `VERSION  CREATED               SIZE      APP VERSION  ATTACHED (NOT VERIFIED)  DIGEST`,
    `1.4.0    2024-06-01T10:00:00Z  12.3 KiB  2.1          none                     ${DIGEST}`,
    `1.3.0+b  2024-06-01T10:00:00Z  12.3 KiB  -            signature (2), pgp       ${DIGEST}`,
    `1.2.0    -                     -         -            -                        ${DIGEST}`,
    '  error a-code: It is wrong.',
    '  warning b-code: It is odd.',
    '    Fix: Change it.',
    '',
    `OTHER TAG  POINTS TO  DIGEST`,
    `latest     1.4.0      ${DIGEST}`
  ])
})

test('nothing is nothing', () => {
  expect(linesOf([])).toEqual([])
})

test('a long text moves no column out of sight', () => {
  const [, line = ''] = linesOf([{ ...VERSION, appVersion: 'x'.repeat(5000) }])
  expect(line.length).toBeLessThan(250)
})

test.each(HOSTILE_TEXTS)('hostile text stays text: $marker', ({ text }) => {
  const problem = { code: 'c', severity: 'error', message: text, fix: text } as const
  const one = { ...VERSION, version: text, appVersion: text, problems: [problem] }
  for (const line of linesOf([one], [one])) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|^\s*::|##\[/)
  }
})

test('a secret of the run is hidden, also where a registry has it', () => {
  const secret = 'correct-horse-battery-staple'
  const problem = { code: 'c', severity: 'error', message: secret, fix: secret } as const
  const one = { ...VERSION, appVersion: secret, version: secret, problems: [problem] }
  const text = linesOf([one], [one], [secret]).join('\n')
  expect(text).not.toContain(secret)
  expect(text).toContain('***')
})
