/** Gives a form of a secret that is masked as well; empty where there is none. */
type Encoder = (value: string) => string

/** Shorter parts of a secret are not masked (actions/runner, ValueEncoders). */
const SHORTEST_SECTION = 6
const SHORTEST_QUOTED = 9

const XML: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '&': '&amp;'
}

/** The eleven of actions/runner, ValueEncoders, as HostContext registers them. */
export const ENCODERS: readonly Encoder[] = [
  base64Behind(0),
  base64Behind(1),
  base64Behind(2),
  (value) => value.replaceAll('"', '\\"'),
  (value) => value.replaceAll("'", "''"),
  jsonText,
  uriData,
  (value) => value.replace(/[<>"'&]/g, (char) => XML[char] ?? char),
  withoutQuotes,
  beforeAmpersand,
  behindAmpersand
]

/** Base64 of all but the first bytes: what stands behind a prefix of that length, to the next boundary. */
function base64Behind(shift: number): Encoder {
  return (value) => {
    const bytes = Buffer.from(value)
    return bytes.subarray(bytes.length > shift ? shift : 0).toString('base64')
  }
}

/** Newtonsoft's JSON also escapes what ends a line in Unicode. */
function jsonText(value: string): string {
  const json = JSON.stringify(value).slice(1, -1)
  return json.replace(/[\u0085\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** .NET's `Uri.EscapeDataString` leaves alone what RFC 3986 calls unreserved; JavaScript's leaves some more. */
function uriData(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(/[!'()*]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).toUpperCase()}`
  })
}

function withoutQuotes(value: string): string {
  const isQuoted = value.length >= SHORTEST_QUOTED && value.startsWith('"') && value.endsWith('"')
  return isQuoted ? value.slice(1, -1) : ''
}

/** PowerShell colours a command that fails from `&` on, in two pieces; this is the first. */
function beforeAmpersand(value: string): string {
  const plus = value.indexOf('&+')
  const section =
    plus === -1 ? value.slice(0, value.lastIndexOf('&') + 1) : value.slice(0, plus + 2)
  return section.length >= SHORTEST_SECTION ? section : ''
}

/** The second; behind `&+` one letter is coloured by itself. */
function behindAmpersand(value: string): string {
  if (!value.includes('&')) return ''
  const plus = value.indexOf('&+')
  const section = plus === -1 ? value.slice(value.lastIndexOf('&') + 1) : value.slice(plus + 3)
  return section.length >= SHORTEST_SECTION ? section : ''
}
