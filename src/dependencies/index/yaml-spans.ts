/** Whether a document begins or ends with the line at `at`. */
export function isDocumentMark(text: string, at: number): boolean {
  return /^(?:---|\.\.\.)(?:[ \t\n]|$)/.test(text.slice(at, at + 4))
}

/** Behind the text in quotes that begins at `at`, which may go on over lines; undefined where it has no end. */
export function endOfQuoted(text: string, at: number): number | undefined {
  const end = text[at] === '"' ? endOfDoubleQuoted(text, at) : endOfSingleQuoted(text, at)
  return end === undefined || hasDocumentMark(text, at, end) ? undefined : end
}

function endOfDoubleQuoted(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    const sign = text[at]
    if (sign === '"') return at + 1
    if (sign === '\\') at += 1
  }
  return undefined
}

function endOfSingleQuoted(text: string, start: number): number | undefined {
  for (let at = text.indexOf("'", start + 1); at !== -1; at = text.indexOf("'", at + 2)) {
    if (text[at + 1] !== "'") return at + 1
  }
  return undefined
}

function hasDocumentMark(text: string, start: number, end: number): boolean {
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) {
    if (isDocumentMark(text, at + 1)) return true
  }
  return false
}

/** No list of an index is nested more deeply. */
const MOST_BRACKETS = 50

/**
 * Behind the list or map in brackets that begins at `start`; undefined where it has no end, or anything that only a
 * whole parse understands: comments, anchors, tags.
 */
export function endOfFlow(text: string, start: number): number | undefined {
  const end = endOfBrackets(text, start)
  return end === undefined || hasDocumentMark(text, start, end) ? undefined : end
}

function endOfBrackets(text: string, start: number): number | undefined {
  const open: string[] = []
  /** Whether a text could begin here: in the middle of a plain one, quotes are signs like others. */
  let isBegin = true
  for (let at: number | undefined = start; at !== undefined && at < text.length; ) {
    const sign = text.charAt(at)
    if (!isPaired(sign, open) || isOdd(text, at, isBegin)) return undefined
    if (open.length === 0) return at + 1
    at = isBegin ? endOfSign(text, at) : at + 1
    isBegin = beginsAfter(sign, isBegin)
  }
  return undefined
}

/** Where a text may begin. */
function endOfSign(text: string, at: number): number | undefined {
  const sign = text[at]
  return sign === '"' || sign === "'" ? endOfQuoted(text, at) : at + 1
}

/** Keeps in `open` what closes the brackets that are open. */
function isPaired(sign: string, open: string[]): boolean {
  if (sign === '[' || sign === '{') return open.push(sign === '[' ? ']' : '}') <= MOST_BRACKETS
  return (sign !== ']' && sign !== '}') || open.pop() === sign
}

function beginsAfter(sign: string, wasBegin: boolean): boolean {
  if (sign === ' ' || sign === '\n') return wasBegin
  return '[{,:'.includes(sign)
}

function isOdd(text: string, at: number, isBegin: boolean): boolean {
  const sign = text.charAt(at)
  if (sign === '\t') return true
  if (sign === '#') return /[ \n]/.test(text.charAt(at - 1))
  // After a colon that nothing separates, as in URLs, it is open what begins.
  if (text.charAt(at - 1) === ':' && `"'`.includes(sign)) return true
  return isBegin && '&*!%@`|>?'.includes(sign)
}
