/** YAML that Helm could not read. The message is one sentence fragment with the line, where known. */
export class YamlError extends Error {
  override readonly name = 'YamlError'
  /** Counted from 1; undefined where it is not known. */
  readonly line: number | undefined

  constructor(message: string, line?: number) {
    super(message)
    this.line = line
  }
}

/** Reasons cite names and texts of the file, which may be as long as the file. */
const LONGEST_REASON = 200

/** @param line counted from 0 */
export function yamlError(line: number, why: string): YamlError {
  const reason = why.length > LONGEST_REASON ? `${why.slice(0, LONGEST_REASON)}…` : why
  return new YamlError(`line ${line + 1}: ${reason.toWellFormed()}`, line + 1)
}
