/** What is written to; standard error, when it is a terminal. */
export interface Screen {
  readonly write: (text: string) => unknown
  /** Characters of a line. */
  readonly columns: () => number
}

const BETWEEN = ' | '

/**
 * The last line of a terminal, which says what is under way. It is written over in place, and makes room for lines that
 * stay. Without escape sequences, which not every terminal knows.
 */
export class LiveLine {
  readonly #screen: Screen
  readonly #texts = new Map<string, string>()
  #shown = ''

  constructor(screen: Screen) {
    this.#screen = screen
  }

  /** Shows a safe text by what it is about, beside those of others; without a text it is over. */
  set(about: string, text: string | undefined): void {
    if (text === undefined) this.#texts.delete(about)
    else this.#texts.set(about, text)
    this.#draw()
  }

  /** Has `print` write whole lines. */
  above(print: () => void): void {
    this.#clear()
    print()
    this.#draw()
  }

  #draw(): void {
    // In the last column some terminals would begin another line.
    const most = Math.max(this.#screen.columns() - 1, 0)
    const wanted = [...this.#texts.values()].join(BETWEEN).slice(0, most)
    if (wanted === this.#shown) return
    this.#clear()
    this.#shown = wanted
    if (wanted !== '') this.#screen.write(wanted)
  }

  #clear(): void {
    if (this.#shown !== '') this.#screen.write(`\r${' '.repeat(this.#shown.length)}\r`)
    this.#shown = ''
  }
}
