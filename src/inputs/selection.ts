import type { Selection } from '../publish/model/request.ts'
import type { Problem } from '../shared/failure.ts'
import { listEntries } from './list-entries.ts'

/** Splits `chart` into its entries. The working directory where nothing is given; an empty text names no chart. */
export function parseSelection(text: string | undefined, problems: Problem[]): Selection {
  if (text === undefined) return { included: ['.'], excluded: [] }
  const entries = listEntries('chart', text, problems)
  const included = entries.filter((entry) => !entry.startsWith('!'))
  const excluded = entries.flatMap((entry) => {
    const path = entry.startsWith('!') ? entry.slice(1).trim() : ''
    return path === '' ? [] : [path]
  })
  return { included, excluded }
}
