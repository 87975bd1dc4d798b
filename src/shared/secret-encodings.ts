/** Shorter forms would hide ordinary text; GitLab masks nothing below 8 characters either. */
const SHORTEST_DERIVED_FORM = 8

/** Long enough, with a digit among its letters, to be no word; shorter than what generators of passwords make. */
const CORE = /[A-Za-z0-9]{12,}/g

/**
 * The forms in which a secret shows up in logs, longest first: itself, its lines, and how base64 (wherever it
 * lies in what is encoded), URLs, forms, JSON, YAML, HTML, shells and hexadecimal dumps write it; and its long stretches of
 * letters and digits, which every other encoding of text leaves unchanged. Forms below 8 characters are left out, the
 * value itself is not.
 */
export function derivedForms(value: string): readonly string[] {
  const trimmed = value.trim()
  if (trimmed === '') return []
  const lines = trimmed.split(/[\r\n]+/).map((line) => line.trim())
  const normal = [value, trimmed, trimmed.normalize('NFC'), trimmed.normalize('NFD')]
  const derived = [
    ...[...new Set(normal)].flatMap((text) => [text, ...encodings(text)]),
    ...lines.flatMap((line) => [line, ...escapes(line)]),
    ...(value.match(CORE) ?? []).filter((core) => /\d/.test(core) && /\D/.test(core))
  ].filter((text) => text.length >= SHORTEST_DERIVED_FORM)
  return [...new Set([value, trimmed, ...derived])].sort((a, b) => b.length - a.length)
}

/** How URLs, forms, JSON, YAML, HTML, shells, base64 and hexadecimal dumps write a text. */
export function encodings(text: string): readonly string[] {
  return [...escapes(text), ...bytesForms(text)]
}

/** What differs from the text itself only where it has special characters. */
function escapes(text: string): readonly string[] {
  const sound = text.toWellFormed()
  const component = encodeURIComponent(sound)
  const strict = component.replace(/[!'()*]/g, percent)
  const form = new URLSearchParams({ v: sound }).toString().slice(2)
  const json = JSON.stringify(text).slice(1, -1)
  const html = sound.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return [
    ...[component, strict, form, userinfo(sound)].flatMap((url) => [url, lowerPercents(url)]),
    json,
    json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
    ...QUOTES.map(([double, single]) => html.replaceAll('"', double).replaceAll("'", single)),
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", "''")
  ]
}

/** Quotes in HTML as browsers, Go, XML and the runner write them. */
const QUOTES = [
  ['"', "'"],
  ['&quot;', '&#39;'],
  ['&#34;', '&#39;'],
  ['&quot;', '&apos;']
] as const

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`
}

function lowerPercents(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
}

/** As it stands before the `@` of a URL. */
function userinfo(text: string): string {
  const url = new URL('http://host')
  url.password = text
  return url.password
}

function bytesForms(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8')
  const base64 = bytes.toString('base64')
  const hex = bytes.toString('hex')
  const inside = [0, 1, 2].map((offset) => base64Inside(bytes, offset))
  return [
    ...[base64, base64.replace(/=+$/, ''), ...inside].flatMap((form) => [form, urlSafe(form)]),
    hex,
    hex.toUpperCase()
  ]
}

/**
 * What base64 makes of `bytes` in the middle of others, as in `user:password`: the digits that depend on
 * them alone, when so many bytes, modulo 3, stand before them.
 */
function base64Inside(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
  const begin = Math.ceil((offset * 8) / 6)
  const end = Math.floor(((offset + bytes.length) * 8) / 6)
  return encoded.slice(begin, end)
}

function urlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_')
}
