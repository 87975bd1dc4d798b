/**
 * What is known of the login of a refused request: there is none; the login itself was refused; it is good, but
 * lacks a right; or there is one, and nothing is known of it.
 */
export type LoginState = 'none' | 'refused' | 'accepted' | 'given'

/** What is known of a refusal, to find what fixes it. */
export interface ResponseContext {
  /** Of the registry, with its port. */
  readonly host: string
  /** Name of the repository that was asked for; empty where it was another thing. */
  readonly repository: string
  readonly status: number
  readonly codes: readonly string[]
  /** All that the registry said. It may repeat a secret, and is not for printing. */
  readonly text: string
  /** The body as it came, when it is not JSON; not for printing either. */
  readonly markup: string
  /** The WWW-Authenticate field; undefined when there was none. */
  readonly challenge: string | undefined
  readonly login: LoginState
  readonly readOnly: boolean
}
