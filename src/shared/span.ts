/** A part of a text, from the index `begin` up to, but without, the index `end`. */
export interface Span {
  readonly begin: number
  readonly end: number
}

/** All places where `part` stands in `text`, overlapping ones too; none for an empty part. */
export function positions(text: string, part: string): readonly number[] {
  const found: number[] = []
  if (part === '') return found
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found.push(at)
  return found
}

/** `text` with every span replaced by `replacement`; spans that overlap are replaced as one. */
export function replaceSpans(text: string, spans: readonly Span[], replacement: string): string {
  let clean = ''
  let end = 0
  for (const span of [...spans].sort((a, b) => a.begin - b.begin)) {
    if (span.begin >= end) clean += text.slice(end, span.begin) + replacement
    end = Math.max(end, span.end)
  }
  return clean + text.slice(end)
}
