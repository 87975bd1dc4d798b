import type { HttpResponse } from '../../http/message.ts'
import { input } from '../../shared/input-name.ts'
import type { LoginState } from '../errors/response-context.ts'
import { type Meaning, noLoginFix } from '../errors/response-error.ts'
import { type Challenge, errorIn, offers, parseChallenges } from './challenge.ts'
import { type Credential, credentialFix } from './credential.ts'

/**
 * What a 401 or 403 amounts to, after all that could be offered was offered.
 * - `no-login`: there is none, and one is wanted
 * - `wrong-login`: the login itself was refused
 * - `no-permission`: the login is known, but may not do this
 * - `unknown-project`: Harbor's way to say that there is no such project, or none for this login
 * - `untrusted-token`: the registry does not take the tokens of its own token service
 * - `no-challenge`: it does not say how to log in
 * - `unknown-scheme`: it wants another kind of login than there is
 */
export type Verdict =
  | 'no-login'
  | 'wrong-login'
  | 'no-permission'
  | 'unknown-project'
  | 'untrusted-token'
  | 'no-challenge'
  | 'unknown-scheme'

/** How the refused request had been authorized. */
export type AuthorizationKind = 'none' | 'basic' | 'bearer' | 'registry-token'

interface Denial {
  readonly pass: AuthorizationKind
  readonly credential: Credential | undefined
}

/** Undefined for answers that do not speak of logins. */
export function verdictOf(response: HttpResponse, denial: Denial): Verdict | undefined {
  const { status, headers } = response
  if (status === 403) return verdictOfForbidden(denial)
  if (status !== 401) return undefined
  const field = headers['www-authenticate']
  if (field === undefined) return denial.credential ? 'no-challenge' : 'no-login'
  const challenges = parseChallenges(field)
  // Harbor's middleware sends the header without a value when the project cannot be found.
  if (challenges.length === 0) return 'unknown-project'
  if (!denial.credential) return 'no-login'
  return verdictOfLogin(denial.pass, challenges)
}

/** A registry that asked for no login may forbid by policy; none of ours would change that. */
function verdictOfForbidden({ pass, credential }: Denial): Verdict | undefined {
  if (!credential) return 'no-login'
  return pass === 'none' ? undefined : 'no-permission'
}

function verdictOfLogin(pass: AuthorizationKind, challenges: readonly Challenge[]): Verdict {
  const error = errorIn(challenges)
  switch (pass) {
    case 'none':
      return 'unknown-scheme'
    case 'basic':
      // olareg's word for a user that it knows; htpasswd knows no rights, and says nothing.
      return error === 'unauthorized' ? 'no-permission' : 'wrong-login'
    case 'registry-token':
      return error === 'insufficient_scope' ? 'no-permission' : 'wrong-login'
    case 'bearer':
      // Harbor asks for Basic when a token lacks a right; it means no more than that.
      return error === 'invalid_token' && offers(challenges, 'bearer')
        ? 'untrusted-token'
        : 'no-permission'
  }
}

interface Explained {
  readonly credential: Credential | undefined
  readonly host: string
  /** Whether only reading is wanted. */
  readonly readOnly: boolean
}

/** What is known of a login by what was refused to it. */
export function loginStateOf(
  verdict: Verdict | undefined,
  credential: Credential | undefined
): LoginState {
  if (!credential) return 'none'
  if (verdict === 'wrong-login') return 'refused'
  return verdict === 'no-permission' ? 'accepted' : 'given'
}

/** What a verdict means, and what fixes it where the registry does not say. */
export function meaningOf(verdict: Verdict, { credential, host, readOnly }: Explained): Meaning {
  const rights = readOnly ? 'pull from' : 'pull from and push to'
  switch (verdict) {
    case 'no-login':
      return { fix: noLoginFix(host) }
    case 'wrong-login':
      return {
        why: `${host} does not know this login.`,
        fix: credential ? credentialFix(credential) : noLoginFix(host)
      }
    case 'no-permission':
      return {
        why: 'The login is valid, but has no permission for this.',
        fix: `Check that this user may ${rights} the repository.`
      }
    case 'unknown-project':
      return {
        why: 'It does not say how to log in, as Harbor does for a project that does not exist.',
        fix: `Create the project first, check the path in ${input('registry')}, or use a login that may see it.`
      }
    case 'untrusted-token':
      return {
        isCertain: true,
        why: 'It rejected the token that its own token service just issued.',
        fix: 'Check issuer, service and certificate of the token service in the configuration of the registry, and the clocks of both.'
      }
    case 'no-challenge':
      return {
        isCertain: true,
        why: 'It does not say how to log in (no WWW-Authenticate header).',
        fix: `Check that ${input('registry')} names an OCI registry, and check the proxies in front of it.`
      }
    case 'unknown-scheme':
      return {
        isCertain: true,
        why: 'It asks for another kind of login than the one that is set.',
        fix: `Use ${input('username')} and ${input('password')}; only Basic and Bearer authentication are supported.`
      }
  }
}
