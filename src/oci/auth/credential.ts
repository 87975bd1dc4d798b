import { input } from '../../shared/input-name.ts'
import type { Secret } from '../../shared/secret.ts'

/** How to log in to one registry host; valid only for that host. */
export type Credential = (
  | { readonly kind: 'login'; readonly username: string; readonly password: Secret }
  /** A refresh token, which goes only to the registry's token service. */
  | {
      readonly kind: 'identity-token'
      readonly username: string | undefined
      readonly token: Secret
    }
  /** A bearer token made elsewhere, which goes only to the registry. */
  | { readonly kind: 'registry-token'; readonly token: Secret }
) & {
  /** Where it was found, as in "the login comes from …"; undefined for the inputs made for it. */
  readonly source?: string
}

/** The source of what is given by host, as logs and fixes name it. */
export function registryAuthSource(): string {
  return input('registry-auth')
}

/** The inputs made for a login, as logs and fixes name them. */
export function givenLoginSource({ kind }: Pick<Credential, 'kind'>): string {
  return kind === 'login'
    ? `${input('username')} and ${input('password')}`
    : input('identity-token')
}

/** What fixes a credential that was refused. Only what a login has written is written anew by another one. */
export function credentialFix({ kind, source }: Credential): string {
  const isGiven = source === undefined || source === givenLoginSource({ kind })
  if (source === registryAuthSource()) return `Check the entry of this registry in ${source}.`
  if (!isGiven) {
    return `Log in again, or correct the login in ${source}.`
  }
  if (kind === 'login') return `Check ${input('username')} and ${input('password')}.`
  return kind === 'identity-token'
    ? `Get a new ${input('identity-token')}.`
    : 'Get a new registry token.'
}

/** Whether two logins are one and the same. */
export function isSameCredential(a: Credential | undefined, b: Credential | undefined): boolean {
  if (!a || !b) return a === b
  if (a.kind === 'login' && b.kind === 'login') {
    return a.username === b.username && a.password.equals(b.password)
  }
  if (a.kind === 'login' || b.kind === 'login') return false
  return a.kind === b.kind && a.token.equals(b.token)
}
