import { fitting } from './budget.ts'

/**
 * HTML blocks of GitHub's Markdown: each begins with a tag and ends at an empty line, so none may hold one,
 * but for `<pre>` (GitHub Flavored Markdown 4.6).
 */
export function inBlocks(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== '').join('\n\n')
}

export function heading(html: string): string {
  return `<h3>${html}</h3>`
}

export function paragraph(html: string): string {
  return `<p>${html}</p>`
}

/** What is folded under a title. */
export function details(title: string, block: string, isOpen: boolean): string {
  if (block === '') return ''
  const start = `<details${isOpen ? ' open' : ''}>\n<summary>${title}</summary>`
  return inBlocks([start, block, '</details>'])
}

/** Pieces in a frame, one a line, as many as fit into that many bytes; what does not is counted. */
export function framed(
  pieces: readonly string[],
  [begin, end]: readonly [begin: string, end: string],
  limitBytes: number
): string {
  if (pieces.length === 0) return ''
  const { shown, left } = fitting(pieces, limitBytes)
  const rest = left === 0 ? '' : paragraph(`<b>${left} more do not fit here</b>: ${ELSEWHERE}`)
  return inBlocks([[begin, ...shown, end].join('\n'), rest])
}

const ELSEWHERE = 'the output <code>results</code> and the log have all.'
