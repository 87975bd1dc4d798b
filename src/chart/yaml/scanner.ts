import { type Characters, isBreak } from './characters.ts'
import { fetchToken } from './fetch-token.ts'
import { ScanState } from './scan-state.ts'
import { skipComment } from './separation.ts'
import type { Token } from './token.ts'

const SPACE = 0x20
const TAB = 0x09

/** Splits a YAML stream into tokens, reading no further than go-yaml v2 does (scannerc.go). */
export class Scanner {
  readonly #state: ScanState

  constructor(chars: Characters) {
    this.#state = new ScanState(chars)
  }

  /** The next token. @throws YamlError */
  peek(): Token {
    const { queue, keys, chars } = this.#state
    for (;;) {
      const { head } = queue
      if (head && !keys.isAwaited(queue.taken, chars)) return head
      this.#fetch()
    }
  }

  skip(): void {
    this.#state.queue.take()
  }

  #fetch(): void {
    const { chars } = this.#state
    chars.need(1)
    this.#skipToToken()
    this.#state.unroll(chars.column)
    chars.need(4)
    fetchToken(this.#state)
  }

  #skipToToken(): void {
    const state = this.#state
    const { chars } = state
    for (;;) {
      chars.need(1)
      chars.skipByteOrderMark()
      chars.need(1)
      this.#skipSpaces()
      skipComment(chars)
      if (!isBreak(chars.at())) return
      chars.need(2)
      chars.takeBreak()
      if (!state.keys.inFlow) state.keyAllowed = true
    }
  }

  /** Tabs separate tokens, but not where they would indent a key. */
  #skipSpaces(): void {
    const { chars, keys, keyAllowed } = this.#state
    const tabs = keys.inFlow || !keyAllowed
    let end = chars.position
    let code = chars.at()
    while (code === SPACE || (tabs && code === TAB)) {
      end += 1
      code = chars.text.charCodeAt(end)
    }
    chars.advanceTo(end)
  }
}
