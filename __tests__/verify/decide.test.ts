import { describe, expect, test } from '@jest/globals'
import { decide, type Evidence, type Question } from '../../src/verify/decide.ts'
import type { ProvenanceFile, StatedSigner, Statement } from '../../src/verify/trust-report.ts'

const NOBODY = { identity: null, issuer: null, repository: null, ref: null, run: null }
const CERTIFICATE: StatedSigner = { kind: 'certificate', ...NOBODY, keyHint: null }
const KEY: StatedSigner = { kind: 'key', ...NOBODY, keyHint: 'abc=' }
const NOTHING: Question = { identity: false, key: false, provenance: false }

function statement(
  verdict: Statement['verdict'],
  signedBy: StatedSigner | null = CERTIFICATE,
  reason: string | null = verdict === 'valid' ? null : 'the reason'
): Statement {
  return {
    kind: 'signature',
    predicateType: 'https://sigstore.dev/cosign/sign/v1',
    digest: `sha256:${'ab'.repeat(32)}`,
    verdict,
    reason,
    signedBy,
    logs: [],
    warnings: []
  }
}

function provenance(
  verdict: ProvenanceFile['verdict'],
  keyIds: readonly string[] = []
): ProvenanceFile {
  const reason = verdict === 'unchecked' || verdict === 'invalid' ? 'the reason' : null
  return { verdict, reason, digest: null, fileName: null, signer: null, keyIds }
}

/** The verdict, and the code of each problem. */
function decided(
  statements: readonly Statement[],
  question: Partial<Question> = {},
  provenanceFile = provenance('absent')
) {
  const evidence: Evidence = { statements, provenanceFile }
  const { verdict, problems } = decide(evidence, { ...NOTHING, ...question })
  for (const { severity, fix } of problems) {
    expect(severity).toBe('error')
    expect(fix).not.toBe('')
  }
  return [verdict, ...problems.map(({ code }) => code)]
}

function fixOf(evidence: Evidence, question: Partial<Question> = {}): string {
  const { problems } = decide(evidence, { ...NOTHING, ...question })
  return problems.map(({ fix }) => fix).join(' ')
}

const [VALID, INVALID, FOREIGN] = (['valid', 'invalid', 'foreign'] as const).map((verdict) => {
  return statement(verdict)
}) as [Statement, Statement, Statement]
const UNKNOWN_KEY = statement('unchecked', KEY)

describe('without a question', () => {
  test.each<readonly [string, readonly Statement[], ProvenanceFile, readonly string[]]>([
    ['one valid statement', [VALID], provenance('absent'), ['valid']],
    ['a valid one beside an unchecked one', [UNKNOWN_KEY, VALID], provenance('absent'), ['valid']],
    ['a valid one beside unchecked provenance', [VALID], provenance('unchecked'), ['valid']],
    [
      'an invalid one beside a valid one',
      [VALID, INVALID],
      provenance('absent'),
      ['invalid', 'statement-invalid']
    ],
    ['an invalid one alone', [INVALID], provenance('absent'), ['invalid', 'statement-invalid']],
    ['unchecked ones', [UNKNOWN_KEY], provenance('absent'), ['unchecked', 'nothing-verified']],
    ['provenance alone', [], provenance('unchecked'), ['unchecked', 'nothing-verified']],
    ['nothing', [], provenance('absent'), ['absent', 'nothing-signed']]
  ])('%s', (_, statements, provenanceFile, wanted) => {
    expect(decided(statements, {}, provenanceFile)).toEqual(wanted)
  })

  test('the flags are named that would verify what is unchecked, and no others', () => {
    const evidence = (statements: readonly Statement[], provenanceFile: ProvenanceFile) => {
      return fixOf({ statements, provenanceFile })
    }
    expect(evidence([UNKNOWN_KEY], provenance('absent'))).toBe('Give `key: FILE`.')
    expect(evidence([statement('unchecked')], provenance('unchecked'))).toBe(
      'Give `trusted-root: FILE` or `keyring: FILE`.'
    )
  })
})

describe('where an identity is asked for', () => {
  const question = { identity: true }

  test.each<readonly [string, readonly Statement[], readonly string[]]>([
    ['one valid statement will do', [INVALID, FOREIGN, UNKNOWN_KEY, VALID], ['valid']],
    ['others are not enough', [FOREIGN], ['invalid', 'identity-not-found']],
    ['an invalid one is not enough', [INVALID], ['invalid', 'identity-not-found']],
    [
      'a key is no identity',
      [statement('valid', KEY), UNKNOWN_KEY],
      ['absent', 'identity-not-found']
    ],
    [
      'an authority that nobody knows proves none',
      [statement('unchecked')],
      ['unchecked', 'identity-not-found']
    ],
    [
      'what cannot be read might be it',
      [statement('invalid', null)],
      ['invalid', 'identity-not-found']
    ],
    ['nothing', [], ['absent', 'identity-not-found']]
  ])('%s', (_, statements, wanted) => {
    expect(decided(statements, question)).toEqual(wanted)
  })

  test('the reason of the only candidate is in the message', () => {
    const { problems } = decide(
      { statements: [FOREIGN, UNKNOWN_KEY], provenanceFile: provenance('absent') },
      { ...NOTHING, identity: true }
    )
    expect(problems[0]?.message).toContain('is valid: the reason.')
  })
})

describe('where a key is asked for', () => {
  test.each<readonly [string, readonly Statement[], readonly string[]]>([
    ['one statement by it will do', [UNKNOWN_KEY, statement('valid', KEY), INVALID], ['valid']],
    ['another key is not enough', [UNKNOWN_KEY], ['unchecked', 'key-not-found']],
    ['a wrong signature is not', [statement('invalid', KEY)], ['invalid', 'key-not-found']],
    ['a certificate is no key', [VALID], ['absent', 'key-not-found']]
  ])('%s', (_, statements, wanted) => {
    expect(decided(statements, { key: true })).toEqual(wanted)
  })
})

describe('where provenance is asked for', () => {
  test.each(['invalid', 'unchecked', 'absent'] as const)(
    '%s provenance is not enough',
    (verdict) => {
      expect(decided([VALID], { provenance: true }, provenance(verdict))).toEqual([
        verdict,
        'provenance-not-valid'
      ])
    }
  )

  test('valid provenance will do, whatever else is attached', () => {
    expect(decided([INVALID], { provenance: true }, provenance('valid'))).toEqual(['valid'])
  })

  test('the key that is missing is named', () => {
    const evidence = {
      statements: [],
      provenanceFile: provenance('unchecked', ['0123456789ABCDEF'])
    }
    expect(fixOf(evidence, { provenance: true })).toContain('the key 0123456789ABCDEF')
  })
})

test('all that is asked for has to hold, and the worst answer is the verdict', () => {
  const all = { identity: true, key: true, provenance: true }
  expect(decided([VALID, statement('valid', KEY)], all, provenance('valid'))).toEqual(['valid'])
  expect(decided([VALID], all, provenance('unchecked'))).toEqual([
    'unchecked',
    'key-not-found',
    'provenance-not-valid'
  ])
  expect(decided([FOREIGN], all, provenance('absent'))[0]).toBe('invalid')
})
