// OpenPGP.js in dist/: its licence is the LGPL, so it stays a file of its own that anybody can replace, as the package has
// it, byte for byte. The program loads it when it signs or verifies provenance, and does without it otherwise.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'

/** The file of the package, relative to the root: the one that is not minified. */
export const OPENPGP = 'node_modules/openpgp/dist/node/openpgp.cjs'
/** Its name beside the program. */
export const OPENPGP_FILE = 'openpgp.cjs'

/** Code of others in that file. Their notices are in it too; of these, the texts are not. */
export const OPENPGP_PARTS = [
  { name: 'noble-ciphers', holders: ['Copyright (c) 2023 Paul Miller (https://paulmillr.com)'] },
  {
    name: 'noble-curves, noble-hashes',
    holders: ['Copyright (c) 2022 Paul Miller (https://paulmillr.com)']
  },
  { name: 'miller-rabin', holders: ['Copyright Fedor Indutny, 2014.'] },
  { name: 'fflate', holders: ['Copyright (c) 2026 Arjun Barrett'] },
  {
    name: 'argon2id, blake2b',
    holders: [
      'Copyright (c) 2022, Proton AG',
      'Copyright (c) 2017, Emil Bay github@tixz.dk (for original blake2b code from https://github.com/emilbayes/blake2b)'
    ]
  },
  {
    name: 'unbzip2-stream',
    holders: [
      'Copyright (c) 2017 by Jan Boelsche (jan@lagomorph.de)',
      'based on bzip2.js - a small bzip2 decompression implementation',
      'Copyright 2011 by antimatter15 (antimatter15@gmail.com)',
      'Based on micro-bunzip by Rob Landley (rob@landley.net).'
    ]
  },
  { name: 'web-stream-tools', holders: ['Copyright (c) 2018 Proton Technologies A.G.'] }
]

/**
 * Leaves OpenPGP.js out of a bundle, which then loads it from the file beside it.
 * @returns {import('esbuild').Plugin}
 */
export function openpgpApart() {
  return {
    name: 'openpgp-apart',
    setup({ onResolve }) {
      onResolve({ filter: /^openpgp$/ }, () => ({ path: `./${OPENPGP_FILE}`, external: true }))
    }
  }
}

/**
 * @param {string} root
 * @param {string} folder
 */
export function copyOpenpgp(root, folder) {
  copyFileSync(join(root, OPENPGP), join(folder, OPENPGP_FILE))
}
