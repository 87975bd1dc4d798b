import { Failure } from '../../shared/failure.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import type { SecretKeeper } from '../../shared/secret-keeper.ts'
import type { Credential } from './credential.ts'
import { type KeySearch, matchingKeys } from './host-key.ts'
import { NO_USERNAME } from './wallet.ts'

/** A file with logins in the format of Docker and Podman; its HttpHeaders and all else are not looked at. */
export interface DockerConfig {
  /** A path, or the variable that it comes from. */
  readonly place: string
  readonly auths: Readonly<Record<string, unknown>>
  readonly credHelpers: Readonly<Record<string, unknown>>
  readonly credsStore: string
}

/** The credential helper that a file names for a host; `setting` is the key that names it. */
export interface NamedHelper {
  readonly suffix: string
  readonly setting: string
}

/** @throws Failure usage, when `text` is no such file */
export function parseDockerConfig(text: string, place: string): DockerConfig {
  // Podman leaves an empty file behind.
  const parsed = text.trim() === '' ? {} : parseJson(Buffer.from(text, 'utf8'))
  if (!isObject(parsed)) throw broken(place, 'it is not a JSON object')
  const { auths = {}, credHelpers = {}, credsStore = '' } = parsed
  if (!isObject(auths)) throw broken(place, '"auths" is not an object')
  if (!isObject(credHelpers)) throw broken(place, '"credHelpers" is not an object')
  if (typeof credsStore !== 'string') throw broken(place, '"credsStore" is not a text')
  return { place, auths, credHelpers, credsStore }
}

/** The helper to ask first: the one for the host, else the one for all; undefined when an empty text says none. */
export function helperFor(config: DockerConfig, search: KeySearch): NamedHelper | undefined {
  const { place, credHelpers, credsStore } = config
  const [key] = matchingKeys(Object.keys(credHelpers), search)
  const setting = key === undefined ? 'credsStore' : `credHelpers["${key}"]`
  const suffix = key === undefined ? credsStore : credHelpers[key]
  if (typeof suffix !== 'string') throw broken(place, `"${setting}" is not a text`)
  return suffix === '' ? undefined : { suffix, setting }
}

/** The first login in `auths` that is for the repository; `{}` only marks that a helper has one. @throws Failure usage */
export function loginIn(
  { auths, place }: DockerConfig,
  search: KeySearch,
  secrets: SecretKeeper
): Credential | undefined {
  for (const key of matchingKeys(Object.keys(auths), search)) {
    const found = new AuthEntry(auths[key], key, place).credential(secrets)
    if (found) return { ...found, source: `${place} (auths, key "${key}")` }
  }
  return undefined
}

class AuthEntry {
  readonly #entry: Readonly<Record<string, unknown>>
  readonly #key: string
  readonly #place: string

  constructor(entry: unknown, key: string, place: string) {
    this.#key = key
    this.#place = place
    if (!isObject(entry)) throw this.#broken('it is not an object')
    this.#entry = entry
  }

  credential(secrets: SecretKeeper): Credential | undefined {
    const bearer = this.#text('registrytoken')
    const identity = this.#text('identitytoken')
    const [username, password] = this.#pair()
    if (bearer !== '') return { kind: 'registry-token', token: secrets.keep(bearer) }
    if (identity !== '') {
      const token = secrets.keep(identity)
      return { kind: 'identity-token', username: username || undefined, token }
    }
    if (username === '' && password === '') return undefined
    if (username === '') throw this.#broken('it has no user')
    if (password === '') throw this.#broken('it has no password')
    return loginOf(username, password, secrets)
  }

  /** `auth` beats `username` and `password` (docker/cli, decodeAuth). */
  #pair(): readonly [string, string] {
    const auth = this.#text('auth')
    if (auth === '') return [this.#text('username'), this.#text('password')]
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(auth)) throw this.#broken('its "auth" is no base64')
    const pair = Buffer.from(auth, 'base64').toString('utf8')
    const colon = pair.indexOf(':')
    if (colon < 1) throw this.#broken('its "auth" is no user with a password')
    return [pair.slice(0, colon), pair.slice(colon + 1).replace(/\0+$/, '')]
  }

  #text(name: string): string {
    const value = this.#entry[name] ?? ''
    if (typeof value !== 'string') throw this.#broken(`its "${name}" is not a text`)
    return value
  }

  #broken(why: string): Failure {
    return broken(this.#place, `the login of "${this.#key}" cannot be used, ${why}`)
  }
}

/** A login as Docker keeps it, where the user `<token>` means that the password is an identity token. */
export function loginOf(username: string, password: string, secrets: SecretKeeper): Credential {
  const secret = secrets.keep(password)
  if (username !== NO_USERNAME) return { kind: 'login', username, password: secret }
  return { kind: 'identity-token', username: undefined, token: secret }
}

function broken(place: string, why: string): Failure {
  const message = `The logins in ${place} cannot be read: ${why}.`
  return new Failure('usage', { message, fix: 'Mend it, or log in again.' })
}
