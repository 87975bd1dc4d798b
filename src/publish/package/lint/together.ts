import type { LintFinding, ValuesFile } from './lint-finding.ts'

/** What `helm lint` found with these values files. */
export interface LintRun {
  readonly values: readonly ValuesFile[]
  readonly findings: readonly LintFinding[]
}

/** How many runs are named. */
const MOST_NAMED = 3

/** The findings of several runs, equal ones once, with the values files with which they were found. */
export function together(runs: readonly LintRun[]): readonly LintFinding[] {
  const found = new Map<string, { finding: LintFinding; runs: LintRun[] }>()
  for (const run of runs) {
    for (const finding of run.findings) {
      const key = JSON.stringify(finding)
      const same = found.get(key)
      if (same) same.runs.push(run)
      else found.set(key, { finding, runs: [run] })
    }
  }
  return [...found.values()].map(({ finding, runs: having }) => {
    return { ...finding, message: `${finding.message}${suffix(having)}` }
  })
}

function suffix(runs: readonly LintRun[]): string {
  const names = runs.map(({ values }) => values.map(({ shown }) => shown).join(' and '))
  if (names.includes('')) return ''
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : ''
  return ` (with ${names.slice(0, MOST_NAMED).join(', ')}${more})`
}
