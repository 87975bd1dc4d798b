import { execFileSync } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { delimiter } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { systemAuthorities } from '../../src/http/trusts.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
/** Where Node knows a store, whatever it has on this machine. */
const OF_PLATFORM = 'win32'

function block(content: string): string {
  return `-----BEGIN CERTIFICATE-----\n${content}\n-----END CERTIFICATE-----`
}

test('the file and the folders that the environment names are read, each certificate once', async () => {
  const folder = await workspace.write('trust', {
    'bundle.pem': `# a comment\n${block('A')}\n\n${block('B')}\n`,
    'one/a.pem': block('A'),
    'one/c.crt': block('C'),
    'one/notes.txt': 'no certificate',
    'one/sub/x.pem': block('X'),
    'two/d.0': `-----BEGIN PRIVATE KEY-----\nK\n-----END PRIVATE KEY-----\n${block('D')}`
  })
  await symlink('c.crt', `${folder}/one/link`)
  const environment = {
    SSL_CERT_FILE: `${folder}/bundle.pem`,
    SSL_CERT_DIR: ['', `${folder}/one`, `${folder}/missing`, `${folder}/two`].join(delimiter)
  }
  expect(await systemAuthorities(environment, 'linux')).toEqual({
    certificates: ['A', 'B', 'C', 'D'].map(block)
  })
})

describe('a file that cannot be used', () => {
  test.each([
    ['does not exist', 'missing.pem', 'it does not exist (ENOENT)'],
    ['is a folder', '.', 'it is a directory'],
    ['is a pipe that nobody writes to', 'pipe', 'it is a FIFO'],
    ['is a device', '/dev/zero', 'it is a device']
  ])('since it %s is reported, and holds nothing up', async (_, name, why) => {
    const folder = await workspace.write('trust', { 'one/a.pem': block('A') })
    execFileSync('mkfifo', [`${folder}/pipe`])
    const path = name.startsWith('/') ? name : `${folder}/${name}`
    const environment = { SSL_CERT_FILE: path, SSL_CERT_DIR: `${folder}/one` }
    expect(await systemAuthorities(environment, OF_PLATFORM)).toEqual({
      certificates: expect.arrayContaining([block('A')]),
      problem: `SSL_CERT_FILE names ${path}, which cannot be read: ${why}.`
    })
  })
})

test('an empty variable names nothing, and a file replaces only the bundle', async () => {
  const folder = await workspace.write('trust', { 'a.pem': block('A') })
  const own = await systemAuthorities({ SSL_CERT_FILE: '', SSL_CERT_DIR: '' }, 'linux')
  const usual = await systemAuthorities({}, 'linux')
  expect(own).toEqual(usual)
  const more = await systemAuthorities({ SSL_CERT_FILE: `${folder}/a.pem` }, 'linux')
  expect(more.certificates).toContain(block('A'))
})
