import { expect, test } from '@jest/globals'
import { loadOpenPgp } from '../../src/pgp/openpgp.ts'

const failing = (code: string) => () => {
  return Promise.reject(Object.assign(new Error("Cannot find module './openpgp.cjs'"), { code }))
}

test.each(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'])(
  'a missing file of the library is named: %s',
  async (code) => {
    await expect(loadOpenPgp(failing(code))).rejects.toMatchObject({
      exitCode: 9,
      message: expect.stringContaining(
        'PGP signatures need the file openpgp.cjs, which is missing'
      ),
      fix: expect.stringContaining('openpgp.cjs of the same release')
    })
  }
)

test('any other fault of it is a bug', async () => {
  await expect(loadOpenPgp(failing('ERR_OTHER'))).rejects.not.toHaveProperty('kind')
})
