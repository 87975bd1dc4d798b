import { decodeBase64 } from '../../shared/base64.ts'
import { Failure } from '../../shared/failure.ts'
import { isObject } from '../../shared/json.ts'
import type { Logger } from '../../shared/logger.ts'
import type { SecretRegistry } from '../../shared/secret-registry.ts'
import { NO_USERNAME } from './auth-headers.ts'
import { fieldOf, firstJsonValue, mapOf } from './config-json.ts'
import type { Credential } from './credential.ts'
import { type KeySearch, matchingKeys } from './host-key.ts'

/**
 * A file with logins in the format of Docker and Podman, read as helm, oras and crane read it; its HttpHeaders and
 * all else are not used.
 */
export interface DockerConfig {
  /** A path, or the variable that it comes from. */
  readonly place: string
  readonly auths: Readonly<Record<string, unknown>>
  readonly credHelpers: Readonly<Record<string, unknown>>
  readonly credsStore: string
}

/** The credential helper that a file names for a host; `setting` is the key that names it. */
interface NamedHelper {
  readonly suffix: string
  readonly setting: string
}

/** @throws Failure usage, when `text` is not such a file */
export function parseDockerConfig(text: string, place: string): DockerConfig {
  // Podman leaves an empty file behind; Go reads null as one.
  const parsed = text.trim() === '' ? null : firstJsonValue(text)
  const root = parsed === null ? {} : parsed
  if (!isObject(root)) throw broken(place, 'it is not a JSON object')
  const auths = mapOf(root, 'auths')
  const credHelpers = mapOf(root, 'credhelpers')
  const credsStore = fieldOf(root, 'credsstore') ?? ''
  if (!auths) throw broken(place, '"auths" is not an object')
  if (!credHelpers) throw broken(place, '"credHelpers" is not an object')
  if (typeof credsStore !== 'string') throw broken(place, '"credsStore" is not a string')
  return { place, auths, credHelpers, credsStore }
}

/** The helper to ask first: the one for the host, else the one for all; undefined when an empty text says none. */
export function helperFor(config: DockerConfig, search: KeySearch): NamedHelper | undefined {
  const { place, credHelpers, credsStore } = config
  const [key] = matchingKeys(Object.keys(credHelpers), search)
  const setting = key === undefined ? 'credsStore' : `credHelpers["${key}"]`
  const suffix = key === undefined ? credsStore : (credHelpers[key] ?? '')
  if (typeof suffix !== 'string') throw broken(place, `"${setting}" is not a string`)
  return suffix === '' ? undefined : { suffix, setting }
}

interface LoginContext {
  readonly secrets: SecretRegistry
  readonly logger: Logger
}

/**
 * The first login in `auths` that is for the repository; `{}` only marks that a helper has one, and half of a login
 * counts for nothing, with a warning. Entries for other hosts may be anything. @throws Failure usage
 */
export function loginIn(
  { auths, place }: DockerConfig,
  search: KeySearch,
  context: LoginContext
): Credential | undefined {
  for (const key of matchingKeys(Object.keys(auths), search)) {
    const found = new AuthEntry(auths[key], key, place).credential(context)
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
    const object = entry ?? {}
    if (!isObject(object)) throw this.#broken('it is not an object')
    this.#entry = object
  }

  credential({ secrets, logger }: LoginContext): Credential | undefined {
    const bearer = this.#text('registrytoken')
    const identity = this.#text('identitytoken')
    const [username, password] = this.#pair()
    if (bearer !== '') return { kind: 'registry-token', token: secrets.register(bearer) }
    if (identity !== '') {
      const token = secrets.register(identity)
      return { kind: 'identity-token', username: username || undefined, token }
    }
    if (username !== '' && password !== '') return loginOf(username, password, secrets)
    if (username === '' && password === '') return undefined
    secrets.register(password)
    const lacks = username === '' ? 'user' : 'password'
    logger.warning(
      `The login of "${this.#key}" in ${this.#place} has no ${lacks}, so it is not used.`
    )
    return undefined
  }

  /** `auth` beats `username` and `password` (docker/cli, decodeAuth). */
  #pair(): readonly [string, string] {
    const bytes = decodeBase64(this.#text('auth'))
    if (!bytes) throw this.#broken('its "auth" is not base64 with its padding')
    if (bytes.length === 0) return [this.#text('username'), this.#text('password')]
    const pair = decoded(bytes)
    if (pair === undefined) throw this.#broken('its "auth" is not UTF-8')
    const colon = pair.indexOf(':')
    if (colon < 0) throw this.#broken('its "auth" is not a user with a password')
    return [pair.slice(0, colon), pair.slice(colon + 1).replace(/^\0+|\0+$/g, '')]
  }

  #text(name: string): string {
    const value = fieldOf(this.#entry, name) ?? ''
    if (typeof value !== 'string') throw this.#broken(`its "${name}" is not a string`)
    return value
  }

  #broken(why: string): Failure {
    return broken(this.#place, `the login of "${this.#key}" cannot be used, ${why}`)
  }
}

/** A login as Docker keeps it, where the user `<token>` means that the password is an identity token. */
export function loginOf(username: string, password: string, secrets: SecretRegistry): Credential {
  const secret = secrets.register(password)
  if (username !== NO_USERNAME) return { kind: 'login', username, password: secret }
  return { kind: 'identity-token', username: undefined, token: secret }
}

/** Undefined for what is not UTF-8: as text it would be another password. */
function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function broken(place: string, why: string): Failure {
  const message = `The logins in ${place} cannot be read: ${why}.`
  return new Failure('usage', { message, fix: 'Correct the file, or log in again.' })
}
