import { scanBlockScalar } from './block-scalar.ts'
import { END, isBlank, isBlankOrEnd } from './characters.ts'
import { scanDirective } from './directive.ts'
import { yamlError } from './error.ts'
import { isMarker } from './line-folding.ts'
import { scanPlainScalar } from './plain-scalar.ts'
import { scanName, scanTag } from './properties.ts'
import { scanQuotedScalar } from './quoted-scalar.ts'
import type { ScanState } from './scan-state.ts'

/** Fetches the token of an indicator; false when the character does not indicate anything here. */
type Fetch = (state: ScanState) => boolean

/**
 * Fetches the token that begins here, with those that it implies (go-yaml v2, scannerc.go); four
 * characters must have been needed.
 * @throws YamlError
 */
export function fetchToken(state: ScanState): void {
  const { chars } = state
  const char = chars.text.charAt(chars.position)
  if (chars.at() === END) fetchStreamEnd(state)
  else if (!fetchAtLineStart(state) && !BY_INDICATOR[char]?.(state)) fetchPlainScalar(state, char)
}

function fetchStreamEnd(state: ScanState): void {
  state.chars.endLine()
  state.endBlocks()
  state.push({ kind: 'stream-end', line: state.chars.line })
}

function fetchAtLineStart(state: ScanState): boolean {
  const { chars } = state
  if (chars.column !== 0) return false
  if (chars.text.charAt(chars.position) === '%') {
    state.endBlocks()
    state.push(scanDirective(chars))
    return true
  }
  const isStart = isMarker(chars, '---')
  if (!isStart && !isMarker(chars, '...')) return false
  state.endBlocks()
  state.pushIndicator(isStart ? 'document-start' : 'document-end', 3)
  return true
}

const BY_INDICATOR: Readonly<Record<string, Fetch>> = {
  '[': (state) => openFlow(state, 'flow-sequence-start'),
  '{': (state) => openFlow(state, 'flow-mapping-start'),
  ']': (state) => closeFlow(state, 'flow-sequence-end'),
  '}': (state) => closeFlow(state, 'flow-mapping-end'),
  ',': fetchFlowEntry,
  '-': (state) => isBlankOrEnd(state.chars.at(1)) && fetchBlockEntry(state),
  '?': (state) => separates(state) && fetchKey(state),
  ':': (state) => separates(state) && fetchValue(state),
  '*': (state) => fetchName(state, 'alias'),
  '&': (state) => fetchName(state, 'anchor'),
  '!': fetchTag,
  '|': fetchBlockScalar,
  '>': fetchBlockScalar,
  "'": fetchQuotedScalar,
  '"': fetchQuotedScalar
}

function separates({ keys, chars }: ScanState): boolean {
  return keys.inFlow || isBlankOrEnd(chars.at(1))
}

/** Asked only where the character has turned out to indicate nothing. */
function startsPlain({ keys, chars }: ScanState, char: string): boolean {
  if (char === '-') return !isBlank(chars.at(1))
  if (char === '?' || char === ':') return !keys.inFlow
  return !isBlankOrEnd(chars.at()) && !'|>#%@`'.includes(char)
}

function openFlow(state: ScanState, kind: 'flow-sequence-start' | 'flow-mapping-start'): true {
  state.saveKey()
  state.keys.openFlow(state.queue.nextNumber, state.chars.line)
  state.keyAllowed = true
  state.pushIndicator(kind, 1)
  return true
}

function closeFlow(state: ScanState, kind: 'flow-sequence-end' | 'flow-mapping-end'): true {
  state.keys.drop()
  state.keys.closeFlow()
  state.keyAllowed = false
  state.pushIndicator(kind, 1)
  return true
}

function fetchFlowEntry(state: ScanState): true {
  state.keys.drop()
  state.keyAllowed = true
  state.pushIndicator('flow-entry', 1)
  return true
}

function fetchBlockEntry(state: ScanState): true {
  openBlock(state, 'block-sequence-start', 'block sequence entries are not allowed here')
  state.keys.drop()
  state.keyAllowed = true
  state.pushIndicator('block-entry', 1)
  return true
}

function fetchKey(state: ScanState): true {
  openBlock(state, 'block-mapping-start', 'mapping keys are not allowed here')
  state.keys.drop()
  state.keyAllowed = !state.keys.inFlow
  state.pushIndicator('key', 1)
  return true
}

function fetchValue(state: ScanState): true {
  const key = state.keys.take(state.chars)
  if (key) {
    state.queue.insert({ kind: 'key', line: key.mark.line }, key.tokenNumber)
    state.roll('block-mapping-start', key.mark, key.tokenNumber)
    state.keyAllowed = false
  } else {
    openBlock(state, 'block-mapping-start', 'mapping values are not allowed here')
    state.keyAllowed = !state.keys.inFlow
  }
  state.pushIndicator('value', 1)
  return true
}

function openBlock(
  state: ScanState,
  kind: 'block-sequence-start' | 'block-mapping-start',
  refusal: string
): void {
  if (state.keys.inFlow) return
  if (!state.keyAllowed) throw yamlError(state.chars.line, refusal)
  state.roll(kind, state.chars.mark)
}

function fetchName(state: ScanState, kind: 'alias' | 'anchor'): true {
  const { line } = state.chars
  beginKey(state)
  state.push({ kind, line, name: scanName(state.chars) })
  return true
}

function fetchTag(state: ScanState): true {
  beginKey(state)
  state.push(scanTag(state.chars))
  return true
}

function fetchBlockScalar(state: ScanState): boolean {
  if (state.keys.inFlow) return false
  const { line } = state.chars
  state.keys.drop()
  state.keyAllowed = true
  const text = scanBlockScalar(state.chars, state.indent)
  state.push({ kind: 'scalar', line, text, isPlain: false })
  return true
}

function fetchQuotedScalar(state: ScanState): true {
  const { line } = state.chars
  beginKey(state)
  state.push({ kind: 'scalar', line, text: scanQuotedScalar(state.chars), isPlain: false })
  return true
}

function fetchPlainScalar(state: ScanState, char: string): void {
  const { line } = state.chars
  if (!startsPlain(state, char))
    throw yamlError(line, 'found a character that cannot start any token')
  beginKey(state)
  const context = { indent: state.indent, inFlow: state.keys.inFlow }
  const { text, endsLine } = scanPlainScalar(state.chars, context)
  state.push({ kind: 'scalar', line, text, isPlain: true })
  if (endsLine) state.keyAllowed = true
}

/** A simple key may begin here, but not before what begins here has ended. */
function beginKey(state: ScanState): void {
  state.saveKey()
  state.keyAllowed = false
}
