import { type PlainLine, readLine } from './yaml-lines.ts'

/** What only a whole parse understands. */
export class OddShape extends Error {}

/** The lines of a YAML document, one after the other. */
export class Lines {
  readonly text: string
  /** Where the next line is. */
  at: number

  constructor(text: string, at: number) {
    this.text = text
    this.at = at
  }

  /** The next line; undefined at the end. @throws OddShape */
  peek(): PlainLine | undefined {
    const line = readLine(this.text, this.at)
    if (line === 'odd') throw new OddShape()
    return line === 'end' ? undefined : line
  }

  skipWhile(isSkipped: (line: PlainLine) => boolean): void {
    for (let line = this.peek(); line && isSkipped(line); line = this.peek()) this.at = line.next
  }

  /** Over what belongs to a key of that column: the dashes of a list may have the same one. */
  skipBelow(keyColumn: number): void {
    this.skipWhile((line) => isBelow(line, keyColumn))
  }
}

export function isBelow({ dashes, column }: PlainLine, keyColumn: number): boolean {
  const first = dashes[0]
  return first === undefined ? column > keyColumn : first >= keyColumn
}

/** Without the quotes that it is written in; they hold nothing that is escaped. */
export function unquoted(key: string): string {
  return key.replace(/^(["'])(.*)\1$/, '$2')
}
