/**
 * What a host is that only names a place near whoever asks: the machine itself, its network, or the
 * metadata service of a cloud.
 */
export type Nearness = 'loopback' | 'private' | 'link-local'

// RFC 6890 and its successors: 10/8, 172.16/12, 192.168/16; 100.64/10 is carrier-grade NAT.
const IPV4: readonly (readonly [RegExp, Nearness])[] = [
  [/^127\./, 'loopback'],
  [/^169\.254\./, 'link-local'],
  [/^(?:0|10)\.|^172\.(?:1[6-9]|2\d|3[01])\.|^192\.168\./, 'private'],
  [/^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./, 'private'],
  // Multicast and reserved: no service for one caller is there.
  [/^(?:22[4-9]|2[3-5]\d)\./, 'private']
]

// fc00::/7 unique local, fe80::/10 link-local, fec0::/10 site-local, ff00::/8 multicast.
const IPV6: readonly (readonly [RegExp, Nearness])[] = [
  [/^\[::1\]$/, 'loopback'],
  [/^\[::\]$/, 'private'],
  [/^\[fe[89ab]/, 'link-local'],
  [/^\[f[cd]|^\[fe[c-f]|^\[ff/, 'private']
]

const NAMES: readonly (readonly [RegExp, Nearness])[] = [
  [/^(?:.+\.)?localhost$/, 'loopback'],
  // The metadata services of Google and AWS; others answer on 169.254.169.254 alone.
  [/^metadata(?:\.google\.internal)?$|^instance-data(?:\.ec2\.internal)?$/, 'link-local']
]

/** Nearness of `hostname` as a parsed URL has it, which is normalised: `2130706433` is 127.0.0.1 there. */
export function nearnessOf(hostname: string): Nearness | undefined {
  const host = hostname.replace(/\.$/, '')
  const address = mappedAddress(host) ?? host
  const isAddress = /^\d+(?:\.\d+){3}$/.test(address)
  const table = isAddress ? IPV4 : address.startsWith('[') ? IPV6 : NAMES
  return table.find(([pattern]) => pattern.test(address))?.[1]
}

/** The IPv4 address in `[::ffff:a9fe:a9fe]`, `[::a9fe:a9fe]` and `[64:ff9b::a9fe:a9fe]` (RFC 4291, RFC 6052). */
function mappedAddress(host: string): string | undefined {
  const [, high, low] =
    /^\[(?:::(?:ffff:(?:0:)?)?|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(host) ?? []
  if (high === undefined || low === undefined) return undefined
  const halves = [high, low].map((half) => Number.parseInt(half, 16))
  return halves.flatMap((half) => [half >> 8, half & 255]).join('.')
}
