import { describe, expect, test } from '@jest/globals'
import { keepSecrets, type SecretName } from '../../../src/publish/inputs/secret-inputs.ts'
import { Failure } from '../../../src/shared/failure.ts'
import { SecretKeeper } from '../../../src/shared/secret-keeper.ts'
import { useWorkspace } from '../../helpers/workspace.ts'

const workspace = useWorkspace()

async function keep(name: SecretName, text: string) {
  const masked: string[] = []
  const secrets = new SecretKeeper((form) => masked.push(form))
  const { signal } = new AbortController()
  const none = {
    password: undefined,
    'identity-token': undefined,
    'registry-auth': undefined,
    'client-key': undefined,
    'client-key-passphrase': undefined
  }
  const found = await keepSecrets({ ...none, [name]: text }, secrets, signal).catch(
    (error: unknown) => error
  )
  return { found, masked, secrets }
}

describe('`client-key`', () => {
  test.each([
    ['base64', Buffer.from('-----BEGIN PRIVATE KEY-----\nMIIB').toString('base64')],
    ['lines of base64', 'MIIBVAIBADANBgkq\nhkiG9w0BAQEFAASC\n'],
    ['what no path may be', 'MIIBVAIB\0ADANBgkq'],
    ['what is too long for a path', 'MIIBVAIB'.repeat(1000)]
  ])('that is %s is masked, and is not quoted', async (_, text) => {
    const { found, masked, secrets } = await keep('client-key', text)
    if (!(found instanceof Failure)) throw new Error('it was taken')
    expect(found).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(
        /^`client-key` is neither PEM text nor the path of a file that can be read: E[A-Z_]+\.$/
      ),
      fix: 'Give `client-key` as PEM text, or the path of a file that can be read.'
    })
    expect(masked).toContain(text.trim())
    expect(secrets.covers(String(found))).toBe(false)
  })

  test('that names a file is read, and the name is not masked', async () => {
    const folder = await workspace.write('keys', { 'client.key': 'the content of the key' })
    const { found, masked } = await keep('client-key', `${folder}/client.key\n`)
    expect(found).toMatchObject({ clientKey: expect.anything() })
    expect(masked).toContain('the content of the key')
    expect(masked).not.toContain(`${folder}/client.key`)
  })
})

describe('`registry-auth`', () => {
  test('has its passwords masked, however short', async () => {
    const { masked } = await keep('registry-auth', 'h.example: {username: u, password: a}')
    expect(masked).toEqual(['a'])
  })

  test('that is not usable has its parts masked, but no single letters', async () => {
    const { found, masked, secrets } = await keep('registry-auth', '- a\n- hunter2')
    expect(found).toBeInstanceOf(Failure)
    expect(masked).toContain('hunter2')
    expect(secrets.redact('a chart hunter2')).toBe('a chart ***')
  })
})
