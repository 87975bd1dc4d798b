import type { HttpResponse } from '../../http/message.ts'
import { Failure } from '../../shared/failure.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import type { Secret } from '../../shared/secret.ts'
import type { SecretRegistry } from '../../shared/secret-registry.ts'

/** A bearer token, which is opaque, with the times that it is good for in milliseconds of the run's clock. */
export interface Token {
  readonly secret: Secret
  /** From then on a new one is to be fetched before the next request. */
  readonly staleAt: number
}

/** distribution's token specification: the lifetime where none is given, and the least that counts. */
const SHORTEST_LIFETIME_S = 60
/** olareg gives nanoseconds; what is said to live longer than this is fetched anew all the same. */
const LONGEST_LIFETIME_S = 3600
/** A request takes a moment to arrive, and clocks differ a little. */
const SHORTEST_MARGIN_S = 10
const MARGIN = 0.1

/**
 * Reads the answer of a token service (distribution's token specification, "Token Response Fields").
 * Its lifetime counts from `now`, when it was received: the server's clock may be wrong. Its bytes are overwritten.
 * @throws Failure registry, when there is no token in it
 */
export function parseToken(response: HttpResponse, secrets: SecretRegistry, now: number): Token {
  const parsed = parseJson(response.body)
  response.body.fill(0)
  const answer = isObject(parsed) ? parsed : {}
  const token = answer['access_token'] || answer['token']
  // What RFC 6750 and HTTP allow in the header that it is sent in.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw senseless(response)
  }
  const lifetime = lifetimeOf(answer['expires_in'])
  const margin = Math.max(SHORTEST_MARGIN_S, lifetime * MARGIN)
  return { secret: secrets.registerRaw(token), staleAt: now + (lifetime - margin) * 1000 }
}

function lifetimeOf(value: unknown): number {
  const seconds = typeof value === 'string' || typeof value === 'number' ? Number(value) : 0
  if (Number.isNaN(seconds)) return SHORTEST_LIFETIME_S
  return Math.min(Math.max(seconds, SHORTEST_LIFETIME_S), LONGEST_LIFETIME_S)
}

function senseless({ url }: HttpResponse): Failure {
  const message = `The token service at ${url.host} answered without a token.`
  return new Failure('registry', { message, fix: 'Check the token service of the registry.' })
}

/** What is to be done with a repository. */
export type Access = 'pull' | 'pull,push'

// Quay answers 400 to actions that it does not know, such as stars in lists.
const ACTION = /^[a-z][a-z0-9_-]*$/
/** What a token must not be good for, whatever the challenge says. */
const NEVER: Readonly<Record<Access, readonly string[]>> = {
  pull: ['push', 'delete'],
  'pull,push': ['delete']
}

/**
 * The scope to ask a token service for (distribution, "Token Scope Documentation"): one repository,
 * once, with what we need and what the challenge wants beyond that. Scopes of the challenge that name
 * anything else, `*` or nothing are not asked for: a registry must not choose whose token we fetch.
 */
export function scopeFor(
  repository: string,
  access: Access,
  challenged: string | undefined
): string {
  const wanted = (challenged ?? '').split(/\s+/).flatMap((text) => actionsFor(repository, text))
  const granted = wanted.filter((action) => ACTION.test(action) && !NEVER[access].includes(action))
  const actions = new Set([...access.split(','), ...granted.sort()])
  return `repository:${repository}:${[...actions].join(',')}`
}

/** The actions that `text` names for the repository. Its name may hold a host with a port. */
function actionsFor(repository: string, text: string): readonly string[] {
  const prefix = `repository:${repository}:`
  if (!text.startsWith(prefix)) return []
  return text.slice(prefix.length).split(',')
}
