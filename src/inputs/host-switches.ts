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
}

/**
 * The hosts among `hosts`, those that the run goes to, for which a switch is on. What is wrong with it adds a problem:
 * `true` where there are several hosts, and a host that the run does not go to.
 */
export function switchedHosts(
  { name, text }: HostSwitch,
  hosts: readonly string[],
  problems: Problem[]
): readonly string[] {
  const entries = entriesOf(name, text ?? 'false', problems)
  const named = entries.filter((entry) => entry !== 'true' && entry !== 'false')
  const words = entries.filter((entry) => !named.includes(entry))
  const problem =
    contradiction(name, new Set(words).size, named.length) ??
    strangers(name, named, hosts) ??
    (words.includes('true') ? tooMany(name, hosts) : undefined)
  if (problem) problems.push(problem)
  const isOn = (host: string) => {
    return words.includes('true') || named.some((entry) => isSameHost(name, entry, host))
  }
  return problem ? [] : [...new Set(hosts.filter(isOn))]
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

/** Without any host that the run goes to, a switch is not used, but it has to be one. */
function strangers(
  name: HostSwitch['name'],
  named: readonly string[],
  hosts: readonly string[]
): Problem | undefined {
  const isKnown = (entry: string) => {
    if (hosts.length === 0) return parseHost(entry) !== undefined
    return hosts.some((host) => isSameHost(name, entry, host))
  }
  const strange = named.filter((entry) => !isKnown(entry))
  if (strange.length === 0) return undefined
  const texts = strange.map(withoutUser).join(', ')
  const [only, ...more] = new Set(hosts)
  if (only === undefined) {
    const fix = 'Set it to true, false, or hosts such as registry.example.com:5000.'
    return { message: `${input(name)} is "${texts}".`, fix }
  }
  const all = [only, ...more].join(', ')
  return more.length === 0
    ? {
        message: `${input(name)} names "${texts}", but the registry is ${all}.`,
        fix: `Set it to true, false or ${all}.`
      }
    : {
        message: `${input(name)} names "${texts}", but the registries are ${all}.`,
        fix: `Set ${input(name, 'HOST,…')} with hosts among these: ${all}.`
      }
}

function tooMany(name: HostSwitch['name'], hosts: readonly string[]): Problem | undefined {
  const different = differentHosts(hosts, () => name === 'plain-http')
  if (different.length < 2) return undefined
  const message = `${input(name, 'true')} is for one host, but several are named: ${different.join(', ')}.`
  const fix = `Set ${input(name, 'HOST,…')} with the hosts that it is for, out of ${[...new Set(hosts)].join(', ')}.`
  return { message, fix }
}

function contradiction(name: string, words: number, hosts: number): Problem | undefined {
  if (words < 2 && (words === 0 || hosts === 0)) return undefined
  const message = `${input(name)} is true or false, or names hosts, but it has more than one of these.`
  return { message, fix: 'Set it to true, to false, or to hosts, separated by commas.' }
}
