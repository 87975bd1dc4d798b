import { TEXT_NAMES } from '../inputs/table/table.ts'
import type { InputTexts } from '../inputs/values.ts'
import { flagNameOf, variableOf } from './flags.ts'

/** The texts of the inputs that are not secrets, from flags, else from the environment. */
export function givenTexts(flags: ReadonlyMap<string, string>): InputTexts {
  const entries = TEXT_NAMES.map((name) => {
    const variable = variableOf(name)
    const given = flags.get(flagNameOf(name).slice(2))
    return [name, given ?? (variable === undefined ? undefined : process.env[variable])] as const
  })
  return Object.fromEntries(entries.filter(([, text]) => text !== undefined))
}
