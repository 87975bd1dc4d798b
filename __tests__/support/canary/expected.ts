import type { Scenario } from './stage.ts'

/** A scenario, and what is right in it. */
export interface Expected extends Scenario {
  /** The exit code of action and command. */
  readonly code: number
  /** Which server got which secret; those of a login with the password unless given. */
  readonly heard?:
    | readonly string[]
    | 'as much of a login as there was time for'
    | 'as much of all as there was time for'
  /** Which child got which secret in its environment; none unless given. */
  readonly told?: readonly string[]
  /** Which programs ran; helm unless given. git never does. */
  readonly programs?: readonly string[] | 'helm, if there was time for it'
  /** Which secret stays in arguments and variables, where it does not belong: inputs are not ours to change. */
  readonly stays?: readonly string[]
}

export const PROXY = 'proxy proxy-authorization: proxy'
export const BEARER = 'registry authorization: bearer token'
export const PASSWORD = 'tokens authorization: password'
/** What a run with user and password sends, and where to. */
export const LOGIN: readonly string[] = [PROXY, BEARER, PASSWORD]
/** What a job of GitHub sends to the issuer of its ID tokens alone. */
export const REQUEST = ['issuer authorization: request token', 'issuer line: request URL'] as const
export const ID_TOKEN = 'fulcio body: ID token'
export const GITHUB = 'github authorization: github-token'
