/** Characters of code in a line of a job summary, which GitHub shows 900 pixels wide, each at 8.2 pixels (measured in Chromium). */
const WIDEST = 96
const INDENT = '  '
/** Ends a line that goes on in the next one. */
const GOES_ON = '\\'

/**
 * A command of a POSIX shell in lines of that width, each but the last with a backslash at its end, so that it can be
 * pasted as it stands. A word that is too long, as a reference with a digest is, goes on at the very beginning of the next
 * line, from `@` or behind `/`. One with quotes stays whole, since a backslash in them would be a part of it.
 */
export function wrapped(command: string): readonly string[] {
  const words = wordsOf(command)
  if (command.length <= WIDEST || !words) return [command]
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line === '' || longer.length <= WIDEST - ` ${GOES_ON}`.length) line = longer
    else {
      const pieces = piecesOf(`${INDENT}${word}`)
      lines.push(`${line} ${GOES_ON}`, ...pieces.slice(0, -1).map((piece) => `${piece}${GOES_ON}`))
      line = pieces.at(-1) ?? ''
    }
  }
  return [...lines, line]
}

/** What single blanks outside of quotes part; undefined for a comment, and for what is not so simple. */
function wordsOf(command: string): readonly string[] | undefined {
  const words = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []
  return words.join(' ') === command && !command.includes('#') ? words : undefined
}

/** A word in pieces that fit into lines. */
function piecesOf(word: string): readonly string[] {
  if (word.length <= WIDEST - ` ${GOES_ON}`.length || /['"\\]/.test(word)) return [word]
  const end = cutOf(word)
  return [word.slice(0, end), ...piecesOf(word.slice(end))]
}

function cutOf(word: string): number {
  const most = WIDEST - GOES_ON.length
  const at = word.lastIndexOf('@', most)
  const behindSlash = word.lastIndexOf('/', most - 1) + 1
  if (at > INDENT.length) return at
  return behindSlash > INDENT.length ? behindSlash : most
}
