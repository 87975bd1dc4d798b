import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { readArchive } from '../../src/chart/archive.ts'
import { findLeaks } from '../../src/chart/leaks/find-leaks.ts'
import { type ArchiveEntry, archiveOf, gzipOf, tarOf } from '../support/charts/archives.ts'
import {
  A_KEY,
  der,
  ED25519_DER,
  PRIVATE_KEYS,
  RSA_DER,
  RSA_PKCS1_DER
} from '../support/charts/keys.ts'

const found = (text: string | Buffer, path = 'files/any') =>
  findLeaks(path, Buffer.from(text)).filter(({ kind }) => kind === 'key')

const indent = (text: string, before: string) => text.replace(/^(?=.)/gm, before)
const oneLine = (text: string, end: string) => text.trimEnd().replaceAll('\n', end)
const base64 = (text: string) => Buffer.from(text).toString('base64')
const wrapped = (text: string, width: number, end: string) =>
  text.replace(new RegExp(`.{${width}}(?=.)`, 'g'), `$&${end}`)
const prose = (bytes: number) => 'Lorem ipsum dolor sit amet, consectetur.\n'.repeat(bytes / 40)

/** How people put a key into a file of a chart. */
const PLACES: Readonly<Record<string, (key: string) => string | Buffer>> = {
  'as a file': (key) => key,
  'with CRLF': (key) => key.replaceAll('\n', '\r\n'),
  'in a block of YAML': (key) => `tls:\n  enabled: true\n  key: |\n${indent(key, '    ')}`,
  'in a deep block of YAML with CRLF': (key) =>
    `a:\r\n  key: |-\r\n${indent(key, '\t        ').replaceAll('\n', '\r\n')}`,
  'in JSON': (key) => JSON.stringify({ type: 'service_account', private_key: key }),
  'in JSON within JSON': (key) => JSON.stringify({ json: JSON.stringify({ private_key: key }) }),
  'in a quoted string of YAML': (key) => `key: "${oneLine(key, '\\n')}"\n`,
  'in a folded string of YAML': (key) => `key: "${oneLine(key, '\\n\\\n      ')}"\n`,
  'in a variable of one line, with blanks': (key) => `KEY="${oneLine(key, ' ')}"\n`,
  'in comments': (key) => `# The key:\n${indent(key, '# ')}`,
  'in comments of Go templates and C': (key) => `/*\n${indent(key, ' * ')} */\n`,
  'in comments with slashes': (key) => indent(key, '// '),
  'in a sum of strings': (key) =>
    key
      .trimEnd()
      .split('\n')
      .map((line) => `"${line}\\n"`)
      .join(' +\n  '),
  'in a list of JSON': (key) => JSON.stringify(key.trimEnd().split('\n'), null, 2),
  'in a Secret': (key) =>
    `kind: Secret\ndata:\n  tls.crt: LS0tLS1CRUdJTiBDRVJU\n  tls.key: ${Buffer.from(key).toString('base64')}\n`,
  'in a Secret with wrapped lines': (key) =>
    `data:\n  tls.key: >-\n${indent(Buffer.from(key).toString('base64').replace(/.{76}/g, '$&\n'), '    ')}\n`,
  'in base64 with ends of lines in JSON': (key) =>
    JSON.stringify({ key: wrapped(base64(key), 76, '\r\n') }),
  'in base64 with ends of lines in JSON within JSON': (key) =>
    JSON.stringify(JSON.stringify({ key: wrapped(base64(key), 64, '\n') })),
  'in base64 in comments': (key) => indent(wrapped(base64(key), 76, '\n'), '  # '),
  'in base64 in a sum of strings': (key) => `'${wrapped(base64(key), 60, "' +\n  '")}'`,
  'in base64 of UTF-16': (key) => Buffer.from(`\ufeff${key}`, 'utf16le').toString('base64'),
  'in base64 behind other bytes': (key) =>
    ['', 'a', 'ab'].map((before) => Buffer.from(`${before}\n${key}`).toString('base64')).join('\n'),
  'twice in base64': (key) => Buffer.from(Buffer.from(key).toString('base64')).toString('base64'),
  'beyond 64 KiB': (key) => `${prose(200_000)}${key}${prose(200_000)}`,
  'after a hundred placeholders': (key) =>
    `${'# -----BEGIN RSA PRIVATE KEY-----\n# ...\n# -----END RSA PRIVATE KEY-----\n'.repeat(100)}${key}`,
  'in binary data': (key) => Buffer.concat([randomBytes(5000), Buffer.from(key), randomBytes(500)]),
  'in UTF-16': (key) => Buffer.from(`\ufeff${key}`, 'utf16le'),
  'in XML': (key) => `<key>${oneLine(key, '&#10;')}</key>`,
  'in a URL': (key) => `https://host/?key=${oneLine(key, '%0A')}`,
  'in a URL, all of it encoded': (key) => `https://host/?key=${encodeURIComponent(key)}`,
  'in a form': (key) => new URLSearchParams({ key }).toString(),
  'in JSON of PHP': (key) => JSON.stringify({ key }).replaceAll('/', '\\/'),
  'in JSON of Gson': (key) => JSON.stringify({ key }).replaceAll('=', '\\u003d'),
  'in JSON with every sign escaped': (key) =>
    JSON.stringify({ key: JSON.stringify(key) }).replace(/[=/+]/g, (sign) => {
      return `\\u00${sign.charCodeAt(0).toString(16).toUpperCase()}`
    }),
  'in XML with every sign escaped': (key) =>
    key.replace(/[=/+\n]/g, (sign) => `&#${sign.charCodeAt(0)};`),
  'in a list of YAML': (key) => indent(key, '- '),
  'in a list of YAML with quotes': (key) =>
    key
      .trimEnd()
      .split('\n')
      .map((line) => `  - "${line}"\n`)
      .join(''),
  'in a list of JSON on one line': (key) => JSON.stringify(key.trimEnd().split('\n')),
  'in a list of JSON within JSON': (key) =>
    JSON.stringify(JSON.stringify(key.trimEnd().split('\n'))),
  'in a sum of strings on one line': (key) =>
    key
      .trimEnd()
      .split('\n')
      .map((line) => `'${line}\\n'`)
      .join(' . '),
  'in a sum with the sign before': (key) =>
    key
      .trimEnd()
      .split('\n')
      .map((line) => `"${line}\\n"`)
      .join('\n    + '),
  'in a patch': (key) => `--- a/key\n+++ b/key\n@@ -0,0 +1 @@\n${indent(key, '+')}`,
  'without its last line': (key) => key.trimEnd().split('\n').slice(0, -1).join('\n')
}

