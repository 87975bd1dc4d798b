import type { LookupFunction } from 'node:net'
import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import {
  type Address,
  guardedLookup,
  isNearby,
  isNeverShared,
  type Resolve,
  scopeOf
} from './guarded-lookup.ts'

interface TokenServiceLookup {
  /** The registry that names the token service. */
  readonly registry: URL
  /** The token service, with its port where it has one. */
  readonly host: string
  readonly resolve?: Resolve | undefined
}

/**
 * Finds the address of a token service. A name that leads to a link-local address (metadata services are there) is
 * refused, and for a registry elsewhere one that leads to this machine or to its network.
 */
export function tokenServiceLookup(options: TokenServiceLookup): LookupFunction {
  return guardedLookup((addresses) => refusePrivate(addresses, options), options.resolve)
}

/** @throws Failure auth */
async function refusePrivate(
  addresses: readonly Address[],
  { registry, host, resolve }: TokenServiceLookup
): Promise<void> {
  const near = addresses.filter((address) => scopeOf(address) !== undefined)
  if (near.length === 0) return
  const isNear = await isNearby(registry, resolve)
  const strange = near.find((address) => !isNear || isNeverShared(scopeOf(address)))
  if (!strange) return
  throw new Failure('auth', {
    message: `${registry.host} names the token service ${host}, which may not get the password: its name resolves to ${strange.address}, an address inside this network.`,
    fix: `Add ${host} to ${input('token-hosts')} if it is yours; otherwise do not use this registry.`
  })
}
