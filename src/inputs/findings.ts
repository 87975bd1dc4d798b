import type { Problem } from '../shared/failure.ts'
import type { SecretInputs } from './secret-inputs.ts'

/** Where what is found goes: problems end the run, warnings and notices are logged and stand in the result. */
export interface Findings {
  readonly problems: Problem[]
  readonly warnings: string[]
  readonly notices: string[]
}

/** What was found when the secrets were read. */
export function findingsIn({ remarks = [] }: SecretInputs): Findings {
  const texts = (level: 'notice' | 'warning') => {
    return remarks.filter((remark) => remark.level === level).map(({ text }) => text)
  }
  return { problems: [], warnings: texts('warning'), notices: texts('notice') }
}
