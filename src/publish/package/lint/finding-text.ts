import type { LintedChart } from './lint-finding.ts'

/** The lines of a finding as one. */
export function oneLine(lines: readonly string[]): string {
  return lines.reduce((text, line) => {
    const next = line.trim()
    if (text === '') return next
    if (next.startsWith('- ') && !text.endsWith(':')) return `${text}; ${next}`
    return `${text}${text.endsWith(':') ? '' : ':'} ${next}`
  }, '')
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
