import type { LookupFunction } from 'node:net'
import { guardedLookup, isNearby, type Resolve, scopeOf } from '../http/guarded-lookup.ts'
import { requireShared, tooNear } from './classic/surroundings.ts'

/**
 * Finds addresses for a registry that Chart.yaml names: never one of a metadata service, and for what a registry elsewhere
 * redirects to none in this network.
 */
export function registryLookup(registry: URL, resolve?: Resolve): LookupFunction {
  return guardedLookup(async (addresses, hostname) => {
    const scopes = addresses.map(scopeOf)
    for (const scope of scopes) requireShared(scope, hostname)
    const isOwn = hostname === registry.hostname.replace(/^\[|\]$/g, '')
    if (isOwn || scopes.every((scope) => scope === undefined)) return
    if (!(await isNearby(registry, resolve))) throw tooNear(hostname, registry.host)
  }, resolve)
}