describe.each(Object.entries(PRIVATE_KEYS))('a private key is found: %s', (_, key) => {
  test.each(Object.entries(PLACES))('%s', (_, place) => {
    expect(found(place(key))).not.toEqual([])
  })
})

test('every key that is drawn is found, whatever its base64 looks like', () => {
  for (let count = 0; count < 200; count++) {
    const lines = der(0x30, der(0x02, Buffer.from([0])), der(0x04, randomBytes(300)))
    const text = lines.toString('base64').replace(/.{64}/g, '$&\n')
    const key = `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`
    const missed = Object.entries(PLACES).filter(([, place]) => found(place(key)).length === 0)
    expect(missed.map(([name]) => [name, key])).toEqual([])
  }
})

test('a key in wrapped base64 is found, wherever a line ends in its title', () => {
  for (const key of Object.values(PRIVATE_KEYS)) {
    for (let before = 0; before < 80; before++) {
      const text = wrapped(base64(`${'c'.repeat(before)}\n${key}`), 76, '\n')
      expect(found(`data:\n  both.pem: |\n${indent(text, '    ')}\n`)).not.toEqual([])
    }
  }
})

test.each<[string, Buffer]>([
  ['PKCS #8', RSA_DER],
  ['PKCS #8 of Ed25519', ED25519_DER],
  ['PKCS #1', RSA_PKCS1_DER],
  ...['P-256', 'P-384', 'P-521'].map((namedCurve): [string, Buffer] => {
    const key = generateKeyPairSync('ec', { namedCurve }).privateKey
    return [`SEC 1 with ${namedCurve}`, key.export({ type: 'sec1', format: 'der' })]
  }),
  [
    'PKCS #12',
    der(
      0x30,
      der(0x02, Buffer.from([3])),
      Buffer.from('060b2a864886f70d010c0a0102', 'hex'),
      randomBytes(300)
    )
  ],
  ['a Java keystore', javaKeystore(2, 1)],
  [
    'PuTTY',
    Buffer.from(
      `PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\nComment: me\r\nPublic-Lines: 2\r\n${'A'.repeat(64)}\r\nBBBB\r\nPrivate-Lines: 1\r\n${randomBytes(36).toString('base64')}\r\nPrivate-MAC: 00\r\n`
    )
  ],
  [
    'age',
    Buffer.from(
      '# created: now\nAGE-SECRET-KEY-1TK9V7QYZ2L8WXC0DGN5F4H3RJMSE6PAUKT9XW2VC7QYZ8L0DGN5F4H3RJQ\n'
    )
  ],
  [
    'a JSON Web Key',
    Buffer.from(
      JSON.stringify({
        keys: [{ kty: 'EC', crv: 'P-256', d: randomBytes(32).toString('base64url'), use: 'sig' }]
      })
    )
  ]
])('a file that is a private key is found: %s', (_, file) => {
  expect(found(file, 'certs/store')).toHaveLength(1)
  const encoded = file.toString('base64')
  for (const text of [encoded, wrapped(encoded, 76, '\n    '), wrapped(encoded, 64, '\r\n    ')]) {
    const isText = file.includes('PuTTY')
    expect(found(`data:\n  store: ${text}\n  other: YQ==\n`)).toHaveLength(isText ? 0 : 1)
  }
})

