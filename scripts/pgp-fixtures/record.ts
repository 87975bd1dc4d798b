// Records keys for the tests of src/pgp/, made by gpg (2.2 or newer): `node scripts/pgp-fixtures/record.ts`. They are new
// each time; nobody trusts them.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FILE = join(import.meta.dirname, '../../__tests__/fixtures/pgp/keys.json')
const PASSPHRASE = 'correct horse battery staple'
const YEAR_2024 = '20240101T000000'
const YEAR_2025 = '20250601T000000'

interface RecordedKey {
  readonly fingerprint: string
  readonly secret: string
  readonly public: string
}

/** A home of gpg that is removed after use. */
class Home {
  readonly folder = mkdtempSync(join(tmpdir(), 'pgp-'))

  gpg(time: string, args: readonly string[], input = ''): Buffer {
    const common = ['--homedir', this.folder, '--batch', '--yes', '--pinentry-mode', 'loopback']
    const all = [...common, '--faked-system-time', time, ...args]
    const { status, stdout, stderr } = spawnSync('gpg', all, { input })
    if (status !== 0) throw new Error(`gpg ${args.join(' ')}: ${stderr}`)
    return stdout
  }

  /** Makes a key of `uid`; gives back its fingerprint. */
  make(uid: string, algorithm: string, options: Partial<MadeKey> = {}): string {
    const { usage = 'cert,sign', expires = 'never', passphrase = '' } = options
    const args = [
      '--passphrase',
      passphrase,
      '--quick-generate-key',
      uid,
      algorithm,
      usage,
      expires
    ]
    this.gpg(YEAR_2024, args)
    return this.fingerprint(uid)
  }

  addSubkey(fingerprint: string, algorithm: string, options: Partial<MadeSubkey> = {}): void {
    const { time = YEAR_2024, usage = 'sign', expires = 'never', passphrase = '' } = options
    const args = ['--quick-add-key', fingerprint, algorithm, usage, expires]
    this.gpg(time, ['--passphrase', passphrase, ...args])
  }

  fingerprint(uid: string): string {
    const lines = this.gpg(YEAR_2025, ['--with-colons', '--list-keys', uid]).toString().split('\n')
    const line = lines.find((text) => text.startsWith('fpr:')) ?? ''
    return line.split(':')[9] ?? ''
  }

  export(fingerprint: string, option = '--export-secret-keys', passphrase = ''): RecordedKey {
    const secret = this.gpg(YEAR_2025, ['--armor', '--passphrase', passphrase, option, fingerprint])
    const open = this.gpg(YEAR_2025, ['--armor', '--export', fingerprint])
    return { fingerprint, secret: secret.toString(), public: open.toString() }
  }

  /** Revokes a key by the certificate that gpg has made with it. */
  revoke(fingerprint: string): void {
    const folder = join(this.folder, 'openpgp-revocs.d')
    const [name = ''] = readdirSync(folder).filter((file) => file.startsWith(fingerprint))
    const text = readFileSync(join(folder, name), 'utf8').replace(':-----BEGIN', '-----BEGIN')
    this.gpg(YEAR_2025, ['--import'], text)
  }

  close(): void {
    spawnSync('gpgconf', ['--homedir', this.folder, '--kill', 'gpg-agent'])
    rmSync(this.folder, { recursive: true, force: true })
  }
}

interface MadeKey {
  readonly usage: string
  readonly expires: string
  readonly passphrase: string
}

interface MadeSubkey extends MadeKey {
  readonly time: string
}

const home = new Home()
try {
  writeFileSync(FILE, `${JSON.stringify(record(home), null, 2)}\n`)
} finally {
  home.close()
}

function record(home: Home) {
  const simple = (name: string, algorithm: string, options: Partial<MadeKey> = {}) => {
    const fingerprint = home.make(`Acme ${name} <${name}@example.com>`, algorithm, options)
    return home.export(fingerprint, '--export-secret-keys', options.passphrase)
  }
  const made = {
    rsa2048: simple('rsa2048', 'rsa2048'),
    rsa4096: simple('rsa4096', 'rsa4096'),
    ed25519: simple('ed25519', 'ed25519'),
    p256: simple('p256', 'nistp256'),
    encrypted: simple('encrypted', 'ed25519', { passphrase: PASSPHRASE }),
    certifyOnly: simple('certify', 'ed25519', { usage: 'cert' }),
    expired: simple('expired', 'rsa2048', { expires: '20250101T000000' }),
    dsa: simple('dsa', 'dsa2048'),
    brainpool: simple('brainpool', 'brainpoolP256r1')
  }
  const revoked = home.make('Acme revoked <revoked@example.com>', 'rsa2048')
  home.revoke(revoked)
  const subkey = home.make('Acme subkey <subkey@example.com>', 'ed25519', { usage: 'cert' })
  home.addSubkey(subkey, 'rsa2048')
  const expiredSubkey = home.make('Acme old <old@example.com>', 'ed25519', { usage: 'cert' })
  home.addSubkey(expiredSubkey, 'ed25519', { expires: '20250101T000000' })
  const extended = home.make('Acme extended <extended@example.com>', 'ed25519', {
    expires: '20250101T000000'
  })
  home.gpg(YEAR_2025, ['--passphrase', '', '--quick-set-expire', extended, '0'])
  const late = home.make('Acme late <late@example.com>', 'ed25519', { usage: 'cert' })
  home.addSubkey(late, 'ed25519', { time: YEAR_2025 })
  const usual = home.make('Acme usual <usual@example.com>', 'ed25519', {
    usage: 'cert',
    passphrase: PASSPHRASE
  })
  home.addSubkey(usual, 'ed25519', { passphrase: PASSPHRASE })
  home.addSubkey(usual, 'cv25519', { passphrase: PASSPHRASE, usage: 'encr' })
  const renamed = home.make('Acme before <before@example.com>', 'ed25519')
  home.gpg(YEAR_2024, ['--quick-add-uid', renamed, 'Acme after <after@example.com>'])
  home.gpg(YEAR_2024, ['--quick-revoke-uid', renamed, 'Acme before <before@example.com>'])
  return {
    about: 'Keys for tests, made by scripts/pgp-fixtures/record.ts. Nobody trusts them.',
    passphrase: PASSPHRASE,
    keys: {
      ...made,
      revoked: home.export(revoked),
      subkey: home.export(subkey),
      offlinePrimary: home.export(subkey, '--export-secret-subkeys'),
      stub: home.export(made.rsa2048.fingerprint, '--export-secret-subkeys'),
      expiredSubkey: home.export(expiredSubkey),
      extended: home.export(extended),
      lateSubkey: home.export(late),
      usual: home.export(usual, '--export-secret-keys', PASSPHRASE),
      usualOffline: home.export(usual, '--export-secret-subkeys', PASSPHRASE),
      renamed: home.export(renamed)
    },
    keybox: readFileSync(join(home.folder, 'pubring.kbx')).toString('base64'),
    agentKey: agentKey(home)
  }
}

/** One file of gpg-agent's own storage. */
function agentKey({ folder }: Home): string {
  const keys = join(folder, 'private-keys-v1.d')
  const [name = ''] = readdirSync(keys)
  return readFileSync(join(keys, name)).toString('base64')
}
