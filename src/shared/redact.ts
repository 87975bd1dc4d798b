const HIDDEN = '***'

/**
 * `text` with every occurrence of every form replaced by `***`; where they overlap, one takes the place of
 * all, so that nothing of either is left.
 */
export function redact(text: string, forms: readonly string[]): string {
  const found = forms.flatMap((form) => occurrences(text, form)).sort((a, b) => a.begin - b.begin)
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
  const spans: Span[] = []
  for (let begin = text.indexOf(form); begin >= 0; begin = text.indexOf(form, begin + 1)) {
    spans.push({ begin, end: begin + form.length })
  }
  return spans
}