test.each(['COSIGN', 'SIGSTORE'])('an encrypted key of %s is found', (name) => {
  const key = JSON.stringify({
    kdf: { name: 'scrypt', params: { N: 32768, r: 8, p: 1 }, salt: base64('salt') },
    cipher: { name: 'nacl/secretbox', nonce: base64('nonce') },
    ciphertext: randomBytes(300).toString('base64')
  })
  const title = `ENCRYPTED ${name} PRIVATE KEY`
  const pem = `-----BEGIN ${title}-----\n${wrapped(base64(key), 64, '\n')}\n-----END ${title}-----\n`
  for (const place of Object.values(PLACES).slice(0, 5)) expect(found(place(pem))).toHaveLength(1)
})

test('a JSON Web Key is found in a text of JSON and in a Secret', () => {
  const key = JSON.stringify({ kty: 'EC', d: randomBytes(32).toString('base64url') })
  for (const text of [JSON.stringify(key), JSON.stringify(JSON.stringify(key)), base64(key)]) {
    expect(found(`key: ${text}\n`)).toHaveLength(1)
  }
})

/** With so many certificates, then so many keys. */
function javaKeystore(certificates: number, keys: number): Buffer {
  const number = (value: number) => Buffer.from([0, 0, value >> 8, value & 0xff])
  const text = (value: string) =>
    Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)])
  const certificate = Buffer.concat([
    ...[number(2), text('alias'), Buffer.alloc(8), text('X.509')],
    ...[number(400), randomBytes(400)]
  ])
  const key = Buffer.concat([number(1), text('key'), Buffer.alloc(8), number(20), randomBytes(20)])
  return Buffer.concat([
    Buffer.from('feedfeed00000002', 'hex'),
    number(certificates + keys),
    ...Array.from({ length: certificates }, () => certificate),
    ...Array.from({ length: keys }, () => key),
    randomBytes(20)
  ])
}

