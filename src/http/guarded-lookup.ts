import { lookup as lookUp } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { type AddressScope, addressScope } from './private-address.ts'

/** All addresses of a name. @throws as node:dns does */
export type Resolve = (hostname: string) => Promise<readonly Address[]>

export interface Address {
  readonly address: string
  readonly family: number
}

/** Those of node:dns, in the order of the system. */
const resolveAll: Resolve = (hostname) => lookUp(hostname, { all: true })

/**
 * Finds the addresses of a name for the very connection that is made, after `check` has seen them: another look at the
 * name could get other ones. What `check` throws ends the connection.
 */
export function guardedLookup(
  check: (addresses: readonly Address[], hostname: string) => Promise<void> | void,
  resolve: Resolve = resolveAll
): LookupFunction {
  return (hostname, { all = false }, done) => {
    const found = resolve(hostname).then(async (addresses) => {
      await check(addresses, hostname)
      return addresses
    })
    found.then(
      (addresses) => {
        const [first] = addresses
        if (all || !first) done(null, [...addresses])
        else done(null, first.address, first.family)
      },
      (error: Error) => done(error, [])
    )
  }
}

/** The scope of an address as DNS gives it. */
export function scopeOf({ address }: Address): AddressScope | undefined {
  return addressScope(new URL(`http://${isIP(address) === 6 ? `[${address}]` : address}`).hostname)
}

/** Whether what is there answers whoever is on the machine, so that no server elsewhere may lead to it. */
export function isNeverShared(scope: AddressScope | undefined): boolean {
  return scope === 'link-local' || scope === 'metadata'
}

/**
 * Whether a host is this machine or in its network. All addresses have to be: whoever owns a public name can give it one
 * in here beside the others.
 */
export async function isNearby({ hostname }: URL, resolve: Resolve = resolveAll): Promise<boolean> {
  if (addressScope(hostname) !== undefined) return true
  const own = await resolve(hostname.replace(/^\[|\]$/g, '')).catch(() => [])
  return own.length > 0 && own.every((address) => scopeOf(address) !== undefined)
}
