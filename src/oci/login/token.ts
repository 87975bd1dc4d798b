import { Failure } from '../../shared/failure.ts'
import { isObject, parseJson } from '../../shared/json.ts'
import type { Secret } from '../../shared/secret.ts'
import type { SecretKeeper } from '../../shared/secret-keeper.ts'
import type { HttpResponse } from '../transport/http.ts'

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
export function parseToken(response: HttpResponse, secrets: SecretKeeper, now: number): Token {
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
  return { secret: secrets.keepOpaque(token), staleAt: now + (lifetime - margin) * 1000 }
}

function lifetimeOf(value: unknown): number {
  const seconds = typeof value === 'string' || typeof value === 'number' ? Number(value) : 0
  if (Number.isNaN(seconds)) return SHORTEST_LIFETIME_S
  return Math.min(Math.max(seconds, SHORTEST_LIFETIME_S), LONGEST_LIFETIME_S)
}

function senseless({ url }: HttpResponse): Failure {
  const message = `The token service at ${url.host} answered without a token.`
  return new Failure('registry', { message, fix: 'Look at the token service of the registry.' })
}
