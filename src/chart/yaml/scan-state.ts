import type { Characters, Mark } from './characters.ts'
import { yamlError } from './error.ts'
import { SimpleKeys } from './simple-keys.ts'
import type { SimpleToken, Token } from './token.ts'
import { TokenQueue } from './token-queue.ts'

const DEEPEST_INDENT = 10_000

/** What a scanner remembers between tokens: open block collections, simple keys, tokens to hand out. */
export class ScanState {
  readonly chars: Characters
  readonly queue = new TokenQueue()
  readonly keys = new SimpleKeys()
  /** Whether a simple key may begin here. */
  keyAllowed = true
  /** The column of the innermost block collection; -1 outside of any. */
  indent = -1
  readonly #outerIndents: number[] = []

  constructor(chars: Characters) {
    this.chars = chars
  }

  push(token: Token): void {
    this.queue.push(token)
  }

  /** Pushes a token of `width` indicators and moves over them. */
  pushIndicator(kind: SimpleToken['kind'], width: number): void {
    this.push({ kind, line: this.chars.line })
    this.chars.skip(width)
  }

  /** Notes that a simple key may begin here. @throws YamlError */
  saveKey(): void {
    if (!this.keyAllowed) return
    const { mark } = this.chars
    const isRequired = !this.keys.inFlow && this.indent === mark.column
    this.keys.save({ mark, isRequired, tokenNumber: this.queue.nextNumber })
  }

  /** Opens a block collection at the column of `mark`, unless one is open there. @throws YamlError */
  roll(
    kind: 'block-sequence-start' | 'block-mapping-start',
    mark: Mark,
    tokenNumber = this.queue.nextNumber
  ): void {
    if (this.keys.inFlow || this.indent >= mark.column) return
    this.#outerIndents.push(this.indent)
    this.indent = mark.column
    if (this.#outerIndents.length > DEEPEST_INDENT)
      throw yamlError(mark.line, `block collections are nested more than ${DEEPEST_INDENT} deep`)
    this.queue.insert({ kind, line: mark.line }, tokenNumber)
  }

  /** Closes the block collections right of `column`. */
  unroll(column: number): void {
    if (this.keys.inFlow) return
    while (this.indent > column) {
      this.push({ kind: 'block-end', line: this.chars.line })
      this.indent = this.#outerIndents.pop() ?? -1
    }
  }

  /** Closes all block collections: nothing of them goes on. @throws YamlError */
  endBlocks(): void {
    this.unroll(-1)
    this.keys.drop()
    this.keyAllowed = false
  }
}
