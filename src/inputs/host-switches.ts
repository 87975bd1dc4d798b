import { isLoopback } from '../http/private-address.ts'
import { canonicalHost } from '../oci/auth/host-key.ts'
import { parseHost, withoutUser } from '../oci/spec/reference.ts'
import type { Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { commaEntries } from './list-entries.ts'
import type { NameOf } from './table/table.ts'

/** A switch that takes `true`, `false`, or the hosts that it is for. */
export interface HostSwitch {
  readonly name: NameOf<'host-switch'>
  /** As it was given; undefined is false. */
  readonly text: string | undefined
  readonly others: OtherHosts
}

/**
 * Whether a run may go to other hosts than those of its registries, as those of dependencies are, which are not known yet:
 * never, maybe, or only to such hosts.
 */
export type OtherHosts = 'never' | 'maybe' | 'only'

/**
 * The hosts for which a switch is on: those among `hosts`, the registries of the run, as they are written there, then
 * others that it names, without the port that its scheme implies. What is wrong with it adds a problem: `true` where
 * there are several hosts, and a host that the run cannot go to.
 */
export function switchedHosts(
  { name, text, others }: HostSwitch,
  hosts: readonly string[],
  problems: Problem[]
): readonly string[] {
  const entries = entriesOf(name, text ?? 'false', problems)
  const named = entries.filter((entry) => entry !== 'true' && entry !== 'false')
  const words = entries.filter((entry) => !named.includes(entry))
  const isTrue = words.includes('true')
  const onlyRegistries = others === 'never' && hosts.length > 0
  const problem =
    contradiction(name, new Set(words).size, named.length) ??
    (onlyRegistries ? strangers(name, named, hosts) : notHosts(name, named, others)) ??
    (isTrue ? notOne({ name, others }, hosts) : undefined)
  if (problem) {
    problems.push(problem)
    return []
  }
  const isNamed = (host: string) => named.some((entry) => isSameHost(name, entry, host))
  const registries = hosts.filter((host) => isTrue || isNamed(host))
  return [
    ...new Set([...registries, ...(others === 'never' ? [] : namedOthers(name, named, hosts))])
  ]
}

/** The hosts that are named and no registry of the run. */
function namedOthers(
  name: HostSwitch['name'],
  named: readonly string[],
  hosts: readonly string[]
): readonly string[] {
  return named
    .filter((entry) => !hosts.some((host) => isSameHost(name, entry, host)))
    .map((entry) => canonicalHost(entry, name === 'plain-http') ?? entry)
}

/**
 * The names of different hosts, for messages: all loopback addresses are this machine, and a port that its scheme implies
 * makes no other host.
 */
export function differentHosts(
  hosts: readonly string[],
  isHttp: (host: string) => boolean
): readonly string[] {
  const names = new Map<string, string>()
  for (const host of hosts) {
    const isHere = isLoopback(host)
    const key = isHere ? 'loopback' : `${isHttp(host)} ${canonicalHost(host, isHttp(host)) ?? host}`
    if (!names.has(key)) names.set(key, isHere ? 'this machine' : host)
  }
  return [...names.values()]
}

/** One per line; commas and blanks separate hosts as well, but not where a login may stand, which has any character. */
function entriesOf(name: string, text: string, problems: Problem[]): readonly string[] {
  return commaEntries(name, text, problems)
    .flatMap((entry) => (entry.includes('@') ? [entry] : entry.split(/\s+/)))
    .map((entry) => entry.toLowerCase())
}

/** The port may be left out where it is that of the scheme: http for `plain-http`, else https. */
function isSameHost(name: HostSwitch['name'], entry: string, host: string): boolean {
  const isHttp = name === 'plain-http'
  const wanted = parseHost(entry) && canonicalHost(entry, isHttp)
  return wanted !== undefined && wanted === canonicalHost(host, isHttp)
}

/** What people write in place of true and false; as hosts, these words would switch nothing on without a word. */
const SWITCH_WORD = /^(?:yes|no|on|off|[yntf01])$/

function notHosts(
  name: HostSwitch['name'],
  named: readonly string[],
  others: OtherHosts
): Problem | undefined {
  const isHost = (entry: string) => parseHost(entry) !== undefined && !SWITCH_WORD.test(entry)
  const wrong = named.filter((entry) => !isHost(entry))
  if (wrong.length === 0) return undefined
  const texts = wrong.map(withoutUser).join(', ')
  const words = others === 'only' ? '' : 'true, false, or '
  const fix = `Set it to ${words}hosts such as registry.example.com:5000.`
  return { message: `${input(name)} has "${texts}", which is not a host.`, fix }
}

/** Hosts that are named and no registry of the run. */
function strangers(
  name: HostSwitch['name'],
  named: readonly string[],
  hosts: readonly string[]
): Problem | undefined {
  const strange = named.filter((entry) => !hosts.some((host) => isSameHost(name, entry, host)))
  const texts = strange.map(withoutUser).join(', ')
  const [only, ...more] = new Set(hosts)
  if (strange.length === 0 || only === undefined) return undefined
  const all = [only, ...more].join(', ')
  return more.length === 0
    ? {
        message: `${input(name)} names "${texts}", but the registry is ${all}.`,
        fix: `Set it to true, false or ${all}.`
      }
    : {
        message: `${input(name)} names "${texts}", but the registries are ${all}.`,
        fix: `Set ${input(name, 'HOST,…')} with some of these hosts: ${all}.`
      }
}

/** What is wrong with `true`, which is for the one registry of the run. */
function notOne(
  { name, others }: Pick<HostSwitch, 'name' | 'others'>,
  hosts: readonly string[]
): Problem | undefined {
  if (others === 'only') {
    const message = `${input(name, 'true')} applies to the registry to publish to, but no registry is set.`
    return { message, fix: `For a host of dependencies, set ${input(name, 'HOST')}.` }
  }
  const different = differentHosts(hosts, () => name === 'plain-http')
  if (different.length < 2) return undefined
  const message = `${input(name, 'true')} is for one host, but several are given: ${different.join(', ')}.`
  const fix = `Set ${input(name, 'HOST,…')} with the hosts that it applies to, out of ${[...new Set(hosts)].join(', ')}.`
  return { message, fix }
}

function contradiction(name: string, words: number, hosts: number): Problem | undefined {
  if (words < 2 && (words === 0 || hosts === 0)) return undefined
  const message = `${input(name)} mixes true, false and hosts.`
  return { message, fix: 'Set it to true, to false, or to hosts, separated by commas.' }
}