test.each<[string, Buffer]>([
  ['a Java keystore with certificates only', javaKeystore(3, 0)],
  [
    'a public key',
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
      type: 'spki',
      format: 'der'
    })
  ],
  [
    'a public key of EC',
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
      type: 'spki',
      format: 'der'
    })
  ],
  ['a private key that is cut', RSA_DER.subarray(0, 200)],
  ['a Java keystore that is cut', javaKeystore(3, 1).subarray(0, 100)],
  ['a certificate in DER', der(0x30, der(0x30, randomBytes(300)), der(0x03, randomBytes(64)))],
  [
    'PKCS #12 with certificates only',
    der(
      0x30,
      der(0x02, Buffer.from([3])),
      Buffer.from('060b2a864886f70d010c0a0103', 'hex'),
      randomBytes(300)
    )
  ]
])('a file without a private key is none: %s', (_, file) => {
  expect(found(file)).toEqual([])
  expect(found(`data:\n  store: ${file.toString('base64')}\n`)).toEqual([])
})

describe('in an archive', () => {
  const SUBCHART = 'apiVersion: v2\nname: sub\nversion: 1.0.0\n'
  const packed = gzipOf(
    tarOf([
      { name: 'sub/Chart.yaml', body: SUBCHART },
      { name: 'sub/values.yaml', body: `key: |\n${indent(A_KEY, '  ')}` }
    ])
  )
  const values = `a: 1\nkey: |\n${indent(A_KEY, '  ')}`

  test.each<[string, readonly ArchiveEntry[], RegExp, RegExp]>([
    [
      'values.yaml',
      [{ name: 'demo/values.yaml', body: values }],
      /"values\.yaml", line 3 \(private key\)/,
      /let users refer to a Secret instead/
    ],
    [
      'a template',
      [{ name: 'demo/templates/secret.yaml', body: A_KEY }],
      /"templates\/secret\.yaml", line 1/,
      /let users refer to a Secret instead/
    ],
    [
      'another file',
      [{ name: 'demo/ci/key.pem', body: A_KEY }],
      /"ci\/key\.pem", line 1/,
      /Remove files that the chart does not need/
    ],
    [
      'a subchart',
      [
        { name: 'demo/charts/sub/Chart.yaml', body: SUBCHART },
        { name: 'demo/charts/sub/values.yaml', body: values }
      ],
      /"charts\/sub\/values\.yaml", line 3/,
      /use a version of it without them/
    ],
    [
      'a packed subchart',
      [{ name: 'demo/charts/sub.tgz', body: packed }],
      /"charts\/sub\.tgz\/values\.yaml", line 2/,
      /use a version of it without them/
    ],
    [
      'a compressed file',
      [{ name: 'demo/files/backup.gz', body: gzipSync(A_KEY) }],
      /"files\/backup\.gz", line 1/,
      /Remove files that the chart does not need/
    ]
  ])(
    'a key in %s is a warning with its line, and with a fix that breaks nothing',
    (_, entries, message, fix) => {
      const { problems } = readArchive(archiveOf(...entries))
      const problem = problems.find(({ code }) => code === 'private-key')
      expect(problem?.allows).toBe('genuine')
      expect(problem?.message).toMatch(message)
      expect(problem?.fix).toMatch(fix)
      expect(problem?.fix).not.toContain('.helmignore')
    }
  )

  test('the line is that of the first own file, where the chart is a directory', () => {
    const { problems } = readArchive(archiveOf({ name: 'demo/values.yaml', body: values }))
    const problem = problems.find(({ code }) => code === 'private-key')
    expect(problem?.at).toEqual({ path: 'values.yaml', line: 3 })
  })
})
