import { expect, test } from '@jest/globals'
import { readKeyringFile } from '../../src/pgp/keyring-file.ts'
import { KEYBOX, KEYS } from '../support/pgp/pgp-keys.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

async function read(content: string | Buffer) {
  await workspace.write('.', { keyring: content })
  return readKeyringFile(workspace.path('keyring'), new AbortController().signal)
}

test.each([
  ['armored', Buffer.from(KEYS.ed25519.public)],
  ['a keybox', KEYBOX]
])('a keyring that is %s is read as it is', async (_, content) => {
  expect(await read(content)).toEqual(content)
})

test.each([
  ['no keys', 'no key', 'it contains no OpenPGP keys'],
  ['nothing', '', 'it contains no OpenPGP keys']
])('a keyring with %s is an error of usage that names the file', async (_, content, why) => {
  await expect(read(content)).rejects.toMatchObject({
    kind: 'usage',
    message: `The keyring ${workspace.path('keyring')} cannot be read: ${why}`
  })
})
