import type { Credential } from '../oci/auth/credential.ts'
import { withoutUser } from '../oci/spec/reference.ts'
import { keepLogin, registerAddressLogins } from '../shared/address-logins.ts'
import { input } from '../shared/input-name.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import type { SecretRemark } from '../shared/secret-text.ts'

/** An entry of repositories.yaml as Helm decodes it; empty where it says nothing. */
export interface RepositoryEntry {
  readonly name: string
  readonly url: string
  readonly username: string
  readonly password: string
  readonly certFile: string
  readonly keyFile: string
  readonly caFile: string
  readonly skipsVerification: boolean
  readonly passesCredentialsAll: boolean
}

/** A user with a password, and where they were found. */
type MachineLogin = Extract<Credential, { readonly kind: 'login' }> & { readonly source: string }

/** A repository that `helm repo add` wrote on this machine. */
export interface MachineRepository {
  readonly name: string
  /** As written, except for a login in it. */
  readonly url: string
  /** For the origin of `url` only. */
  readonly login: MachineLogin | undefined
  readonly caFile: string | undefined
  readonly certFile: string | undefined
  readonly keyFile: string | undefined
  /** Not honoured, as `remarks` say. */
  readonly skipsVerification: boolean
  /** Not honoured, as `remarks` say. */
  readonly passesCredentialsAll: boolean
  /** The file that it stands in. */
  readonly file: string
  /** What is to be logged once it is used, without any part of a secret. */
  readonly remarks: readonly SecretRemark[]
}

/** Makes a repository of an entry; whatever in it is secret is masked. */
export function machineRepository(
  entry: RepositoryEntry,
  file: string,
  secrets: SecretRegistry
): MachineRepository {
  maskLogin(entry.url, secrets)
  const password = secrets.register(entry.password)
  const { name, username, skipsVerification, passesCredentialsAll } = entry
  const source = `${file} (repository "${name}")`
  const isLogin = loginFault(entry) === undefined && username !== ''
  return {
    name,
    url: withoutLogin(entry.url),
    login: isLogin ? { kind: 'login', username, password, source } : undefined,
    caFile: entry.caFile || undefined,
    certFile: entry.certFile || undefined,
    keyFile: entry.keyFile || undefined,
    skipsVerification,
    passesCredentialsAll,
    file,
    remarks: remarksOn(entry, `The repository "${name}" in ${file}`)
  }
}

/** Helm sends a login only when both halves are given; a ":" in the user cannot be sent (RFC 7617). */
function loginFault({ username, password }: RepositoryEntry): string | undefined {
  if (username === '' && password === '') return undefined
  if (username === '') return 'a password without a user'
  if (password === '') return 'a user without a password'
  return username.includes(':') ? 'a username with a ":", which cannot be sent' : undefined
}

function remarksOn(entry: RepositoryEntry, subject: string): readonly SecretRemark[] {
  const warning = (text: string): SecretRemark => ({ level: 'warning', text: `${subject} ${text}` })
  const notice = (text: string): SecretRemark => ({ level: 'notice', text: `${subject} ${text}` })
  const fault = loginFault(entry)
  const anew = 'Add it again with `helm repo add --username … --password-stdin`.'
  return [
    ...(withoutLogin(entry.url) === entry.url
      ? []
      : [warning(`has a login in its URL, which is not used. ${anew}`)]),
    ...(fault === undefined ? [] : [warning(`has ${fault}: it is not used. ${anew}`)]),
    ...(entry.skipsVerification
      ? [
          warning(
            `has insecure_skip_tls_verify, which is ignored: its certificate is verified. Set ${input('ca')} to its authority, or add its host to ${input('insecure-skip-tls-verify')}.`
          )
        ]
      : []),
    ...(entry.passesCredentialsAll
      ? [
          notice(
            `has pass_credentials_all, which is ignored: its login is only sent to the host of its URL. If archives on another host need a login, add an entry for that host to ${input('registry-auth')}.`
          )
        ]
      : [])
  ]
}

/** Masks a login in a URL, as it is written and as it is read: backslashes are slashes there. */
function maskLogin(text: string, secrets: SecretRegistry): void {
  registerAddressLogins(text, secrets)
  if (!URL.canParse(text)) return
  const { username, password } = new URL(text)
  keepLogin(`${username}:${password}`, secrets)
}

/** A URL with its spelling, but without a login; one that cannot be parsed shows nothing before an `@`. */
function withoutLogin(text: string): string {
  if (!URL.canParse(text)) return withoutUser(text)
  const { username, password } = new URL(text)
  const hasLogin = username !== '' || password !== ''
  return hasLogin ? text.replace(/^([^:/?#]+:[/\\]*)[^/\\?#]*@/, '$1') : text
}
