/** Undefined where lines stay: in CI, in files and in pipes. */
export function liveLine(): LiveLine | undefined {
  const { stderr, env } = process
  if (!stderr.isTTY || isCi(env['CI'])) return undefined
  return new LiveLine({ write: (text) => stderr.write(text), columns: () => stderr.columns || 80 })
}

/** Whether the variable CI says that nobody watches; some set it to say the opposite. */
export function isCi(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase())
}

/** What is written to; standard error, when it is a terminal. */
interface Screen {
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

  /** Everything that was under way is over, or was left behind. */
  end(): void {
    this.#texts.clear()
    this.#draw()
  }

  #draw(): void {
    // In the last column some terminals would begin another line.
    const most = Math.max(this.#screen.columns() - 1, 0)
    const wanted = fitting([...this.#texts.values()], most)
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

/** As many of the texts as there is room for, and how many more there are. */
function fitting(texts: readonly string[], most: number): string {
  for (let count = texts.length; count > 0; count--) {
    const more = count < texts.length ? [`${texts.length - count} more`] : []
    const line = [...texts.slice(0, count), ...more].join(BETWEEN)
    if (line.length <= most || count === 1) return line.slice(0, most)
  }
  return ''
}
