/** What .NET's `TrimStart` and `Trim` take away (Char.IsWhiteSpace); unlike JavaScript's, with U+0085, without U+FEFF. */
const BLANK = String.raw`[\t-\r\u0085\p{Zs}\p{Zl}\p{Zp}]`
const LEADING = new RegExp(`^${BLANK}+`, 'u')
const TRAILING = new RegExp(`${BLANK}+$`, 'u')

export function trimStart(text: string): string {
  return text.replace(LEADING, '')
}

export function trim(text: string): string {
  return trimStart(text).replace(TRAILING, '')
}

/**
 * Cuts a stream into lines as .NET's `StreamReader.ReadLine` does: at LF, CR and CRLF, without a byte order
 * mark at its beginning.
 */
export class LineReader {
  readonly #accept: (line: string) => void
  #rest: string | undefined

  constructor(accept: (line: string) => void) {
    this.#accept = accept
  }

  write(text: string): void {
    const whole = this.#rest === undefined ? text.replace(/^\ufeff/, '') : this.#rest + text
    // A CR at the end may be the first half of a CRLF.
    const lines = whole.split(/\r\n|\n|\r(?!$)/)
    this.#rest = lines.pop()
    for (const line of lines) this.#accept(line)
  }

  end(): void {
    const rest = this.#rest ?? ''
    if (rest !== '') this.#accept(rest.replace(/\r$/, ''))
    this.#rest = ''
  }
}

/** The lines of a whole text. */
export function linesOf(text: string): readonly string[] {
  const lines: string[] = []
  const reader = new LineReader((line) => lines.push(line))
  reader.write(text)
  reader.end()
  return lines
}
