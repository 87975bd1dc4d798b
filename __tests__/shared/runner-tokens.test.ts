import { expect, test } from '@jest/globals'
import { registerRunnerTokens } from '../../src/shared/runner-tokens.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'

const TOKEN = 'q7Rt2Zw9KxB4mN8vLc3HsD6f'

test.each([
  ['ACTIONS_RUNTIME_TOKEN', true, true],
  ['ACTIONS_ID_TOKEN_REQUEST_TOKEN', true, true],
  ['GITHUB_TOKEN', true, false],
  ['CI_JOB_TOKEN', true, false],
  ['AWS_SECRET_ACCESS_KEY', true, false],
  ['IMAGE_PULL_SECRET', false, false],
  ['MY_TOKEN', false, false]
])('%s is a secret of the run: %s; it leaves the environment: %s', (name, isSecret, isRemoved) => {
  const secrets = new SecretRegistry(() => undefined)
  const environment: Record<string, string | undefined> = { [name]: TOKEN, PATH: '/bin' }
  registerRunnerTokens(environment, secrets)
  expect(secrets.search().find(Buffer.from(`a: ${TOKEN}`)) !== undefined).toBe(isSecret)
  expect(secrets.redact(TOKEN) === '***').toBe(isSecret)
  expect(environment).toEqual(isRemoved ? { PATH: '/bin' } : { [name]: TOKEN, PATH: '/bin' })
})

test('a value that is not a token hides no word of the log', () => {
  const secrets = new SecretRegistry(() => undefined)
  registerRunnerTokens({ GITHUB_TOKEN: 'test', ACTIONS_RUNTIME_TOKEN: '' }, secrets)
  expect(secrets.redact('a test')).toBe('a test')
  registerRunnerTokens({ NODE_AUTH_TOKEN: 'XXXXX-XXXXX-XXXXX-XXXXX' }, secrets)
  expect(secrets.redact('XXXXX-XXXXX-XXXXX-XXXXX')).toBe('XXXXX-XXXXX-XXXXX-XXXXX')
})
