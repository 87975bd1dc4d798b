import type { Selection } from '../publish/model/request.ts'

/** Splits the entries of `chart` into those that name charts and those that exclude some. */
export function parseSelection(entries: readonly string[]): Selection {
  const included = entries.filter((entry) => !entry.startsWith('!'))
  const excluded = entries.flatMap((entry) => {
    const path = entry.startsWith('!') ? entry.slice(1).trim() : ''
    return path === '' ? [] : [path]
  })
  return { included, excluded }
}
