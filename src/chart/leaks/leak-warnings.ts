import { lineAt } from '../../shared/secret-search.ts'
import { inUtf8 } from '../../shared/utf16.ts'
import { type ByteString, type ChartFile, toText } from '../model/chart-file.ts'
import { type ChartProblem, chartWarning } from '../model/problem.ts'
import { findLeaks } from './find-leaks.ts'
import type { Leak } from './leak.ts'

interface FoundLeak extends Leak {
  readonly path: ByteString
  /** Counted from 1. */
  readonly line: number
}

const FILES_SHOWN = 5
const SUBCHARTS = 'charts/'
/** What helm makes the chart of, or renders; without it the chart is another one. */
const PART_OF_CHART = /^(?:Chart\.yaml|values\.yaml|values\.schema\.json|templates\/.*|crds\/.*)$/

/** Private keys, and logins and tokens, that files of a chart hold, with their lines and a fix that breaks no chart. */
export function leakWarnings(files: readonly ChartFile[]): readonly ChartProblem[] {
  const found = files.flatMap(({ path, bytes }) => {
    const text = inUtf8(bytes)
    return findLeaks(toText(path), text).map((leak) => {
      return { ...leak, path, line: lineAt(text, leak.at) }
    })
  })
  return KINDS.flatMap(({ kind, ...title }) => {
    const leaks = found.filter((leak) => leak.kind === kind)
    return leaks.length > 0 ? [warning(title, leaks)] : []
  })
}

const KINDS = [
  { kind: 'key', code: 'private-key', what: 'private keys' },
  { kind: 'login', code: 'login-file', what: 'logins or tokens' }
] as const

interface Title {
  readonly code: string
  readonly what: string
}

function warning({ code, what }: Title, leaks: readonly FoundLeak[]): ChartProblem {
  const shown = leaks.slice(0, FILES_SHOWN).map(({ path, line, what: kind }) => {
    return `"${toText(path)}", line ${line} (${kind})`
  })
  const more = leaks.length > shown.length ? ` and ${leaks.length - shown.length} more` : ''
  const problem = chartWarning(
    code,
    `The chart contains ${what}: ${shown.join('; ')}${more}.`,
    fixFor(leaks)
  )
  const first = leaks.find(({ path }) => !path.startsWith(SUBCHARTS) && path !== 'Chart.yaml')
  return first ? { ...problem, at: { path: toText(first.path), line: first.line } } : problem
}

/** Naming values.yaml or a template in .helmignore breaks the chart, and no file of a subchart can be named there. */
function fixFor(leaks: readonly FoundLeak[]): string {
  const paths = leaks.map(({ path }) => path)
  const own = paths.filter((path) => !path.startsWith(SUBCHARTS))
  const removable = own.filter((path) => !PART_OF_CHART.test(path))
  return [
    'If they are in use anywhere, revoke them.',
    ...(removable.length > 0 ? ['Remove files that the chart does not need.'] : []),
    ...(removable.length < own.length
      ? ['Remove them from templates and values, and let users refer to a Secret instead.']
      : []),
    ...(own.length < paths.length ? ['For a subchart, use a version of it without them.'] : [])
  ].join(' ')
}
