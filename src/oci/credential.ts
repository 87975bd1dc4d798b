import type { Secret } from '../shared/secret.ts'

/** How to log in to one registry host; valid for that host alone. */
export type Credential =
  | { readonly kind: 'login'; readonly username: string; readonly password: Secret }
  /** A refresh token, which goes to the registry's token service alone. */
  | {
      readonly kind: 'identity-token'
      readonly username: string | undefined
      readonly token: Secret
    }
  /** A bearer token made elsewhere, which goes to the registry alone. */
  | { readonly kind: 'registry-token'; readonly token: Secret }
