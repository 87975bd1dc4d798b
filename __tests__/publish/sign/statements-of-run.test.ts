import { afterEach, describe, expect, test } from '@jest/globals'
import type { TrustRequest } from '../../../src/publish/model/trust-request.ts'
import type { RunStatements } from '../../../src/publish/sign/run-statements.ts'
import { statementsOfRun } from '../../../src/publish/sign/statements-of-run.ts'
import { failureIn } from '../../../src/shared/failure.ts'
import { takeIdentitySources } from '../../../src/sigstore/identity-sources.ts'
import { accessForTests } from '../../support/sigstore/access.ts'

const TRUST: TrustRequest = {
  sign: 'off',
  cosignKey: undefined,
  attest: 'provenance',
  githubAttestation: 'true',
  githubToken: undefined,
  sigstore: 'public-good',
  trustedRoot: undefined
}
/** A job that may ask for ID tokens, at an address where nobody listens. */
const JOB = {
  GITHUB_ACTIONS: 'true',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:1/token-of-the-job',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'a-token-of-the-runner'
}
const opened: RunStatements[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((statements) => statements.close()))
})

function dryRun(
  request: Partial<TrustRequest> = {},
  { environment = JOB as Readonly<Record<string, string>>, lacksSecrets = false } = {}
) {
  const access = accessForTests({ environment })
  const identity = takeIdentitySources({ ...environment }, access.secrets)
  const options = { access, environment, identity, dryRun: true, lacksSecrets }
  const statements = statementsOfRun({ ...TRUST, ...request }, options)
  opened.push(statements)
  return statements
}

function problemOf(work: () => unknown) {
  try {
    work()
    return undefined
  } catch (error) {
    return failureIn(error)?.kind
  }
}

describe('a dry run', () => {
  test('finds what keeps provenance from being stored at GitHub, as the run would', () => {
    expect(problemOf(() => dryRun())).toBe('usage')
  })

  test('does not look for that where forks get no secrets', async () => {
    await expect(dryRun({}, { lacksSecrets: true }).ready()).resolves.toBeUndefined()
  })

  test('asks nobody for a token', async () => {
    await expect(dryRun({ githubAttestation: 'false' }).ready()).resolves.toBeUndefined()
  })

  test('fails where the job may not ask for one', async () => {
    const environment = { GITHUB_ACTIONS: 'true' }
    const statements = dryRun({ githubAttestation: 'false' }, { environment })
    await expect(statements.ready()).rejects.toMatchObject({ kind: 'signing' })
  })
})
