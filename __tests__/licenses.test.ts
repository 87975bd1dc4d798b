import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { licencesOf } from '../scripts/licenses.mjs'
import { useWorkspace } from './support/workspace.ts'

const ROOT = join(import.meta.dirname, '..')
const workspace = useWorkspace()

test('the licence of code that a package contains is listed with that of the package', () => {
  const files = ['index.js', 'lib/llhttp/llhttp-wasm.js', 'lib/web/websocket/receiver.js']
  const text = licencesOf(
    ROOT,
    files.map((file) => `node_modules/undici/${file}`)
  )
  expect(text).toMatch(/^undici \S+ \(MIT\)\n/)
  expect(text).toContain('\nllhttp (MIT), in undici\n\nCopyright Fedor Indutny, 2018.\n')
  expect(text).toContain('\nws (MIT), in undici\n\nCopyright (c) 2011 Einar Otto Stangvik')
  expect(text).not.toContain('fetch-blob')
})

test('what a package says of itself is no code of others, and a missing licence is that of its repository', () => {
  const text = licencesOf(ROOT, [
    'node_modules/@sigstore/verify/dist/verifier.js',
    'node_modules/@noble/ciphers/esm/utils.js'
  ])
  expect(text).toMatch(/^@noble\/ciphers \S+ \(MIT\)\n/)
  expect(text).toMatch(/\n@sigstore\/verify \S+ \(Apache-2\.0\)\n\n\s*Apache License/)
})

test('the LGPL comes with the GPL, and with the licences of the code in OpenPGP.js', () => {
  const text = licencesOf(ROOT, ['node_modules/openpgp/dist/node/openpgp.cjs'])
  expect(text).toMatch(/^openpgp \S+ \(LGPL-3\.0\+\)\n/)
  expect(text).toContain('GNU LESSER GENERAL PUBLIC LICENSE')
  expect(text).toContain('GNU GENERAL PUBLIC LICENSE\n                       Version 3')
  expect(text).toContain('\nnoble-ciphers (MIT), in openpgp\n\nCopyright (c) 2023 Paul Miller')
})

test('our own files need none', () => {
  expect(licencesOf(ROOT, ['src/cli.ts'])).toBe('\n')
})

test.each([
  ['a notice', '// Copyright (c) 2020 Somebody Else\n'],
  ['a name of a licence', 'const a = 1 // from elsewhere (MIT License)\n'],
  ['a legal comment', '/*! somebody-else */\n'],
  ['WebAssembly', "const wasm = 'AGFzbQEAAAAB'\n"],
  ['a source', '// This is based on https://example.com/somebody/else\n'],
  ['a link at its top', '// https://github.com/somebody/else\n\nconst a = 1\n']
])('code of others that is not listed stops the build: %s', async (_, source) => {
  const files = {
    'package.json': '{"name":"any","version":"1.0.0","license":"MIT"}',
    LICENSE: 'MIT',
    'index.js': source
  }
  await workspace.write('node_modules/any', files)
  expect(() => licencesOf(workspace.path(), ['node_modules/any/index.js'])).toThrow(
    'node_modules/any/index.js seems to contain code of others'
  )
})

test('a package without a licence stops the build', async () => {
  await workspace.write('node_modules/any', { 'package.json': '{}', 'index.js': '' })
  expect(() => licencesOf(workspace.path(), ['node_modules/any/index.js'])).toThrow('no licence')
})
