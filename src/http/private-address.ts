import { BlockList, isIP } from 'node:net'

/**
 * What a host is that only names a place near whoever asks: the machine itself, its network, its link, or the
 * metadata service of a cloud.
 */
export type AddressScope = 'loopback' | 'private' | 'link-local' | 'metadata'

type Range = readonly [range: string, scope: AddressScope]

/**
 * IANA's registry of special addresses of IPv4 (RFC 6890), and where clouds keep what is for one machine: AWS, Azure,
 * Google and most others; containers of AWS; Tencent; Scaleway; Alibaba; Azure's agent; Oracle. The first that fits counts.
 */
const IPV4: readonly Range[] = [
  ['169.254.169.254/32', 'metadata'],
  ['169.254.170.0/24', 'metadata'],
  ['169.254.0.23/32', 'metadata'],
  ['169.254.42.42/32', 'metadata'],
  ['100.100.100.200/32', 'metadata'],
  ['168.63.129.16/32', 'metadata'],
  ['192.0.0.192/32', 'metadata'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['0.0.0.0/8', 'private'],
  ['10.0.0.0/8', 'private'],
  // Carrier-grade NAT.
  ['100.64.0.0/10', 'private'],
  ['172.16.0.0/12', 'private'],
  ['192.168.0.0/16', 'private'],
  // IETF protocols, documentation (three), the old 6to4 relay, benchmarks.
  ['192.0.0.0/24', 'private'],
  ['192.0.2.0/24', 'private'],
  ['198.51.100.0/24', 'private'],
  ['203.0.113.0/24', 'private'],
  ['192.88.99.0/24', 'private'],
  ['198.18.0.0/15', 'private'],
  // Multicast and reserved: no service for one caller is there.
  ['224.0.0.0/3', 'private']
]

/** As above for IPv6: AWS (twice), Google, Scaleway, OpenStack. Beyond 2000::/3 nothing is global unicast (RFC 4291). */
const IPV6: readonly Range[] = [
  ['fd00:ec2::254/128', 'metadata'],
  ['fd00:ec2::23/128', 'metadata'],
  ['fd20:ce::254/128', 'metadata'],
  ['fd00:42::42/128', 'metadata'],
  ['fe80::a9fe:a9fe/128', 'metadata'],
  ['::1/128', 'loopback'],
  ['fe80::/10', 'link-local'],
  // IETF protocols with Teredo and benchmarks, documentation (two), 6to4.
  ['2001::/23', 'private'],
  ['2001:db8::/32', 'private'],
  ['3fff::/20', 'private'],
  ['2002::/16', 'private'],
  ['::/3', 'private'],
  ['4000::/2', 'private'],
  ['8000::/1', 'private']
]

const NAMES: readonly (readonly [RegExp, AddressScope])[] = [
  [/^(?:.+\.)?localhost$/, 'loopback'],
  // The metadata services of Google, AWS and Tencent.
  [/^metadata(?:\.google\.internal|\.goog|\.tencentyun\.com)?$/, 'metadata'],
  [/^instance-data(?:\.ec2\.internal)?$/, 'metadata']
]

/**
 * Addresses of IPv6 that stand for one of IPv4, by the number of the 16-bit group that it begins at: compatible,
 * mapped and translated ones (RFC 4291, RFC 6052, RFC 7915), local NAT64 (RFC 8215), 6to4 (RFC 3056), the server of
 * Teredo (RFC 4380). What only translates is as near as what it stands for.
 */
const EMBEDDINGS: readonly {
  readonly range: string
  readonly at: number
  readonly isOnlyThat: boolean
}[] = [
  { range: '::/96', at: 6, isOnlyThat: true },
  { range: '::ffff:0:0/96', at: 6, isOnlyThat: true },
  { range: '::ffff:0:0:0/96', at: 6, isOnlyThat: true },
  { range: '64:ff9b::/96', at: 6, isOnlyThat: true },
  { range: '64:ff9b:1::/48', at: 6, isOnlyThat: false },
  { range: '2002::/16', at: 1, isOnlyThat: false },
  { range: '2001::/32', at: 2, isOnlyThat: false }
]

/** The scope of `hostname` as a parsed URL has it, which is normalised: `2130706433` is 127.0.0.1 there. */
export function addressScope(hostname: string): AddressScope | undefined {
  const host = hostname.replace(/\.$/, '').replace(/^\[|\]$/g, '')
  if (isIP(host) === 4) return scopeIn(IPV4, host)
  if (isIP(host) === 6) return scopeOfIPv6(host)
  return NAMES.find(([pattern]) => pattern.test(host))?.[1]
}

function scopeOfIPv6(address: string): AddressScope | undefined {
  const embedding = EMBEDDINGS.find(({ range }) => isIn(range, address))
  if (!embedding || address === '::' || address === '::1') return scopeIn(IPV6, address)
  const near = scopeIn(IPV4, embeddedAddress(address, embedding.at))
  return near ?? (embedding.isOnlyThat ? undefined : scopeIn(IPV6, address))
}

function scopeIn(ranges: readonly Range[], address: string): AddressScope | undefined {
  return ranges.find(([range]) => isIn(range, address))?.[1]
}

function isIn(range: string, address: string): boolean {
  const [net = '', bits = ''] = range.split('/')
  const family = isIP(net) === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(net, Number(bits), family)
  return list.check(address, family)
}

function embeddedAddress(address: string, at: number): string {
  const [high = 0, low = 0] = groupsOf(address).slice(at, at + 2)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The eight groups of a normalised address, in which `::` stands for as many zeros as are missing. */
function groupsOf(address: string): readonly number[] {
  const [before = '', after = ''] = address.split('::')
  const [front, back] = [before, after].map((part) => part.split(':').filter(Boolean))
  const zeros = Array.from({ length: 8 - (front?.length ?? 0) - (back?.length ?? 0) }, () => '0')
  return [...(front ?? []), ...zeros, ...(back ?? [])].map((group) => Number.parseInt(group, 16))
}

/** Whether a host (port allowed) names this machine: localhost, 127.0.0.0/8 or ::1. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '')
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name)
}
