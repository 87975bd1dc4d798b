import type { Secret } from '../shared/secret.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'

/** A user with a password. */
export interface BasicLogin {
  readonly username: string
  readonly password: Secret
}

/** `user:password` in base64 (RFC 7617, 2), as a secret of its own, since servers repeat it in that form. */
export function basicPair({ username, password }: BasicLogin, secrets: SecretRegistry): Secret {
  const pair = `${username}:${password.reveal()}`
  return secrets.registerRaw(Buffer.from(pair, 'utf8').toString('base64'))
}

/** What stands in a header (Authorization, Proxy-Authorization). Whoever calls it knows whom the login is for. */
export function basicValue(pair: Secret): string {
  return `Basic ${pair.reveal()}`
}
