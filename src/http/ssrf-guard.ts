import { lookup as lookUp } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { type AddressScope, addressScope } from './private-address.ts'

/** All addresses of a name. @throws as node:dns does */
export type Resolve = (hostname: string) => Promise<readonly Address[]>

interface Address {
  readonly address: string
  readonly family: number
}

interface GuardedLookup {
  /** The registry that names the token service. */
  readonly registry: URL
  /** The token service, with its port where it has one. */
  readonly host: string
  readonly resolve?: Resolve | undefined
}

/** Those of node:dns, in the order of the system. */
const resolveAll: Resolve = (hostname) => lookUp(hostname, { all: true })

/**
 * Finds the address of a token service for the very connection that is made to it. A name that leads to a
 * link-local address (metadata services are there) is refused, and for a registry elsewhere one that leads to this
 * machine or to its network.
 */
export function guardedLookup(options: GuardedLookup): LookupFunction {
  const { resolve = resolveAll } = options
  return (hostname, { all = false }, done) => {
    const found = resolve(hostname).then(async (addresses) => {
      await refusePrivate(addresses, { ...options, resolve })
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

/** @throws Failure auth */
async function refusePrivate(
  addresses: readonly Address[],
  { registry, host, resolve }: GuardedLookup & { readonly resolve: Resolve }
): Promise<void> {
  const near = addresses.filter(({ address }) => scopeOf(address) !== undefined)
  if (near.length === 0) return
  const own = await resolve(registry.hostname.replace(/^\[|\]$/g, '')).catch(() => [])
  // All of them: whoever owns a public name can give it one address in here beside the others.
  const isNear = own.length > 0 && own.every(({ address }) => scopeOf(address) !== undefined)
  const strange = near.find(({ address }) => !isNear || isNeverShared(scopeOf(address)))
  if (!strange) return
  throw new Failure('auth', {
    message: `${registry.host} names the token service ${host}, which may not be given a password: its name leads to ${strange.address}, an address inside this network.`,
    fix: `Name ${host} in ${input('token-hosts')} if it is yours; else do not use this registry.`
  })
}

/** What answers whoever is on the machine is not a service of a registry, wherever that is. */
function isNeverShared(scope: AddressScope | undefined): boolean {
  return scope === 'link-local' || scope === 'metadata'
}

function scopeOf(address: string): AddressScope | undefined {
  return addressScope(new URL(`http://${isIP(address) === 6 ? `[${address}]` : address}`).hostname)
}
