import { describe, expect, test } from '@jest/globals'
import { registerSecrets } from '../../src/inputs/secret-inputs.ts'
import type { SecretName } from '../../src/inputs/table/table.ts'
import { Failure } from '../../src/shared/failure.ts'
import { Secret } from '../../src/shared/secret.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

async function keep(name: SecretName, text: string) {
  const masked: string[] = []
  const secrets = new SecretRegistry((form) => masked.push(form))
  const { signal } = new AbortController()
  const none = {
    password: undefined,
    'identity-token': undefined,
    'registry-auth': undefined,
    'client-key': undefined,
    'client-key-passphrase': undefined
  }
  const found = await registerSecrets({ ...none, [name]: text }, secrets, signal).catch(
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
        /^`client-key` is neither PEM text nor the path of a readable file: [^"]*(E[A-Z_]+)?\)?\.$/
      ),
      fix: 'Set `client-key` to PEM text, or to the path of a readable file.'
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
  test('has its passwords hidden, however short', async () => {
    const { masked, secrets } = await keep('registry-auth', 'h.example: {username: u, password: a}')
    expect(masked).toEqual([])
    expect(secrets.redact('Packaged, said "a"')).toBe('Packaged, said "***"')
  })

  test.each([
    'u:hunter2!@h.example',
    'https://u:hunter2!@h.example',
    'u:hun/ter2!@h.example',
    'oci://hunter2!token@h.example'
  ])('that has a login in a host is refused without it: %s', async (host) => {
    const { found, masked, secrets } = await keep(
      'registry-auth',
      `'${host}': {username: u, password: secret-value}`
    )
    if (!(found instanceof Failure)) throw new Error('it was taken')
    expect(found.message).toMatch(/"(?:[a-z]+:\/\/)?\*\*\*@h\.example" is not a host/)
    expect(masked).toContain('secret-value')
    expect(secrets.redact(`others print ${host}`)).not.toMatch(/ter2/)
  })

  test('that is not valid has its parts masked, but no single letters', async () => {
    const { found, masked, secrets } = await keep('registry-auth', '- a\n- hunter2')
    expect(found).toBeInstanceOf(Failure)
    expect(masked).toContain('hunter2')
    expect(secrets.redact('a chart hunter2')).toBe('a chart ***')
  })
})

describe('a secret of an input', () => {
  async function remarksOf(name: SecretName, text: string) {
    const { found, masked } = await keep(name, text)
    if (!(found instanceof Object) || !('remarks' in found)) throw found
    return { remarks: found.remarks, found, masked }
  }

  test.each<SecretName>(['password', 'identity-token', 'client-key-passphrase'])(
    '(`%s`) loses the byte order mark of PowerShell, with a notice',
    async (name) => {
      const { remarks, masked } = await remarksOf(name, '\ufeffa-long-password\r\n')
      expect(masked).toContain('a-long-password')
      expect(masked.filter((form) => form.includes('\ufeff'))).toEqual([])
      expect(remarks).toEqual([
        {
          level: 'notice',
          text: expect.stringContaining(`\`${name}\` begins with a byte order mark`)
        }
      ])
    }
  )

  test.each([
    ['a-long\u200bpassword', 'U+200B'],
    ['a-long-password\u00a0', 'U+00A0'],
    ['\u202aa-long-password', 'U+202A'],
    ['a-long\u0000password', 'U+0000'],
    ['a-long\u00adpassword', 'U+00AD'],
    ['a-long\ufffdpassword', 'U+FFFD'],
    [' a-long-password', 'begins or ends with a space'],
    ['a-long-password\t', 'begins or ends with a space']
  ])('(%j) that is probably not meant is sent unchanged, with a warning', async (text, words) => {
    const { remarks, found, masked } = await remarksOf('password', text)
    expect(remarks).toEqual([{ level: 'warning', text: expect.stringContaining(words) }])
    expect(found).toMatchObject({ password: new Secret(text) })
    expect(masked).toContain(text)
    expect(JSON.stringify(remarks)).not.toContain('long')
  })

  test.each([
    'a long password',
    'pässwörd',
    '{\n\t"type": "service_account"\n}\n',
    '日本語パスワード',
    '😀'
  ])('(%j) that may well be meant is taken without a word', async (text) => {
    expect((await remarksOf('password', text)).remarks).toEqual([])
  })

  test('in `registry-auth` is treated alike, and named', async () => {
    const { remarks, masked } = await remarksOf(
      'registry-auth',
      '\ufeffh.example: {username: u, password: "\\ufeffa-long-password\\u200b"}'
    )
    expect(remarks).toEqual([
      {
        level: 'notice',
        text: expect.stringContaining('`password` of "h.example" in `registry-auth`')
      },
      { level: 'warning', text: expect.stringContaining('U+200B') }
    ])
    expect(masked).toContain('a-long-password\u200b')
  })
})
