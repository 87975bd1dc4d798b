import { writeFileSync } from 'node:fs'
import { generateKey } from 'openpgp'
import { Authority, encryptedKey, type Identity } from '../network/certificates.ts'
import { Workspace } from '../workspace.ts'
import { awkwardCanary, type Canary, keyCanary, partOf, tokenCanary } from './canaries.ts'
import { LabSigstore, type SigningSource } from './lab-sigstore.ts'
import { CanarySearch } from './search.ts'

/** User names are no secrets. */
export const USER = 'ci'
/** Reached through the proxy alone, since loopback never is. */
export const HOSTS = {
  registry: 'registry.test',
  tokens: 'token.test',
  storage: 'storage.test',
  second: 'second.test',
  third: 'third.test',
  issuer: 'issuer.test',
  fulcio: 'fulcio.test',
  rekor: 'rekor.test',
  github: 'github.test'
} as const

/** A secret for every source, the search for them, and what servers and clients need to trust one another. */
export interface Lab {
  /** By their names. */
  readonly secrets: Readonly<Record<Source, string>>
  readonly canaries: readonly Canary[]
  readonly search: CanarySearch
  readonly server: Identity
  /** Of an authority that nobody trusts. */
  readonly stranger: Identity
  readonly client: Identity
  readonly sigstore: LabSigstore
  /** A file in the folder of secrets, where no run is searched. */
  readonly file: (name: string) => string
  readonly ca: string
  close(): Promise<void>
}

export type Source =
  | 'password'
  | 'identity-token'
  | 'registry-auth password'
  | 'registry-auth identity-token'
  | 'registry-auth registry-token'
  | 'client-key'
  | 'client-key-passphrase'
  | 'gpg-private-key'
  | 'gpg-passphrase'
  | 'bearer token'
  | 'refresh token'
  | 'docker-config'
  | 'credential helper'
  | 'proxy'
  | 'address'
  | 'runtime token'
  | 'CI_REGISTRY_PASSWORD'
  | SigningSource

export async function openLab(): Promise<Lab> {
  const folder = new Workspace()
  await folder.open()
  const authority = new Authority(folder)
  const names = Object.values(HOSTS).map((host) => `DNS:${host}`)
  const identity = { names: names.join(','), days: 30 }
  const passphrase = awkwardCanary('client-key-passphrase')
  const { client, keys } = makeKey(authority, passphrase.value)
  const ofPgp = awkwardCanary('gpg-passphrase')
  const sigstore = await LabSigstore.start(folder)
  const pgp = [ofPgp, await pgpKey(ofPgp.value)]
  const canaries = [passphrase, ...keys, ...pgp, ...sigstore.canaries, ...made()]
  const secrets = Object.fromEntries(canaries.map(({ name, value }) => [name, value]))
  const lab = {
    secrets: secrets as Record<Source, string>,
    canaries,
    search: new CanarySearch(canaries),
    server: authority.issue('server', identity),
    stranger: new Authority(folder, 'unknown authority').issue('stranger', identity),
    client,
    sigstore,
    file: (name: string) => folder.path(name),
    ca: authority.root.certFile,
    close: async () => {
      await sigstore.stop()
      await folder.close()
    }
  }
  writeSecrets(lab)
  return lab
}

function made(): readonly Canary[] {
  return [
    awkwardCanary('password'),
    awkwardCanary('identity-token'),
    awkwardCanary('registry-auth password'),
    awkwardCanary('registry-auth identity-token'),
    tokenCanary('registry-auth registry-token'),
    tokenCanary('bearer token'),
    awkwardCanary('refresh token'),
    awkwardCanary('docker-config'),
    awkwardCanary('credential helper'),
    awkwardCanary('proxy'),
    awkwardCanary('address'),
    tokenCanary('runtime token'),
    tokenCanary('CI_REGISTRY_PASSWORD')
  ]
}

/** A key of which the encrypted and the plain text can be told from every other; few have to be made for that. */
function makeKey(authority: Authority, passphrase: string) {
  for (let attempt = 0; attempt < 8; attempt++) {
    const client = authority.issue(`client ${attempt}`, { days: 30 })
    const encrypted = encryptedKey(client, passphrase)
    try {
      const keys = [
        // Behind the names of ciphers, which are the same in every encrypted key.
        keyCanary('client-key', encrypted, partOf(encrypted, 170)),
        // Of a P-256 key in PKCS 8 the secret number are the 32 bytes behind the first 36; public ones follow.
        keyCanary('client-key decrypted', client.key, partOf(client.key, 48, 90))
      ]
      return { client, keys }
    } catch {
      // Its base64 has too many signs in it.
    }
  }
  throw new Error('no key can be told from others')
}

async function pgpKey(passphrase: string): Promise<Canary> {
  const { privateKey } = await generateKey({
    type: 'rsa',
    rsaBits: 2048,
    userIDs: [{ name: 'Release' }],
    passphrase,
    format: 'armored'
  })
  // RFC 9580, 5.5.3: behind the public numbers, 272 bytes, and how the rest is protected, some 30, come 668 of secret ones.
  return keyCanary('gpg-private-key', privateKey, partOf(privateKey, 420, 1280))
}

/** What the command takes from files, and the logins of earlier steps. */
function writeSecrets({ secrets, file }: Pick<Lab, 'secrets' | 'file'>): void {
  const login = Buffer.from(`${USER}:${secrets['docker-config']}`).toString('base64')
  const config = {
    auths: { [HOSTS.second]: { auth: login } },
    credHelpers: { [HOSTS.third]: 'canary' }
  }
  writeFileSync(file('config.json'), JSON.stringify(config))
  writeFileSync(file('client-key'), secrets['client-key'])
  writeFileSync(file('gpg-private-key'), secrets['gpg-private-key'])
  writeFileSync(file('cosign-key'), secrets['cosign-key'])
  const answer = { Username: USER, Secret: secrets['credential helper'] }
  writeFileSync(file('answer.json'), JSON.stringify(answer))
  for (const host of ['unused.test', HOSTS.registry]) {
    writeFileSync(file(`registry-auth ${host}`), registryAuth(secrets, host))
  }
}

/** Text of `registry-auth`: a login for `host`, and more for hosts that are not asked. */
export function registryAuth(secrets: Lab['secrets'], host: string): string {
  return JSON.stringify({
    [host]: { username: USER, password: secrets['registry-auth password'] },
    'other.test': { 'identity-token': secrets['registry-auth identity-token'] },
    'another.test': { 'registry-token': secrets['registry-auth registry-token'] }
  })
}
