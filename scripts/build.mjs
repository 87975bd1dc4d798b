// Builds dist/ from src/: one CommonJS file for each entry, OpenPGP.js beside them, and the licences of what is in all of it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { BUNDLE_URL, bundling } from './bundling.mjs'
import { licencesOf } from './licenses.mjs'
import { copyOpenpgp, OPENPGP } from './openpgp.mjs'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
const shared = {
  ...bundling,
  metafile: /** @type {const} */ (true),
  write: /** @type {const} */ (false)
}
const results = await Promise.all([
  build({
    ...shared,
    entryPoints: ['src/action.ts'],
    outfile: 'dist/action.cjs',
    banner: { js: BUNDLE_URL }
  }),
  build({
    ...shared,
    entryPoints: ['src/cli.ts'],
    outfile: 'dist/cli.cjs',
    banner: { js: `#!/usr/bin/env node\n${BUNDLE_URL}` }
  })
])
mkdirSync(dist)
for (const { path, text } of results.flatMap(({ outputFiles }) => outputFiles)) {
  writeFileSync(path, asciiOf(text))
}
copyOpenpgp(root, dist)
const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs))
writeFileSync(join(dist, 'licenses.txt'), licencesOf(root, [...inputs, OPENPGP]))

/**
 * One other character, be it in a comment, makes Node decode a file slowly and keep it at two bytes
 * a character: 9 of 94 ms of the program's start.
 * @param {string} script
 */
function asciiOf(script) {
  return script.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
}
