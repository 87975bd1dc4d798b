import { Failure } from '../shared/failure.ts'
import type { TrustedRoots } from './trusted-root.ts'

/** The own signature does not verify; `hosts` are those of the services that it was made with, none for a key alone. */
export function notValid(
  reason: string,
  { name, isStrict }: Pick<TrustedRoots, 'name' | 'isStrict'>,
  hosts: readonly string[]
): Failure {
  const services = hosts.length === 0 ? '' : ` with ${hosts.join(', ')}`
  const message = `The signature${services} is not valid, and was not published:`
  const source = isStrict ? `that ${name} belongs to the services that sign` : 'these services'
  const fix = `Check ${source}; no version was tagged.`
  return new Failure('signing', { message, why: `${reason}.`, fix })
}

/** The logs have each signature that was tried, and cannot show their entries. */
export function alreadyLogged(hosts: string): Failure {
  const message = `The transparency log ${hosts} already has this signature, but does not say where.`
  const fix =
    'Run it again, or sign with a key on the curve P-256: its signatures differ each time.'
  return new Failure('signing', { message, fix })
}
