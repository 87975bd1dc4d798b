/** How messages are shown. */
export interface MessageStyle {
  /** Characters of a line to wrap at; undefined where lines are not wrapped: in CI, in files and in pipes. */
  readonly width: number | undefined
  readonly isColoured: boolean
}

/** When to use colours; `true` and `false` are what a switch takes. */
export const COLOUR_CHOICES = ['auto', 'always', 'never'] as const

interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
}

/**
 * How messages look on standard error: --color decides about colours, else NO_COLOR (no-color.org), else whether it is a
 * terminal that knows them.
 */
export function messageStyle(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
  stream: Stream = process.stderr
): MessageStyle {
  const isTerminal = stream.isTTY === true
  const { NO_COLOR: noColour, TERM: term } = environment
  const isWanted = isTerminal && !noColour && term !== 'dumb'
  // The last column stays free: some terminals begin another line when it is full.
  const width = isTerminal ? (stream.columns || DEFAULT_COLUMNS) - 1 : undefined
  return { width, isColoured: colourGiven(args) ?? isWanted }
}

/** Of a terminal that does not say how wide it is. */
const DEFAULT_COLUMNS = 80

/** What --color says, also in arguments that are refused later; undefined for `auto`, and without it. */
function colourGiven(args: readonly string[]): boolean | undefined {
  const given = args.findLast((arg) => arg === '--color' || arg.startsWith('--color='))
  const value = given?.slice('--color='.length)
  if (value === '' || value === 'true' || value === 'always') return true
  return value === 'false' || value === 'never' ? false : undefined
}
