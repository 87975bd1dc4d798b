/** What was asked for in `chart`: paths and patterns, one a line; `!` in front leaves out what it matches. */
export interface Selection {
  readonly included: readonly string[]
  readonly excluded: readonly string[]
}

/** Splits the lines of `chart`; empty ones and comments (`#`) say nothing. The working directory, where nothing is said. */
export function parseSelection(text: string): Selection {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const said = lines.filter((line) => line !== '' && !line.startsWith('#'))
  const included = said.filter((line) => !line.startsWith('!'))
  const excluded = said.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
  return { included: included.length === 0 ? ['.'] : included, excluded }
}
