// Builds dist/ from src/: one CommonJS file for each entry, and the licences of what is in them.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { licencesOf } from './licenses.mjs'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
const BUNDLE_URL = "const bundleUrl = require('node:url').pathToFileURL(__filename).href"
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: /** @type {const} */ ('node'),
  target: 'node20',
  format: /** @type {const} */ ('cjs'),
  legalComments: /** @type {const} */ ('none'),
  // Some packages ask where they lie, which a CommonJS file knows by another name.
  define: { 'import.meta.url': 'bundleUrl' },
  metafile: /** @type {const} */ (true)
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
const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs))
writeFileSync(join(dist, 'licenses.txt'), licencesOf(root, inputs))
