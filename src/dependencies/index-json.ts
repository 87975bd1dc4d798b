import { IndexError } from './index-error.ts'

/** What an index in JSON holds of some charts: the JSON of each list. */
export interface JsonLists {
  readonly apiVersion: string | undefined
  readonly lists: ReadonlyMap<string, string>
}

/** JSON.parse reads no more levels without a stack of its own. */
const MOST_LEVELS = 200
const SPACE = /[ \t\n\r]/
/** What stands outside of texts in JSON. Another sign belongs to YAML, or to nothing. */
const STRUCTURE = /[\]{}[,:\d+\-.eE \t\n\raflnrstu]/

/**
 * Finds the lists of some charts in JSON, without building objects of the rest. Undefined where it is no JSON.
 * @throws IndexError where it is nested too deeply
 */
export function cutJsonIndex(text: string, names: readonly string[]): JsonLists | undefined {
  const lists = new Map<string, string>()
  let apiVersion: string | undefined
  let isOdd = false
  const readChart = (name: string, start: number, end: number) => {
    if (names.includes(name)) lists.set(name, text.slice(start, end))
  }
  const end = eachMember(text, skipSpace(text, 0), (key, start, valueEnd) => {
    const folded = key.replaceAll('\u017f', 's').toLowerCase()
    if (key === 'entries' && text[start] === '{') isOdd ||= !eachMember(text, start, readChart)
    else if (key === 'apiVersion') apiVersion = text.slice(start, valueEnd)
    else if (folded === 'entries' || folded === 'apiversion')
      isOdd ||= text.slice(start, valueEnd) !== 'null'
  })
  const isWhole = end !== undefined && skipSpace(text, end) === text.length
  return isWhole && !isOdd ? { apiVersion, lists } : undefined
}

/** Calls `visit` for each member of the object at `start`; the end of the object, undefined where it is none. */
function eachMember(
  text: string,
  start: number,
  visit: (key: string, start: number, end: number) => void
): number | undefined {
  if (text[start] !== '{') return undefined
  let at = skipSpace(text, start + 1)
  if (text[at] === '}') return at + 1
  for (;;) {
    const keyEnd = endOfText(text, at)
    if (keyEnd === undefined) return undefined
    const key = parseText(text.slice(at, keyEnd))
    const colon = skipSpace(text, keyEnd)
    if (text[colon] !== ':' || key === undefined) return undefined
    const value = skipSpace(text, colon + 1)
    const end = endOfValue(text, value)
    if (end === undefined) return undefined
    visit(key, value, end)
    const sign = skipSpace(text, end)
    if (text[sign] === '}') return sign + 1
    if (text[sign] !== ',') return undefined
    at = skipSpace(text, sign + 1)
  }
}

function endOfValue(text: string, start: number): number | undefined {
  if (text[start] === '"') return endOfText(text, start)
  if (text[start] !== '{' && text[start] !== '[') {
    const scalar =
      /(?:-?(?:0|[1-9]\d{0,400})(?:\.\d{1,400})?(?:[eE][+-]?\d{1,9})?|true|false|null)/y
    scalar.lastIndex = start
    return scalar.test(text) ? scalar.lastIndex : undefined
  }
  return endOfNested(text, start)
}

/** By counting brackets outside of texts; what lies between is parsed only where it is wanted. */
function endOfNested(text: string, start: number): number | undefined {
  const open: string[] = []
  for (let at = start; at < text.length; at++) {
    const sign = text.charAt(at)
    if (sign === '"') {
      const end = endOfText(text, at)
      if (end === undefined) return undefined
      at = end - 1
    } else if (sign === '{' || sign === '[') {
      open.push(sign === '{' ? '}' : ']')
      if (open.length > MOST_LEVELS)
        throw new IndexError(`is nested more than ${MOST_LEVELS} deep.`)
    } else if (sign === '}' || sign === ']') {
      if (open.pop() !== sign) return undefined
      if (open.length === 0) return at + 1
    } else if (!STRUCTURE.test(sign)) return undefined
  }
  return undefined
}

function endOfText(text: string, start: number): number | undefined {
  if (text[start] !== '"') return undefined
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return at + 1
    if (code === 0x5c) at += 1
    else if (code < 0x20) return undefined
  }
  return undefined
}

function parseText(json: string): string | undefined {
  try {
    const bytes: unknown = JSON.parse(Buffer.from(json, 'latin1').toString('utf8'))
    return typeof bytes === 'string' ? bytes : undefined
  } catch {
    return undefined
  }
}

function skipSpace(text: string, start: number): number {
  let at = start
  while (SPACE.test(text.charAt(at))) at++
  return at
}
