import type { Token } from './token.ts'
import type { PassKind } from './verdict.ts'

/** How a request is authorized. Compared by identity: another one for the same repository is newer. */
export interface Pass {
  readonly kind: PassKind
  readonly token?: Token
  readonly scope?: string
}

export const ANONYMOUS: Pass = { kind: 'none' }
export const BASIC: Pass = { kind: 'basic' }
export const REGISTRY_TOKEN: Pass = { kind: 'registry-token' }
