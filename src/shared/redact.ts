import { CUT } from './printable.ts'

export const HIDDEN = '***'
/** Fewer characters of a secret tell nothing of it, and would hide the ends of ordinary words. */
const SHORTEST_BEGINNING = 4

/**
 * `text` with every occurrence of every form replaced by `***`, also where `shorten` has left its beginning
 * alone; where they overlap, one takes the place of all, so that nothing of either is left.
 */
export function redact(text: string, forms: readonly string[]): string {
  const cuts = positions(text, CUT)
  const found = forms
    .flatMap((form) => [...occurrences(text, form), ...beginnings(text, form, cuts)])
    .sort((a, b) => a.begin - b.begin)
  let clean = ''
  let end = 0
  for (const span of found) {
    if (span.begin >= end) clean += text.slice(end, span.begin) + HIDDEN
    end = Math.max(end, span.end)
  }
  return clean + text.slice(end)
}

interface Span {
  readonly begin: number
  readonly end: number
}

function occurrences(text: string, form: string): readonly Span[] {
  return positions(text, form).map((begin) => ({ begin, end: begin + form.length }))
}

/** The longest beginning of `form` before each cut. */
function beginnings(text: string, form: string, cuts: readonly number[]): readonly Span[] {
  return cuts.flatMap((end) => {
    for (let length = form.length - 1; length >= SHORTEST_BEGINNING; length--) {
      const isLast = text[end - 1] === form[length - 1]
      if (isLast && text.endsWith(form.slice(0, length), end)) return [{ begin: end - length, end }]
    }
    return []
  })
}

function positions(text: string, part: string): readonly number[] {
  const found: number[] = []
  if (part === '') return found
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found.push(at)
  return found
}
