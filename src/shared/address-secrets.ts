import type { Span } from './span.ts'

/**
 * Parameters of addresses whose values are as good as a password: tokens, and the signatures and states of storage
 * (AWS, Google, Azure, CloudFront, distribution).
 */
const SECRET_PARAMETER =
  /[?&;](?:[\w.-]{0,40}(?:token|signature|secret|password|passwd|credential|api[-_]?key)|sig|pwd|jwt|auth|_state|upload_id)=([^&;\s"'<>#]+)/gi

/** What may stand before the `@` of an address ends with these. */
const END_OF_AUTHORITY = /[\s/?#"'<>]/g

/** Where addresses in a text hold a login or the value of a secret parameter, whoever they are of. */
export function addressSecrets(text: string): readonly Span[] {
  return [...logins(text), ...parameters(text)]
}

/** The values of secret parameters in a text. */
export function secretParameters(text: string): readonly string[] {
  return parameters(text).map(({ begin, end }) => text.slice(begin, end))
}

function parameters(text: string): readonly Span[] {
  return [...text.matchAll(SECRET_PARAMETER)].map(({ index, 0: whole, 1: value = '' }) => {
    return { begin: index + whole.length - value.length, end: index + whole.length }
  })
}

/** Between `//` and the last `@` of an authority (RFC 3986, 3.2.1). */
function logins(text: string): readonly Span[] {
  const found: Span[] = []
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    const begin = at + 3
    const end = text.slice(begin, endOfAuthority(text, begin)).lastIndexOf('@')
    if (end > 0) found.push({ begin, end: begin + end })
  }
  return found
}

/** Where the authority that begins at `begin` ends. */
export function endOfAuthority(text: string, begin: number): number {
  END_OF_AUTHORITY.lastIndex = begin
  return END_OF_AUTHORITY.exec(text)?.index ?? text.length
}
