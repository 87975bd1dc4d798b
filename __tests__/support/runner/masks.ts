import { ENCODERS } from './encoders.ts'

interface Range {
  readonly start: number
  /** The first character behind it. */
  readonly end: number
}

/** What a job masks, of any length and for good (actions/runner, SecretMasker). */
export class Masks {
  readonly #forms = new Set<string>()

  constructor(secrets: readonly string[] = []) {
    for (const secret of secrets) this.add(secret)
  }

  /** Masks `value` as it is, each of its lines, and all encodings of these (AddMaskCommandExtension). */
  add(value: string): void {
    const lines = value.split(/[\r\n]/).map((line) => line.trim())
    for (const part of [value, ...lines]) this.#addValue(part)
  }

  #addValue(value: string): void {
    if (value === '') return
    for (const form of [value, ...ENCODERS.map((encode) => encode(value))]) {
      if (form !== '') this.#forms.add(form)
    }
  }

  /** `text` with `***` in place of every run of characters that belong to masked values, touching ones as one. */
  hide(text: string): string {
    let hidden = ''
    let done = 0
    for (const { start, end } of this.#rangesIn(text)) {
      hidden += `${text.slice(done, start)}***`
      done = end
    }
    return hidden + text.slice(done)
  }

  #rangesIn(text: string): readonly Range[] {
    const found = [...this.#forms].flatMap((form) => occurrences(form, text))
    const merged: Range[] = []
    for (const range of found.sort((a, b) => a.start - b.start)) {
      const last = merged.at(-1)
      if (last === undefined || range.start > last.end) merged.push(range)
      else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) }
    }
    return merged
  }
}

/** Overlapping ones as well. */
function occurrences(form: string, text: string): readonly Range[] {
  const ranges: Range[] = []
  for (let start = text.indexOf(form); start !== -1; start = text.indexOf(form, start + 1)) {
    ranges.push({ start, end: start + form.length })
  }
  return ranges
}
