import { isObject } from '../../shared/json.ts'
import { HIDDEN } from '../../shared/secret.ts'

/** Names of fields and parameters whose values are tokens, in all the words of token services. */
const TOKEN_NAME = /(?:token|jwt|secret|password|assertion|credential|ticket)$/i
/** Shorter words may be words of any language; the shortest tokens in use have 20 characters. */
const SHORTEST_TOKEN = 16
/** A few characters, a word, or words in camel case: what is between the signs in names, hosts and sentences. */
const PLAIN_PART = /^(?:.{0,7}|[A-Z]?[a-z]*|[A-Z]+|(?:[A-Z]?[a-z]{3,})+)$/
const WORD = /[^\s"'<>(){}[\],;&?=:]+/g
const ASSIGNMENT = /([\w.-]{1,64})=([^\s"'<>&;,]+)/g
/** A value with a digit in it is not a word, such as the reason behind "invalid token: ". */
const NAMED_VALUE =
  /((?:token|jwt|secret|password)["']?\s{0,9}:\s{0,9}["']?)[^\s"'<>&;,]{0,999}\d[^\s"'<>&;,]*/gi

/**
 * The tokens in the answer of a token service, given as parsed JSON or as text, whatever its shape: the values of
 * fields whose name says so, at any depth, and parameters of forms.
 */
export function tokensIn(answer: unknown): readonly string[] {
  if (typeof answer === 'string') return assignedTokens(answer)
  const named: Named[] = []
  const rest: Named[] = [['', answer]]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    named.push(next)
    for (const part of partsOf(next)) rest.push(part)
  }
  return named.flatMap(([name, value]) => {
    return typeof value === 'string' && value !== '' && TOKEN_NAME.test(name) ? [value] : []
  })
}

type Named = readonly [name: string, value: unknown]

/** What is in an object or a list; the items of a list have its name. */
function partsOf([name, value]: Named): readonly Named[] {
  if (Array.isArray(value)) return value.map((item) => [name, item])
  return isObject(value) ? Object.entries(value) : []
}

/** `text` without `tokens`, and without any word in it that may be a token that nobody has named. */
export function withoutTokens(text: string, tokens: readonly string[]): string {
  const named = tokens.reduce((rest, token) => rest.replaceAll(token, HIDDEN), text)
  return named
    .replace(NAMED_VALUE, `$1${HIDDEN}`)
    .replace(WORD, (word) => (mayBeToken(word) ? HIDDEN : word))
}

function assignedTokens(text: string): readonly string[] {
  return [...text.matchAll(ASSIGNMENT)].flatMap(([, name = '', value = '']) => {
    return TOKEN_NAME.test(name) ? [value] : []
  })
}

function mayBeToken(word: string): boolean {
  if (word.length < SHORTEST_TOKEN) return false
  return !word.split(/[^A-Za-z0-9]+/).every((part) => PLAIN_PART.test(part))
}
