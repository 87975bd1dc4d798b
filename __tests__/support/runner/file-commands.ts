import type { Masks } from './masks.ts'
import { linesOf } from './text.ts'

/** Of the file of a step (actions/runner, CreateStepSummaryCommand). */
export const SUMMARY_LIMIT_BYTES = 1024 * 1024

type Pair = readonly [name: string, value: string]

/**
 * The pairs in a file of outputs, state or variables (actions/runner, EnvFileKeyValuePairs): `NAME=VALUE`, or
 * `NAME<<DELIMITER`, the lines of the value, and the delimiter.
 * @throws Error behind the pairs that stand before what is wrong, which count all the same
 */
export function* pairsIn(text: string): Generator<Pair> {
  let rest: string | undefined = text
  while (rest) {
    const { line, behind } = firstLine(rest)
    if (line === '') rest = behind
    else {
      const { pair, after } = firstPair(line, behind)
      yield pair
      rest = after
    }
  }
}

interface FirstPair {
  readonly pair: Pair
  readonly after: string | undefined
}

function firstPair(line: string, behind: string | undefined): FirstPair {
  const equals = line.indexOf('=')
  const heredoc = line.indexOf('<<')
  if (equals !== -1 && (heredoc === -1 || equals < heredoc)) {
    return { pair: [line.slice(0, equals), line.slice(equals + 1)], after: behind }
  }
  if (heredoc === -1) throw new Error(`Invalid format '${line}'`)
  const [name, delimiter] = [line.slice(0, heredoc), line.slice(heredoc + 2)]
  if (name === '' || delimiter === '') {
    throw new Error(
      `Invalid format '${line}'. Name must not be empty and delimiter must not be empty`
    )
  }
  const { value, after } = valueUpTo(delimiter, behind)
  return { pair: [name, value], after }
}

/** What the runner uploads of a summary: masked line by line. Empty when there is none. @throws Error when too large */
export function uploadedSummary(text: string, masks: Masks): string {
  const size = Buffer.byteLength(text)
  if (size > SUMMARY_LIMIT_BYTES) {
    const message = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${SUMMARY_LIMIT_BYTES / 1024}k, got ${Math.floor(size / 1024)}k.`
    throw new Error(message)
  }
  return linesOf(text)
    .map((line) => `${masks.hide(line)}\n`)
    .join('')
}

interface FirstLine {
  readonly line: string
  /** What comes behind its end; undefined when it has none. */
  readonly behind: string | undefined
}

/** LF alone ends a line here, but on Windows. */
function firstLine(text: string): FirstLine {
  const end = text.indexOf('\n')
  if (end === -1) return { line: text, behind: undefined }
  return { line: text.slice(0, end), behind: text.slice(end + 1) }
}

function valueUpTo(
  delimiter: string,
  text: string | undefined
): { readonly value: string; readonly after: string | undefined } {
  const lines: string[] = []
  for (let rest = text; rest; ) {
    const { line, behind } = firstLine(rest)
    if (line === delimiter) return { value: lines.join('\n'), after: behind }
    if (behind === undefined) throw new Error('Invalid value. EOF marker missing new line.')
    lines.push(line)
    rest = behind
  }
  throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`)
}
