import { generateKeyPairSync, randomBytes } from 'node:crypto'

const RSA = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
const EC = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
const ED25519 = generateKeyPairSync('ed25519').privateKey
const DSA = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey
const CIPHER = { cipher: 'aes-256-cbc', passphrase: 'p' } as const

/** Private keys of every kind, made anew in each run of the tests, as PEM or armored text. */
export const PRIVATE_KEYS: Readonly<Record<string, string>> = {
  'RSA in PKCS #1': pem(RSA.export({ type: 'pkcs1', format: 'pem' })),
  'RSA in PKCS #8': pem(RSA.export({ type: 'pkcs8', format: 'pem' })),
  'RSA, encrypted in PKCS #8': pem(RSA.export({ type: 'pkcs8', format: 'pem', ...CIPHER })),
  'RSA, encrypted as OpenSSL did': pem(RSA.export({ type: 'pkcs1', format: 'pem', ...CIPHER })),
  'EC in SEC 1': pem(EC.export({ type: 'sec1', format: 'pem' })),
  'EC in PKCS #8': pem(EC.export({ type: 'pkcs8', format: 'pem' })),
  'EC, encrypted in PKCS #8': pem(EC.export({ type: 'pkcs8', format: 'pem', ...CIPHER })),
  Ed25519: pem(ED25519.export({ type: 'pkcs8', format: 'pem' })),
  X25519: pem(generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
  DSA: armored('DSA PRIVATE KEY', dsaBytes()),
  'DSA in PKCS #8': pem(DSA.export({ type: 'pkcs8', format: 'pem' })),
  OpenSSH: armored('OPENSSH PRIVATE KEY', openSshBytes(), 70),
  PGP: armored('PGP PRIVATE KEY BLOCK', pgpBytes(), 64, 'Version: GnuPG v2\n\n', '\n=aB3d'),
  Matrix: armored('MATRIX PRIVATE KEY', seed(), 64, 'Key-ID: ed25519:auto\n\n')
}

/** One that every test can take. */
export const A_KEY: string = PRIVATE_KEYS['RSA in PKCS #8'] ?? ''
export const RSA_DER: Buffer = RSA.export({ type: 'pkcs8', format: 'der' })
export const RSA_PKCS1_DER: Buffer = RSA.export({ type: 'pkcs1', format: 'der' })
export const ED25519_DER: Buffer = ED25519.export({ type: 'pkcs8', format: 'der' })

/** 32 bytes whose base64 has a digit, as that of nearly all has. */
function seed(): Buffer {
  const bytes = randomBytes(32)
  return /[0-9]/.test(bytes.toString('base64')) ? bytes : seed()
}

function pem(text: string | Buffer): string {
  return text.toString()
}

function armored(title: string, bytes: Buffer, width = 64, headers = '', checksum = ''): string {
  const lines = bytes.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? []
  return `-----BEGIN ${title}-----\n${headers}${lines.join('\n')}${checksum}\n-----END ${title}-----\n`
}

/** Of OpenSSL's own form: version, p, q, g, y, x as whole numbers. */
function dsaBytes(): Buffer {
  const numbers = [128, 20, 128, 128, 20].map((length) =>
    Buffer.concat([Buffer.from([0x60]), randomBytes(length - 1)])
  )
  return der(0x30, der(0x02, Buffer.from([0])), ...numbers.map((number) => der(0x02, number)))
}

/** A value of DER. */
export function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const length =
    body.length < 128 ? [body.length] : [0x82, Math.floor(body.length / 256), body.length % 256]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

/** PROTOCOL.key of OpenSSH, without encryption. */
function openSshBytes(): Buffer {
  const text = (value: string | Buffer) => {
    const bytes = Buffer.from(value)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  const publicKey = Buffer.concat([text('ssh-ed25519'), text(randomBytes(32))])
  const check = randomBytes(4)
  const secret = [check, check, publicKey, text(randomBytes(64)), text('me@host')]
  return Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[text('none'), text('none'), text('')],
    Buffer.from([0, 0, 0, 1]),
    text(publicKey),
    text(Buffer.concat(secret))
  ])
}

/** A packet of a secret key, version 4, in the old format. */
function pgpBytes(): Buffer {
  const body = Buffer.concat([Buffer.from([4]), randomBytes(400)])
  return Buffer.concat([Buffer.from([0x95, body.length >> 8, body.length & 0xff]), body])
}
