import type { Problem } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import type { SecretInputs } from './secret-inputs.ts'

/** Where what is found goes: problems end the run, warnings and notices are logged and stand in the result. */
export interface Findings {
  /** Whether secrets that are missing only warn: in a dry run that GitHub gives none. */
  readonly mayLackSecrets: boolean
  readonly problems: Problem[]
  readonly warnings: string[]
  readonly notices: string[]
}

/** What was found when the secrets were read. */
export function findingsIn({ remarks = [] }: SecretInputs, mayLackSecrets = false): Findings {
  const texts = (level: 'notice' | 'warning') => {
    return remarks.filter((remark) => remark.level === level).map(({ text }) => text)
  }
  return { mayLackSecrets, problems: [], warnings: texts('warning'), notices: texts('notice') }
}

/** An input that is given without the secret that belongs to it. */
export function findMissingSecret(
  given: string,
  missing: string,
  { mayLackSecrets, problems, warnings }: Findings
): void {
  const said = `${given} is given, ${input(missing)} is missing or empty`
  if (mayLackSecrets) warnings.push(`${said}; not checked: not available to forks.`)
  else problems.push({ message: `${said}.`, fix: missingSecretFix(missing) })
}

function missingSecretFix(name: string): string {
  return `Set ${input(name)}; secrets are empty in runs from forks and from Dependabot.`
}

/** The problem of an input that is given without the one that belongs to it. */
export function missingHalf(given: string, missing: string): Problem {
  return {
    message: `${input(given)} is given, ${input(missing)} is missing or empty.`,
    fix: missingSecretFix(missing)
  }
}
