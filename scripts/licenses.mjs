// The licences of what is in dist/: of the packages, and of the code of others that those contain.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OPENPGP, OPENPGP_PARTS } from './openpgp.mjs'

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`

const BSD_3_CLAUSE = `All rights reserved.

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

* Redistributions of source code must retain the above copyright notice, this
  list of conditions and the following disclaimer.

* Redistributions in binary form must reproduce the above copyright notice,
  this list of conditions and the following disclaimer in the documentation
  and/or other materials provided with the distribution.

* Neither the name of the copyright holder nor the names of its
  contributors may be used to endorse or promote products derived from
  this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"
AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE
FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY,
OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`

const HANEWIN = `This software is provided as-is, without express or implied warranty.
Permission to use, copy, modify, distribute or sell this software, with or
without fee, for any purpose and by any individual or organization, is hereby
granted, provided that the above copyright notice and this paragraph appear
in all copies. Distribution as a part of an application or binary must
include the above copyright notice in the documentation and/or other materials
provided with the application or distribution.`

/**
 * Code of others within packages, whose licence those packages do not come with.
 * @type {readonly { readonly name: string, readonly licence: string, readonly holders: readonly string[], readonly text: string, readonly files: readonly string[] }[]}
 */
const EMBEDDED = [
  {
    name: 'llhttp',
    licence: 'MIT',
    holders: ['Copyright Fedor Indutny, 2018.'],
    text: MIT,
    files: [
      'node_modules/undici/lib/llhttp/llhttp-wasm.js',
      'node_modules/undici/lib/llhttp/llhttp_simd-wasm.js'
    ]
  },
  {
    name: 'ws',
    licence: 'MIT',
    holders: [
      'Copyright (c) 2011 Einar Otto Stangvik <einaros@gmail.com>',
      'Copyright (c) 2013 Arnout Kazemier and contributors',
      'Copyright (c) 2016 Luigi Pinca and contributors'
    ],
    text: MIT,
    files: [
      'node_modules/undici/lib/web/websocket/frame.js',
      'node_modules/undici/lib/web/websocket/receiver.js'
    ]
  },
  {
    name: 'fetch-blob',
    licence: 'MIT',
    holders: ['Copyright (c) 2019 David Frank'],
    text: MIT,
    files: ['node_modules/undici/lib/core/util.js']
  },
  {
    name: 'formdata-polyfill',
    licence: 'MIT',
    holders: ['Copyright (c) 2016 Jimmy Karl Roland Wärting'],
    text: MIT,
    files: ['node_modules/undici/lib/web/fetch/body.js']
  },
  {
    name: 'undici-fetch',
    licence: 'MIT',
    holders: ['Copyright (c) 2020 Ethan Arrowood'],
    text: MIT,
    files: [
      'node_modules/undici/lib/web/fetch/headers.js',
      'node_modules/undici/lib/web/fetch/index.js'
    ]
  },
  {
    name: 'Node.js (quote_cmd_arg)',
    licence: 'MIT',
    holders: ['Copyright Joyent, Inc. and other Node contributors. All rights reserved.'],
    text: MIT,
    files: ['node_modules/@actions/exec/lib/toolrunner.js']
  },
  {
    name: 'shelljs (cp)',
    licence: 'BSD-3-Clause',
    holders: ['Copyright (c) 2012, Artur Adib <arturadib@gmail.com>'],
    text: BSD_3_CLAUSE,
    files: ['node_modules/@actions/io/lib/io.js']
  },
  {
    name: 'poly1305-donna',
    licence: 'public domain',
    holders: ['Andrew Moon (https://github.com/floodyberry/poly1305-donna)'],
    text: 'Public domain, or MIT.',
    files: ['node_modules/@noble/ciphers/esm/_poly1305.js']
  },
  ...OPENPGP_PARTS.map((part) => ({ ...part, licence: 'MIT', text: MIT, files: [OPENPGP] })),
  {
    name: 'PGdecode, radix-64',
    licence: 'its own',
    holders: ['Copyright 2005-2006 Herbert Hanewinkel, www.haneWIN.de'],
    text: HANEWIN,
    files: [OPENPGP]
  },
  {
    name: 'cast5.js',
    licence: 'BSD-3-Clause',
    holders: ['Copyright 2010 pjacobs@xeekr.com'],
    text: BSD_3_CLAUSE,
    files: [OPENPGP]
  }
]

/** The LGPL adds permissions to the GPL, and wants both texts with what is combined (section 4). */
const GPL = join(import.meta.dirname, 'gpl-3.0.txt')

/**
 * What shows that a file contains code of others: WebAssembly in base64, a notice, or a comment that names the source.
 * A link to the place that explains a line of code is not one.
 */
const SIGNS = [
  /AGFzbQ/,
  /^(?!.*['"`]).*\bcopyright\b/im,
  /\/\*!/,
  /\bMIT License\b/i,
  /^\s*(?:\/\/|\*).*\b(?:based (?:on|off of)|taken from|copied from|adapted from|ported from|port of)\b.*https?:/im,
  /^\/\/ https:\/\/github\.com\/\S+\s*\n/
]

