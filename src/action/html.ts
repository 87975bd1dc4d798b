import { shorten } from '../shared/printable.ts'

/** The runner also masks secrets escaped like this, so `'` is `&apos;` (actions/runner, ValueEncoders.XmlDataEscape). */
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;'
}

/** Words that GitHub makes nothing of: letters, or a number. Some letters alone could name a commit. */
const PLAIN_WORD = /^(?![a-f]{7,}$)(?:\p{L}+(?:['-]\p{L}+)*|\d{1,6})$/u
const PUNCTUATED = /^(["'(]*)(.*?)([.,;:)"']*)$/su

/**
 * Text of others as HTML for GitHub's Markdown. The HTML has to stand in an HTML block, where no Markdown is
 * read. GitHub then still makes links of mentions, issues, commits and addresses, and pictures of emoji codes
 * and formulas, but for what is in `<code>`.
 */
export class Markup {
  readonly #clean: (text: string) => string

  /** @param clean makes any text a single visible line without secrets */
  constructor(clean: (text: string) => string) {
    this.#clean = clean
  }

  /** The text as it is, as code; its beginning when it has more characters than that. */
  code(text: string, longest = Number.POSITIVE_INFINITY): string {
    // What is cut first could leave a part of a secret that nothing recognises.
    return codeOf(shorten(this.#clean(text), longest))
  }

  /** The text as it is, for a place within `<code>` or `<pre>`. */
  escaped(text: string): string {
    return escapeHtml(this.#clean(text))
  }

  /** The text in the lines that `cut` makes of it, for a place within `<pre>`. What is cut has no secret any more. */
  lines(text: string, cut: (text: string) => readonly string[]): readonly string[] {
    return cut(this.#clean(text)).map(escapeHtml)
  }

  /** A sentence: plain words as they are, all others and what is between backticks as code. */
  prose(text: string): string {
    const parts = this.#clean(text).split(/`([^`]+)`/)
    return parts.map((part, index) => (index % 2 === 1 ? codeOf(part) : wordsOf(part))).join('')
  }
}

function wordsOf(text: string): string {
  const words = text.split(/(\s+)/).map((word) => {
    const [, before = '', core = '', after = ''] = PUNCTUATED.exec(word) ?? []
    const inner = core.trim() === '' || PLAIN_WORD.test(core) ? core : codeOf(core)
    return `${escapeHtml(before)}${inner}${escapeHtml(after)}`
  })
  return words.join('').replaceAll('</code> <code>', ' ')
}

function codeOf(text: string): string {
  return `<code>${escapeHtml(text)}</code>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
}

/** As many of the pieces, from the first on, as fit. */
interface Fitting {
  readonly shown: readonly string[]
  /** How many did not fit. */
  readonly left: number
}

/** Takes pieces of HTML up to `limitBytes` of UTF-8, line ends included. */
function fitting(pieces: readonly string[], limitBytes: number): Fitting {
  let free = limitBytes
  const end = pieces.findIndex((piece) => {
    free -= Buffer.byteLength(piece) + 1
    return free < 0
  })
  const count = end === -1 ? pieces.length : end
  return { shown: pieces.slice(0, count), left: pieces.length - count }
}

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

const ELSEWHERE = 'see the output <code>results</code> and the log for all.'
