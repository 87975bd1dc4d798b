/** What a terminal has at least, and what help is written for. */
export const HELP_WIDTH = 80
/** Where the meaning of a flag begins. */
const MEANING_COLUMN = 30
/** Between the two columns at least. */
const GAP = 2

/** A text as lines of at most `width` characters; a longer word has a line of its own. Its own line ends stay. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapLine(paragraph, width))
}

function wrapLine(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

/** A name, indented, with its meaning beside it, or below where the name is too long. */
export function entryLines(
  name: string,
  meaning: string,
  column = MEANING_COLUMN
): readonly string[] {
  const left = `  ${name}`
  const indent = ' '.repeat(column)
  const lines = wrap(meaning, HELP_WIDTH - column)
  const [first = '', ...more] = lines
  const below = more.map((line) => `${indent}${line}`)
  if (left.length + GAP > column) return [left, `${indent}${first}`, ...below]
  return [`${left.padEnd(column)}${first}`, ...below]
}
