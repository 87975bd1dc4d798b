import type { Mark } from './characters.ts'
import { type YamlError, yamlError } from './error.ts'

/** A place where a mapping key without `?` may begin: it must end on its line, within 1024 characters. */
export interface SimpleKey {
  readonly mark: Mark
  /** The token before which a KEY token goes, counted from the beginning of the stream. */
  readonly tokenNumber: number
  /** Nothing but a key can stand here, by its indentation. */
  readonly isRequired: boolean
}

interface Level {
  key: SimpleKey | undefined
  /** Of the last key that was saved here; before one was, of the opening bracket. */
  tokenNumber: number
}

/** How far scanning has come. */
type Place = Pick<Mark, 'line' | 'index'>

const LONGEST_KEY = 1024
const DEEPEST_FLOW = 10_000

/**
 * The simple keys that may still turn out to be one: one at most for each level of flow
 * collections (go-yaml v2, scannerc.go).
 */
export class SimpleKeys {
  readonly #levels: Level[] = [{ key: undefined, tokenNumber: -1 }]
  /** By token: the level of the key that would begin there. */
  readonly #byToken = new Map<number, number>()

  get inFlow(): boolean {
    return this.#levels.length > 1
  }

  /** @throws YamlError when the key before was required */
  save(key: SimpleKey): void {
    this.drop()
    const level = this.#levels.length - 1
    this.#levels[level] = { key, tokenNumber: key.tokenNumber }
    this.#byToken.set(key.tokenNumber, level)
  }

  /** Gives up the key of this level. @throws YamlError when it was required */
  drop(): void {
    const level = this.#levels.at(-1)
    if (!level?.key) return
    if (level.key.isRequired) throw missingColon(level.key)
    this.#forget(level)
  }

  /** @throws YamlError when flow collections nest too deeply */
  openFlow(tokenNumber: number, line: number): void {
    this.#levels.push({ key: undefined, tokenNumber })
    if (this.#levels.length - 1 > DEEPEST_FLOW)
      throw yamlError(line, `flow collections are nested more than ${DEEPEST_FLOW} deep`)
  }

  /**
   * Leaves a flow collection. One that never held a key takes the key that would begin at its
   * opening bracket off the list of those to wait for, as go-yaml does: `{}: a` is read as `{}`.
   */
  closeFlow(): void {
    if (!this.inFlow) return
    const level = this.#levels.pop()
    if (level) this.#byToken.delete(level.tokenNumber)
  }

  /** Whether the token of that number may still be preceded by a KEY token. @throws YamlError */
  isAwaited(tokenNumber: number, place: Place): boolean {
    const level = this.#byToken.get(tokenNumber)
    return level !== undefined && this.#validKey(level, place) !== undefined
  }

  /** The key that the `:` at `place` ends. @throws YamlError when it was required but is no longer valid */
  take(place: Place): SimpleKey | undefined {
    const last = this.#levels.length - 1
    const key = this.#validKey(last, place)
    const level = this.#levels[last]
    if (key && level) this.#forget(level)
    return key
  }

  #validKey(at: number, { line, index }: Place): SimpleKey | undefined {
    const level = this.#levels[at]
    if (!level?.key) return undefined
    const { mark, isRequired } = level.key
    if (mark.line >= line && mark.index + LONGEST_KEY >= index) return level.key
    if (isRequired) throw missingColon(level.key)
    level.key = undefined
    return undefined
  }

  #forget(level: Level): void {
    level.key = undefined
    this.#byToken.delete(level.tokenNumber)
  }
}

function missingColon({ mark }: SimpleKey): YamlError {
  return yamlError(mark.line, "could not find expected ':'")
}
