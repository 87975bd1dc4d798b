import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { wrapped } from '../../src/action/wrap-command.ts'

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`
const PATH = 'a-long-name-of-an-organization/and-a-long-name-of-a-repository'
const COMMANDS = [
  `helm pull oci://ghcr.io/acme/charts/storefront@${DIGEST} --plain-http`,
  `helm install demo oci://ghcr.io/${PATH}/${PATH}/${PATH}/demo@${DIGEST} --insecure-skip-tls-verify`,
  `helm pull oci://ghcr.io/${'x'.repeat(250)} --version 1.2.3`,
  `cosign verify --certificate-identity-regexp '^https://github\\.com/acme/charts with a blank/' --key "${'k'.repeat(90)}" ghcr.io/demo@${DIGEST}`
]

describe('a long command', () => {
  test.each(COMMANDS)('has the same words for a shell: %s', (command) => {
    const [, ...words] = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], {
      encoding: 'utf8'
    }).split('\n')
    const [, ...others] = execFileSync(
      'sh',
      ['-c', `printf '%s\\n' ${wrapped(command).join('\n')}`],
      { encoding: 'utf8' }
    ).split('\n')
    expect(others).toEqual(words)
  })

  test.each(COMMANDS)('has lines that the page has room for: %s', (command) => {
    expect(Math.max(...wrapped(command).map(({ length }) => length))).toBeLessThanOrEqual(96)
  })

  test('is cut before a digest', () => {
    expect(wrapped(COMMANDS[0] ?? '')).toEqual([
      'helm pull \\',
      '  oci://ghcr.io/acme/charts/storefront\\',
      `@${DIGEST} --plain-http`
    ])
  })
})

test.each([
  ['that is short', 'helm pull oci://ghcr.io/acme/demo --version 1.2.3'],
  ['with a comment', `helm pull ${'x'.repeat(90)} # or another`],
  ['with a quote that does not end', `helm pull ${'x'.repeat(90)} it's y`],
  ['of one long word in quotes', `'${'x'.repeat(120)}'`]
])('a command %s stays as it is', (_, command) => {
  expect(wrapped(command)).toEqual([command])
})
