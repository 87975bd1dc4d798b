// Builds dist/ from src/: one CommonJS file for each entry, and the licences of what is in them.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

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
writeFileSync(join(dist, 'licenses.txt'), licences(inputs))

/**
 * The licence texts of all bundled packages, by name.
 * @param {readonly string[]} files
 */
function licences(files) {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [])
  const packages = [...new Set(folders)].sort().map(licence)
  return `${packages.join('\n\n---\n\n')}\n`
}

/** @param {string} folder */
function licence(folder) {
  const { name, version, license } = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8')
  )
  const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry))
  if (!file) throw new Error(`${folder} is bundled, but has no licence file`)
  return `${name} ${version} (${license})\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}`
}
