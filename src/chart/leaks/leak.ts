import { isVaried } from '../../shared/random-text.ts'

/** Something secret in a file of a chart. */
export interface Leak {
  readonly kind: 'key' | 'login'
  /** A noun: "RSA private key", "npm token". */
  readonly what: string
  /** Offset in the bytes of the file. */
  readonly at: number
}

/** Says what is secret about what begins at a marker; undefined where nothing is. */
export type Detector = (file: Buffer, at: number) => Omit<Leak, 'at'> | undefined

/** A text that files with something secret hold, byte by byte, and what says whether it is. */
export interface Marker {
  readonly text: string
  readonly detect: Detector
}

/** What templates, shells and printf put something else for. */
const VARIABLE = /\{\{|\$[({A-Za-z_]|[<>]|%[sdv]|\*{3}|\.{3}|…/
/** What people write in place of a secret. */
const WORDS =
  /example|sample|placeholder|change-?_?(?:me|it)|your|dummy|fake|redact|replace|secret|s3cr3t|passw|p[a@]ss(?:word|w0rd)|token|insert|default|testing|username|qwerty|nothing|anything|lorem|ipsum/i
const SHORT_WORDS =
  /(?:^|[^A-Za-z])(?:foo|bar|baz|qux|xxx+|todo|none|null|true|false|test|user|admin|root|my|key|pass|here)(?:[^A-Za-z]|$)/i
const SHORTEST_SECRET = 8

/** Whether a text stands where a secret is to be put in: it has a variable, or a word that only people write. */
export function isPlaceholder(text: string): boolean {
  return VARIABLE.test(text) || WORDS.test(text) || SHORT_WORDS.test(text)
}

/** Whether a password or token may be real: long enough, no placeholder, of more than one kind of characters. */
export function mayBeSecret(text: string): boolean {
  if (text.length < SHORTEST_SECRET || isPlaceholder(text) || !isVaried(text)) return false
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text))
  return kinds.length > 1
}
