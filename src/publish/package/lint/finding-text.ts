import type { LintedChart } from './lint-finding.ts'

/** The lines of a finding as one. */
export function oneLine(lines: readonly string[]): string {
  const trimmed = lines.map((line) => line.trim()).filter((line) => line !== '')
  return trimmed.map((line, index) => `${line}${separator(line, trimmed[index + 1])}`).join('')
}

function separator(line: string, next: string | undefined): string {
  if (next === undefined) return ''
  if (line.endsWith(':')) return ' '
  return next.startsWith('- ') ? '; ' : ': '
}

/** A text with the user's paths in place of those that helm was given. */
export function withUserPaths(
  text: string,
  { directory, chart, values }: Pick<LintedChart, 'directory' | 'chart' | 'values'>
): string {
  const files = values.map(({ path, shown }) => ({ from: path, to: shown }))
  return [...files, { from: directory, to: chart }].reduce(
    (result, { from, to }) => replacePath(result, from, to),
    text
  )
}

/** Replaces a path, not the beginning of a longer name. */
function replacePath(text: string, from: string, to: string): string {
  const [first = '', ...others] = text.split(from)
  return others.reduce((result, part) => {
    const isWhole = !/^[\p{L}\p{N}_.-]/u.test(part) || /^\.(?:\s|$)/.test(part)
    return `${result}${isWhole ? to : from}${part}`
  }, first)
}
