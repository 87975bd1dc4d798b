import type { Step } from './commands.ts'

/** Steps as a script for `sh -e`, which ends with the first one that fails. */
export function shellScript(steps: readonly Step[]): string {
  return steps.map((step) => `${step.map(quoted).join(' ')}\n`).join('')
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