/** What packages say of themselves in their own files: that is no code of others. */
const OWN_NOTICES = [
  {
    // A link to the paper that the function follows.
    files: /^node_modules\/@noble\/ciphers\/esm\/salsa\.js$/,
    notice: /^\s*\/\/ Based on https:\/\/cr\.yp\.to\/.*$/m
  },
  {
    files: /^node_modules\/@sigstore\//,
    notice: /^Copyright 20\d\d The Sigstore Authors\.$/m
  },
  {
    files: /^node_modules\/@noble\/ciphers\//,
    notice: /^\/\*! noble-ciphers - MIT License \(c\) 2023 Paul Miller \(paulmillr\.com\) \*\/$/m
  }
]

/** Packages that come without their licence, and another one of the same repository and licence that has it. */
const LICENCE_ELSEWHERE = new Map([
  ['node_modules/@sigstore/verify', 'node_modules/@sigstore/core']
])

/**
 * All licence texts of what is bundled.
 * @param {string} root
 * @param {readonly string[]} files the bundled ones, relative to `root`
 * @throws Error, when a package has no licence, or contains code of others that nobody has listed
 */
export function licencesOf(root, files) {
  const bundled = [...new Set(files)].filter((file) => file.includes('node_modules/'))
  const folders = bundled.flatMap((file) => {
    return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []
  })
  requireListed(root, bundled)
  const embedded = EMBEDDED.filter((entry) => entry.files.some((file) => bundled.includes(file)))
  const texts = [
    ...[...new Set(folders)].sort().map((folder) => licenceOf(root, folder)),
    ...embedded.map(embeddedLicence)
  ]
  return `${texts.join('\n\n---\n\n')}\n`
}

/**
 * @param {string} root
 * @param {string} folder
 */
function licenceOf(root, folder) {
  const { name, version, license } = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8')
  )
  const source = LICENCE_ELSEWHERE.get(folder) ?? folder
  const file = readdirSync(join(root, source)).find((entry) => /^licen[cs]e/i.test(entry))
  if (!file) throw new Error(`${folder} is bundled, but has no licence file`)
  const text = readFileSync(join(root, source, file), 'utf8').trim()
  const more = license.startsWith('LGPL') ? `\n\n${readFileSync(GPL, 'utf8').trim()}` : ''
  return `${name} ${version} (${license})\n\n${text}${more}`
}

/** @param {(typeof EMBEDDED)[number]} entry */
function embeddedLicence({ name, licence, holders, text, files: [first = ''] }) {
  const [, owner] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(first) ?? []
  return `${name} (${licence}), in ${owner}\n\n${holders.join('\n')}\n\n${text}`
}

/**
 * @param {string} root
 * @param {readonly string[]} bundled
 */
function requireListed(root, bundled) {
  const listed = EMBEDDED.flatMap(({ files }) => files)
  for (const file of bundled.filter((name) => !listed.includes(name))) {
    const text = withoutOwnNotice(file, readFileSync(join(root, file), 'utf8'))
    if (!SIGNS.some((sign) => sign.test(text))) continue
    throw new Error(`${file} seems to contain code of others: list its licence in licenses.mjs`)
  }
}

/**
 * @param {string} file
 * @param {string} text
 */
function withoutOwnNotice(file, text) {
  const own = OWN_NOTICES.find(({ files }) => files.test(file))
  return own ? text.replace(own.notice, '') : text
}
