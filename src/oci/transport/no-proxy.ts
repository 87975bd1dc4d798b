import { BlockList, isIP } from 'node:net'
import { isLoopback } from '../spec/reference.ts'

/** Whether a host is to be reached without a proxy. `hostname` in lower case, `port` always given. */
export type Exemption = (hostname: string, port: string) => boolean

/**
 * Reads NO_PROXY by the rules of Go (golang.org/x/net/http/httpproxy), since helm reads it so: `name` is
 * the host and all below it, `.name` and `*.name` what is below it, `*` all; addresses and CIDR blocks of
 * v4 and v6; each but a block may have a port. Loopback is exempt always. Spaces separate as commas do.
 */
export function parseNoProxy(text: string): Exemption {
  const entries = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(parseEntry)
  return (hostname, port) => {
    const host = hostname
      .toLowerCase()
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '')
    const authority = host.includes(':') ? `[${host}]` : host
    return isLoopback(authority) || entries.some((matches) => matches(host, port))
  }
}

function parseEntry(entry: string): Exemption {
  if (entry === '*') return () => true
  const block = parseBlock(entry)
  if (block) return (host) => contains(block, host)
  const { name, port: wanted } = splitPort(entry)
  const matches = isIP(name) === 0 ? matcherOfName(name) : matcherOfAddress(name)
  return (host, port) => (wanted === undefined || wanted === port) && matches(host)
}

function matcherOfName(name: string): (host: string) => boolean {
  const bare = name.replace(/^\*\./, '.')
  if (bare.startsWith('.')) return (host) => host.endsWith(bare)
  return (host) => host === bare || host.endsWith(`.${bare}`)
}

function matcherOfAddress(address: string): (host: string) => boolean {
  const list = new BlockList()
  list.addAddress(address, familyOf(address))
  return (host) => contains(list, host)
}

function parseBlock(entry: string): BlockList | undefined {
  const [, address = '', bits = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(entry) ?? []
  const version = isIP(address)
  if (version === 0 || Number(bits) > (version === 4 ? 32 : 128)) return undefined
  const list = new BlockList()
  list.addSubnet(address, Number(bits), familyOf(address))
  return list
}

function splitPort(entry: string): { readonly name: string; readonly port?: string } {
  if (isIP(entry) !== 0) return { name: entry }
  const [, name = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
  const bare = name.replace(/^\[|\]$/g, '')
  return port === undefined ? { name: bare } : { name: bare, port }
}

function contains(list: BlockList, host: string): boolean {
  return isIP(host) !== 0 && list.check(host, familyOf(host))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}
